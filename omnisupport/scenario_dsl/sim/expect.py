"""What a test expects, compared with what happened; each difference is a sentence in ru and en."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.commands import Call, Command, Failed
from omnisupport.scenario_dsl.sim.host import Host, Sent
from omnisupport.scenario_dsl.sim.match import get_path, matches, spaced
from omnisupport.scenario_dsl.sim.steps import SHOWN
from omnisupport.scenario_dsl.words import Both

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Since:
    """Where the last `expect` left off, as lengths of the trace's lists; `asked_at` is the last message (ms)."""

    sent: int = 0
    path: int = 0
    commands: int = 0
    asked_at: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that was not met."""

    field: str
    said: Both


def differences(expected: dict[str, Any], host: Host, since: Since) -> Iterator[Difference]:
    """What is not as expected, field by field in the order of the file."""
    for field, wanted in expected.items():
        for said in _CHECKS[field](wanted, host, since):
            yield Difference(field, said)


def _wanted(wanted: Any, found: Any) -> Both:
    want, got = _short(wanted), _short(found)
    return Both(f"ожидалось {want}, получено {got}", f"expected {want}, got {got}")


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else _plainly(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _plainly(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plainly(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_plainly(item) for item in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _nodes(wanted: list[str], host: Host, since: Since) -> Iterator[Both]:
    """The nodes were entered in this order; others may lie between."""
    found = host.trace.path[since.path :]
    rest = iter(found)
    for name in wanted:
        if name not in rest:  # takes the iterator on to the match
            yield Both(
                f"узел '{name}' не пройден; путь: {_short(found)}",
                f"node '{name}' was not passed; the path: {_short(found)}",
            )
            return


def _path(wanted: list[str], host: Host, since: Since) -> Iterator[Both]:
    found = host.trace.path[since.path :]
    if list(wanted) != found:
        yield _wanted(wanted, found)


def _sent(wanted: Sequence[Any], host: Host, since: Since) -> Iterator[Both]:
    """Exactly these messages, in order."""
    found = host.trace.sent[since.sent :]
    for index, (want, sent) in enumerate(zip(wanted, found, strict=False)):
        fault = _part_fault(want, sent)
        if fault is not None:
            yield Both(f"сообщение {index + 1}: {fault.ru}", f"message {index + 1}: {fault.en}")
    if len(wanted) != len(found):
        texts = [sent.text for sent in found]
        yield Both(
            f"ожидалось сообщений: {len(wanted)}, отправлено: {len(found)}: {_short(texts)}",
            f"expected {len(wanted)} messages, sent were {len(found)}: {_short(texts)}",
        )


def _part_fault(want: Any, sent: Sent) -> Both | None:
    if not isinstance(want, dict):
        return None if spaced(str(want)) == spaced(sent.text) else _wanted(str(want), sent.text)
    for key, value in want.items():
        if key == "buttons":
            shown = [{option, label} for option, (_, label) in zip(sent.options, sent.buttons, strict=True)]
            names = value if isinstance(value, list) else [value]
            if len(shown) != len(names) or any(
                str(name) not in known for name, known in zip(names, shown, strict=True)
            ):
                return _wanted(names, list(sent.options))
        elif key == "channel" and value != sent.channel:
            return _wanted(value, sent.channel)
        elif key == "sources" and not matches(value, list(sent.sources)):
            return _wanted(value, list(sent.sources))
        elif key == "quick_replies" and list(value) != sent.replies:
            return _wanted(value, sent.replies)
        elif key in SHOWN and not matches(value, sent.part.get(key)):
            return _wanted(value, sent.part.get(key))
        elif key == "text" and spaced(str(value)) != spaced(sent.text):
            return _wanted(value, sent.text)
        elif key in ("contains", "matches") and not matches({key: value}, sent.text):
            return _wanted({key: value}, sent.text)
    return None


def _vars(wanted: dict[str, Any], host: Host, since: Since) -> Iterator[Both]:
    variables = (host.state or {}).get("vars", {})
    yield from _fields(wanted, variables, "vars")


def _fields(wanted: dict[str, Any], holder: dict[str, Any], name: str) -> Iterator[Both]:
    for path, value in wanted.items():
        found = get_path(holder, path)
        if not matches(value, found):
            said = _wanted(value, found)
            yield Both(f"{name}.{path}: {said.ru}", f"{name}.{path}: {said.en}")


def _commands(wanted: list[Any], host: Host, since: Since) -> Iterator[Both]:
    """These commands in this order; others may lie between."""
    found = host.trace.commands[since.commands :]
    rest = iter(found)
    for want in wanted:
        if not any(_is_command(want, command) for command in rest):
            kinds = [command.to_dict()["type"] for command in found]
            yield Both(
                f"нет команды {_short(want)}; были: {_short(kinds)}",
                f"no command {_short(want)}; there were: {_short(kinds)}",
            )
            return


def _is_command(want: Any, command: Command) -> bool:
    """`note`, `{type: tag, add: [vip]}`, `{http: any}`, `{tag: {add: [vip]}}`, or `{node: lookup}`."""
    found = command.to_dict()
    names = {found["type"], found["kind"] if isinstance(command, Call) else found["type"]}
    if isinstance(want, str):
        return want in names
    if len(want) == 1:
        ((name, value),) = want.items()
        if name in names:
            return value == "any" or matches(value, found.get("request") if name != found["type"] else found)
    if want.get("type") in names and isinstance(command, Call):
        return matches({**want, "type": found["type"]}, found)
    return matches(want, found)


def _never(wanted: list[Any], host: Host, since: Since) -> Iterator[Both]:
    """None of these in the whole case so far."""
    for want in wanted:
        happened = any(_is_command(want, command) for command in host.trace.commands)
        if isinstance(want, dict) and set(want) <= {"node"}:
            happened = want.get("node") in host.trace.path
        elif isinstance(want, dict) and set(want) <= {"contains", "text", "matches"}:
            happened = any(_part_fault(want, sent) is None for sent in host.trace.sent)
        if happened:
            yield Both(f"не должно было случиться: {_short(want)}", f"must never happen: {_short(want)}")


def _attempts(wanted: dict[str, int], host: Host, since: Since) -> Iterator[Both]:
    for node, count in wanted.items():
        found = host.trace.attempts.get(node, 0)
        if found != count:
            said = _wanted(count, found)
            yield Both(f"{node}: {said.ru}", f"{node}: {said.en}")


def _timers(wanted: Any, host: Host, since: Since) -> Iterator[Both]:
    armed = (host.state or {}).get("timers", []) if host.is_running else []
    left = [timer["at"] - host.world.now for timer in armed]
    if isinstance(wanted, list):
        if sorted(wanted) != sorted(left):
            yield _wanted([f"{item // 1_000}s" for item in wanted], [f"{item // 1_000}s" for item in left])
    elif wanted != len(left):
        yield _wanted(wanted, len(left))


def _tags(wanted: Any, host: Host, since: Since) -> Iterator[Both]:
    """A list: these are all there; `{not: [...]}`: none of these."""
    found = list(host.world.conversation.get("tags", ()))
    if isinstance(wanted, dict):
        bad = [tag for tag in wanted.get("not", ()) if tag in found]
        missing = [tag for tag in wanted.get("has", ()) if tag not in found]
    else:
        bad, missing = [], [tag for tag in wanted if tag not in found]
    if bad or missing:
        yield _wanted(wanted, found)


def _conversation(wanted: dict[str, Any], host: Host, since: Since) -> Iterator[Both]:
    yield from _fields(wanted, host.world.conversation, "conversation")


def _customer(wanted: dict[str, Any], host: Host, since: Since) -> Iterator[Both]:
    yield from _fields(wanted, host.world.customer, "customer")


def _ended(wanted: Any, host: Host, since: Since) -> Iterator[Both]:
    outcome = outcome_of(host)
    found: Any = outcome if isinstance(wanted, str) else outcome is not None
    if wanted != found:
        yield _wanted(wanted, outcome if outcome is not None else False)


def outcome_of(host: Host) -> str | None:
    """How the last run ended, or None."""
    ended = (host.state or {}).get("ended")
    return None if not ended else str(ended["outcome"])


def _latency(wanted: int, host: Host, since: Since) -> Iterator[Both]:
    """The first word after the last message came within this time of the scenario's clock."""
    answers = [sent.at for sent in host.trace.sent[since.sent :] if sent.at >= since.asked_at]
    took = (answers[0] if answers else host.world.now) - since.asked_at
    if not answers or took > wanted:
        yield _wanted(f"{wanted / 1_000:g}s", f"{took / 1_000:g}s" if answers else None)


def _waits(wanted: Any, host: Host, since: Since) -> Iterator[Both]:
    waiting = (host.state or {}).get("waiting")
    found: Any = waiting["node"] if waiting is not None else None
    if isinstance(wanted, bool) or wanted is None:
        found = found is not None
        wanted = bool(wanted)
    if wanted != found:
        yield _wanted(wanted, found)


def _failed(wanted: Any, host: Host, since: Since) -> Iterator[Both]:
    codes = [command.code for command in host.trace.commands if isinstance(command, Failed)]
    found: Any = bool(codes) if isinstance(wanted, bool) else (codes[-1] if codes else None)
    if wanted != found:
        yield _wanted(wanted, found)


_CHECKS: dict[str, Callable[[Any, Host, Since], Iterator[Both]]] = {
    "nodes": _nodes,
    "path": _path,
    "sent": _sent,
    "vars": _vars,
    "commands": _commands,
    "attempts": _attempts,
    "timers": _timers,
    "tags": _tags,
    "conversation": _conversation,
    "customer": _customer,
    "ended": _ended,
    "outcome": _ended,
    "never": _never,
    "latency": _latency,
    "waits": _waits,
    "failed": _failed,
}
