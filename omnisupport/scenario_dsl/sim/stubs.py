"""What the world answers in a test: rules for each node that asks something outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.calendar import parse_moment
from omnisupport.scenario_dsl.commands import Call
from omnisupport.scenario_dsl.runtime.limits import REQUEST_AT_MOST_S
from omnisupport.scenario_dsl.sim.match import matches

DEFAULT_ATTEMPTS = 3
"""Of an http node without `retry`; the host has the same."""
TIMEOUT = "timeout"
# Errors of an http call that may pass by themselves; the others are answered at once.
_PASSING = (TIMEOUT, "connection")
ERRORS = (*_PASSING, "blocked", "too_large", "schema", "unavailable")
_PLACE = "queue_position"
_SERVER_ERRORS, _REDIRECTS, _TOO_MANY = 500, 300, 429


@dataclass(frozen=True, slots=True)
class Rule:
    """One answer. `when` is what the request must be like, `times` how often it is given (None: always).

    `reply` is an HTTP answer {status, json}; `outcome` and `value` are the exit and value of any other call;
    `error` is how the call fails. `delay` is when the answer comes: the customer may write before.
    """

    when: Any = None
    reply: dict[str, Any] | None = None
    outcome: str | None = None
    value: Any = None
    error: str | None = None
    times: int | None = None
    delay: int = 0
    record: str | None = None
    is_place: bool = False
    """Whether it tells a place in the queue: nothing else that the node asks is answered by it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call came back. `took` is how long it took by itself, `delay` how long the test lets it wait (ms)."""

    exit: str
    value: Any = None
    attempts: int = 1
    took: int = 0
    delay: int = 0


@dataclass(slots=True)
class Stubs:
    """The rules of one case, with how often each has answered."""

    rules: Mapping[str, tuple[Rule, ...]]
    _used: dict[tuple[str, int], int] = field(default_factory=dict)

    def knows(self, call: Call) -> bool:
        """Whether the test says what this call is answered with; one without any rule is a miss, too."""
        rules = self.rules.get(call.node)
        if not rules:
            return rules is not None and call.kind != _PLACE
        return any(_is_for(rule, call.kind) for rule in rules)

    def next_rule(self, node: str, request: dict[str, Any], kind: str) -> Rule | None:
        """The first rule that fits and is not used up; it counts as used."""
        fitting = [each for each in enumerate(self.rules.get(node, ())) if _is_for(each[1], kind)]
        for index, rule in fitting:
            if rule.when is not None and not matches(rule.when, request):
                continue
            used = self._used.get((node, index), 0)
            if used >= _times(rule, is_last=index == fitting[-1][0]):
                continue
            self._used[node, index] = used + 1
            return rule
        return None

    def answer(self, call: Call) -> Answer | None:
        """Answer as the host would, attempt by attempt; None when no rule is left."""
        if call.kind != "http":
            rule = self.next_rule(call.node, call.request, call.kind)
            return None if rule is None else _plain(rule, call)
        return self._http(call)

    def _http(self, call: Call) -> Answer | None:
        retry = call.retry or {}
        most = int(retry.get("max_attempts", DEFAULT_ATTEMPTS))
        took = 0
        last: Answer | None = None
        for attempt in range(1, most + 1):
            rule = self.next_rule(call.node, call.request, call.kind)
            if rule is None:
                return last
            exit, value, names, passes, lasts = _attempt(rule, call)
            took += lasts
            last = Answer(exit, value, attempt, took, rule.delay)
            named = retry.get("retry_on")
            if not (names & set(named) if named and passes is not None else passes):
                break
            pause = _pause(retry, attempt)
            if attempt == most or took + pause > REQUEST_AT_MOST_S * 1_000:
                break
            took += pause
        return last


def _is_for(rule: Rule, kind: str) -> bool:
    return rule.is_place == (kind == _PLACE)


def _times(rule: Rule, *, is_last: bool) -> float:
    """A rule for every request of a sequence answers once, the last of them from then on."""
    if rule.times is not None:
        return rule.times
    return float("inf") if rule.when is not None or is_last else 1


def _pause(retry: Mapping[str, Any], attempt: int) -> int:
    planned = retry.get("initial_ms", 1_000) * retry.get("backoff", 2.0) ** (attempt - 1)
    return int(min(planned, retry.get("max_interval_ms", 60_000)))


def _attempt(rule: Rule, call: Call) -> tuple[str, Any, set[str], bool | None, int]:
    """Exit, value, the names that `retry_on` may hold, whether it may pass (None: never), how long it took."""
    if rule.error is not None:
        detail = f"The test lets {call.node} fail: {rule.error}."
        value: dict[str, Any] = {"code": f"http.{rule.error}", "detail": detail}
        exit = TIMEOUT if rule.error == TIMEOUT else "error"
        may_pass = True if rule.error in _PASSING else None
        return exit, value, {rule.error}, may_pass, call.timeout_ms if exit == TIMEOUT else 0
    if rule.reply is None:
        return rule.outcome or "ok", rule.value, set(), None, 0
    status = int(rule.reply.get("status", 200))
    value = {"status": status, "json": rule.reply.get("json")}
    passes = status >= _SERVER_ERRORS or status == _TOO_MANY
    exit = "http_error" if status >= _REDIRECTS else "ok"
    return exit, value, {str(status), f"{status // 100}xx"} if exit != "ok" else set(), passes, 0


def _plain(rule: Rule, call: Call) -> Answer:
    if rule.error is not None:
        is_late = rule.error == TIMEOUT
        took = call.timeout_ms if is_late else 0
        return Answer(TIMEOUT if is_late else "error", None, 1, took, rule.delay)
    value = rule.value
    if call.kind == "business_hours" and isinstance(value, dict) and isinstance(value.get("next_open"), str):
        value = {**value, "next_open": parse_moment(value["next_open"])}
    return Answer(rule.outcome or "ok", value, 1, 0, rule.delay)
