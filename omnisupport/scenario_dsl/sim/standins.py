"""What answers a call that no stub answers: calendars, and the parts of the world that can be told by rule.

Nothing here looks outside. What only a service could tell (`http`, a model, a knowledge base) has no
stand-in: a test must say what it is answered with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from omnisupport.domain.calendar import Calendar, opening_at, opens_next
from omnisupport.scenario_dsl.commands import Call
from omnisupport.scenario_dsl.keywords import words_of
from omnisupport.scenario_dsl.sim.stubs import Answer

LookUp = Callable[[dict[str, Any]], tuple[str, Any]]
"""Parses what depends on data files: a `parse` request to its exit and value."""

CODE = "135790246813"
"""Of it the simulator's one-time codes are made: as many digits as are asked for."""

_COUNTRIES = {"RU": "7", "KZ": "7", "BY": "375", "US": "1", "GB": "44", "DE": "49"}
_TRUNK = ("44", "49")
"""Countries whose numbers are dialled with a 0 at home."""
_STEM = 5


def parse_by_rule(request: dict[str, Any]) -> tuple[str, Any]:
    """A phone number by its digits alone: good enough for tests where no metadata is at hand."""
    if request.get("kind") != "phone":
        return "not_checked", None  # mail servers, maps and speech are nothing that a rule could tell
    text = str(request.get("text") or "")
    digits = re.sub(r"\D", "", text)
    country = _COUNTRIES.get(str(request.get("region") or "RU"), "7")
    if text.strip().startswith("+"):
        whole = digits
    elif country == "7" and len(digits) == 11 and digits[0] == "8":
        whole = "7" + digits[1:]
    elif digits.startswith(country) and len(digits) >= 11:
        whole = digits
    elif country in _TRUNK:
        whole = country + digits.removeprefix("0")
    else:
        whole = country + digits
    if whole.startswith("7") and (len(whole) != 11 or whole[1] in "0125"):
        return "invalid", None
    return ("ok", f"+{whole}") if 10 <= len(whole) <= 15 else ("invalid", None)


class StandIns:
    """Answers by rule, from the calendars of the test and from `look_up`."""

    def __init__(self, calendars: Mapping[str, Calendar], look_up: LookUp | None = None) -> None:
        self.calendars = calendars
        self._look_up = look_up or parse_by_rule
        self._codes: dict[str, tuple[str, int]] = {}
        self._kinds: dict[str, Callable[[Call, int], Answer | None]] = {
            "business_hours": self._hours,
            "parse": self._parse,
            "code": self._code,
            "classify": _classify,
            "queue_position": lambda call, now: Answer("ok", {"position": 1}),
            "start_run": lambda call, now: Answer("ok", {"run_id": f"run-{call.id}"}),
        }

    def answer(self, call: Call, now: int) -> Answer | None:
        """The answer, or None where only a stub can tell."""
        answerer = self._kinds.get(call.kind)
        return None if answerer is None else answerer(call, now)

    def _hours(self, call: Call, now: int) -> Answer | None:
        name = call.request.get("calendar")
        calendar = self.calendars.get(str(name)) if name is not None else self.calendars.get("default")
        if calendar is None and name is None and len(self.calendars) == 1:
            calendar = next(iter(self.calendars.values()))
        if calendar is None:
            return None
        at = call.request.get("at")
        moment = at if type(at) is int else now
        looked_up = datetime.fromtimestamp(moment / 1_000, UTC)
        next_open = opens_next(calendar, looked_up)
        opens = int(next_open.timestamp() * 1_000) if next_open else None
        exit = "open" if opening_at(calendar, looked_up).open else "closed"
        return Answer(exit, {"next_open": opens, "timezone": calendar.timezone})

    def _parse(self, call: Call, now: int) -> Answer:
        exit, value = self._look_up(call.request)
        return Answer(exit, value)

    def _code(self, call: Call, now: int) -> Answer:
        request = call.request
        if request.get("op") == "send":
            length = min(max(int(request.get("length") or 6), 1), len(CODE))
            code_id = f"code-{call.id}"
            self._codes[code_id] = (CODE[:length], now + int(request.get("ttl_s") or 300) * 1_000)
            return Answer("ok", {"code_id": code_id})
        code, until = self._codes.get(str(request.get("code_id")), ("", 0))
        if now > until:
            return Answer("expired")
        digits = re.sub(r"\D", "", str(request.get("text") or ""))
        return Answer("ok" if code and digits == code else "wrong")


def _classify(call: Call, now: int) -> Answer:
    labels = call.request.get("labels")
    scores = label_scores(str(call.request.get("text") or ""), labels if isinstance(labels, dict) else {})
    name, score = max(scores.items(), default=("", 0.0), key=lambda pair: pair[1])
    least = call.request.get("min_confidence") or 0.5
    value = {"label": name, "confidence": score}
    return Answer("label" if score > 0 and score >= least else "unsure", value)


def label_scores(text: str, labels: dict[str, Any]) -> dict[str, float]:
    """A small classifier without a model: how many words a text shares with each label's examples, 0 to 1."""
    said = {word[:_STEM] for word in words_of(text)}
    scores: dict[str, float] = {}
    for name, label in sorted(labels.items()):
        given = label if isinstance(label, dict) else {"description": label}
        texts = [str(given.get("description") or ""), *map(str, given.get("examples") or ())]
        best = 0.0
        for text in texts:
            known = {word[:_STEM] for word in words_of(text)}
            if known and said:
                best = max(best, len(known & said) / min(len(known), len(said)))
        scores[name] = best
    return scores
