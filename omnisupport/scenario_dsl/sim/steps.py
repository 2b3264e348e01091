"""The steps of a test case: what people do, what time does, what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.sim.places import TEXT, Reader
from omnisupport.scenario_dsl.sim.wanted import check_commands, check_never, check_pattern, check_tags
from omnisupport.scenario_dsl.tree import Scalar, Seq, Tree, plain

STEPS = (
    "user", "button", "attach", "contact", "location", "event", "operator", "advance", "at_time",
    "restart_worker", "deliver_twice", "out_of_order", "expect",
)  # fmt: skip
EXPECT = (
    "nodes", "path", "sent", "vars", "commands", "attempts", "timers", "tags", "conversation", "customer",
    "ended", "outcome", "never", "latency", "waits", "failed",
)  # fmt: skip
SHOWN = ("media", "carousel", "location", "contact", "template", "open_url", "layout")
SENT = ("contains", "text", "matches", "buttons", "quick_replies", "channel", "any", "sources", *SHOWN)
_USER = ("text", "button", "attach", "contact", "location", "locale", "intent", "referral")
_OPERATOR = ("action", "summary", "name", "text")
ACTIONS = ("accepted", "closed", "handed_back")
_EVENT = ("name", "data")


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `value` are plain JSON values in the one form that the runner takes.

    user {text, button, content, locale, intent} · event {name, data} · operator {action, summary, name} ·
    advance ms · at_time epoch ms · out_of_order [user…] · expect {…} · restart_worker, deliver_twice None
    """

    kind: str
    value: Any
    line: int
    column: int


def read_steps(tree: Tree | None, name: str, reader: Reader) -> Iterator[Step]:
    """The steps of a case; a step that cannot be read is noted and left out."""
    for index, item in reader.items(tree, name):
        step = _step(item, f"{name}[{index}]", reader)
        if step is not None:
            yield step


def _step(tree: Tree, name: str, reader: Reader) -> Step | None:
    if isinstance(tree, Scalar) and tree.text in ("restart_worker", "deliver_twice"):
        return Step(tree.text, None, tree.line, tree.column)
    found = reader.fields(tree, STEPS, name)
    if found is None:
        return None
    if len(found.values) != 1:
        reader.report.add("T007", found, known=", ".join(STEPS))
        return None
    ((kind, value),) = found.values.items()
    if kind not in _READERS:
        return None
    place = found.keys[kind]
    read = _READERS[kind](value, f"{name}.{kind}", reader)
    if read is None and kind not in ("restart_worker", "deliver_twice"):
        return None
    return Step(_AS_USER.get(kind, kind), read, place.line, place.column)


_AS_USER = dict.fromkeys(("button", "attach", "contact", "location"), "user")


def _user(tree: Tree, name: str, reader: Reader) -> dict[str, Any] | None:
    if isinstance(tree, Scalar):
        return {"text": tree.text}
    found = reader.fields(tree, _USER, name)
    if found is None:
        return None
    said: dict[str, Any] = {}
    for key in ("text", "button", "locale", "intent"):
        if found.get(key) is not None:
            said[key] = reader.text(found.get(key), f"{name}.{key}")
    content: dict[str, Any] = {}
    for key in ("attach", "contact", "location", "referral"):
        part = found.get(key)
        if part is not None:
            content |= _CONTENT[key](part, f"{name}.{key}", reader)
    return said | ({"content": content} if content else {})


def _button(tree: Tree, name: str, reader: Reader) -> dict[str, Any] | None:
    text = reader.text(tree, name)
    return None if text is None else {"button": text}


def _attached(tree: Tree, name: str, reader: Reader) -> dict[str, Any]:
    items = tree.items if isinstance(tree, Seq) else [tree]
    files = []
    for index, item in enumerate(items):
        given = {"name": item.text} if isinstance(item, Scalar) else reader.object(item, name)
        file_name = str(given.get("name") or "file")
        kind = given.get("kind") or _kind_of(file_name)
        files.append(
            {
                "id": f"file-{index + 1}",
                "name": file_name,
                "mime": given.get("mime") or _MIMES.get(kind, "application/octet-stream"),
                "size": given.get("size") or 1_024,
                "kind": kind,
                "url": f"https://files.example/{file_name}",
                "scan": given.get("scan") or "not_checked",
            }
        )
    return {"attachments": files}


_MIMES = {"image": "image/jpeg", "audio": "audio/ogg", "video": "video/mp4"}
_ENDINGS = {
    "image": ("jpg", "jpeg", "png", "gif", "webp"),
    "audio": ("ogg", "mp3", "wav"),
    "video": ("mp4", "mov"),
}


def _kind_of(name: str) -> str:
    ending = name.rsplit(".", 1)[-1].lower()
    return next((kind for kind, endings in _ENDINGS.items() if ending in endings), "file")


def _contact(tree: Tree, name: str, reader: Reader) -> dict[str, Any]:
    given = {"phone": tree.text} if isinstance(tree, Scalar) else reader.object(tree, name)
    return {"contact": {"name": None, "own": True, **given}}


def _location(tree: Tree, name: str, reader: Reader) -> dict[str, Any]:
    return {"location": {"address": None, **reader.object(tree, name)}}


_CONTENT: dict[str, Callable[[Tree, str, Reader], dict[str, Any]]] = {
    "attach": _attached,
    "contact": _contact,
    "location": _location,
    "referral": lambda tree, name, reader: {"referral": reader.text(tree, name)},
}


def _content(key: str) -> Callable[[Tree, str, Reader], dict[str, Any] | None]:
    return lambda tree, name, reader: {"text": "", "content": _CONTENT[key](tree, name, reader)}


def _event(tree: Tree, name: str, reader: Reader) -> dict[str, Any] | None:
    if isinstance(tree, Scalar):
        return {"name": tree.text, "data": {}}
    found = reader.fields(tree, _EVENT, name)
    if found is None:
        return None
    called = reader.text(found.get("name"), f"{name}.name")
    if called is None:
        reader.report.add("T002", found, name="name")
        return None
    return {"name": called, "data": reader.object(found.get("data"), f"{name}.data")}


def _operator(tree: Tree, name: str, reader: Reader) -> dict[str, Any] | None:
    if isinstance(tree, Scalar):
        action = reader.chosen(tree, name, ACTIONS)
        return None if action is None else {"action": action}
    found = reader.fields(tree, _OPERATOR, name)
    if found is None:
        return None
    action = reader.chosen(found.get("action"), f"{name}.action", ACTIONS)
    if action is None:
        if found.get("action") is None:
            reader.report.add("T002", found, name="action")
        return None
    return {**reader.object(found, name), "action": action}


def _order(tree: Tree, name: str, reader: Reader) -> list[dict[str, Any]] | None:
    read = []
    for index, item in reader.items(tree, name):
        step = _step(item, f"{name}[{index}]", reader)
        if step is not None and step.kind == "user":
            read.append(step.value)
        elif step is not None:
            reader.report.add("T003.value", item, name=name, value=step.kind, known="user, button")
    return read or None


def _expect(tree: Tree, name: str, reader: Reader) -> dict[str, Any] | None:
    found = reader.fields(tree, EXPECT, name)
    if found is None:
        return None
    for key, value in found.items():
        checker = _CHECKS.get(key)
        if checker is not None:
            checker(value, f"{name}.{key}", reader)
    expected: dict[str, Any] = plain(found)
    for key in ("latency",):
        if key in expected:
            expected[key] = reader.duration(found.get(key), f"{name}.{key}")
    timers = found.get("timers")
    if isinstance(timers, Seq):
        expected["timers"] = [
            reader.duration(item, f"{name}.timers[{index}]") for index, item in enumerate(timers.items)
        ]
    return expected


def _check_nodes(tree: Tree, name: str, reader: Reader) -> None:
    for _, item in reader.items(tree, name):
        if isinstance(item, Scalar):
            reader.node(item, item.text)
        else:
            reader.wrong(item, name, TEXT)


def _check_node_keys(tree: Tree, name: str, reader: Reader) -> None:
    for key, place, value in reader.pairs(tree, name):
        reader.node(place, key)
        reader.whole(value, f"{name}.{key}")


def _check_variables(tree: Tree, name: str, reader: Reader) -> None:
    for key, place, _ in reader.pairs(tree, name):
        reader.variable(place, key)


def _check_sent(tree: Tree, name: str, reader: Reader) -> None:
    for index, item in reader.items(tree, name):
        if isinstance(item, Scalar):
            continue
        found = reader.fields(item, SENT, f"{name}[{index}]")
        if found is not None:
            check_pattern(found, reader)


def _check_waits(tree: Tree, name: str, reader: Reader) -> None:
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        reader.node(tree, tree.text)


_CHECKS: dict[str, Callable[[Tree, str, Reader], None]] = {
    "nodes": _check_nodes,
    "path": _check_nodes,
    "sent": _check_sent,
    "vars": _check_variables,
    "attempts": _check_node_keys,
    "commands": check_commands,
    "never": check_never,
    "tags": check_tags,
    "waits": _check_waits,
}
_READERS: dict[str, Callable[[Tree, str, Reader], Any]] = {
    "user": _user,
    "button": _button,
    "attach": _content("attach"),
    "contact": _content("contact"),
    "location": _content("location"),
    "event": _event,
    "operator": _operator,
    "advance": lambda tree, name, reader: reader.duration(tree, name),
    "at_time": lambda tree, name, reader: reader.moment(tree, name),
    "restart_worker": lambda tree, name, reader: None,
    "deliver_twice": lambda tree, name, reader: None,
    "out_of_order": _order,
    "expect": _expect,
}
