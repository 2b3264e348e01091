"""Make whole documents of the examples: the pages show the part that matters, the checks see all of it."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.edits.source import Source
from omnisupport.scenario_dsl.emit import emit_document
from omnisupport.scenario_dsl.tree import plain

_HEAD: dict[str, Any] = {
    "omni": "scenario/v1",
    "id": "example",
    "name": {"ru": "Пример", "en": "Example"},
    "channels": ["widget"],
    "locale": {"default": "ru", "supported": ["ru", "en"]},
    "timezone": "Europe/Moscow",
}
_QUESTION: dict[str, Any] = {
    "type": "ask",
    "text": {"ru": "Что скажете?", "en": "What do you say?"},
    "timeout": "1h",
    "next": "done",
    "exits": {"invalid": "people", "timeout": "people"},
}
_DONE: dict[str, Any] = {"type": "end", "outcome": "done"}
# An example leaves to `people` and does not say how that looks: every scenario has it somewhere.
_PEOPLE: dict[str, Any] = {
    "people": {
        "type": "message",
        "text": {"ru": "Зову оператора.", "en": "I am calling an operator."},
        "next": "people_take_over",
    },
    "people_take_over": {"type": "handoff", "summary": "auto", "wait_for": "none", "next": "people_have_it"},
    "people_have_it": {"type": "end", "outcome": "handed_over"},
}


def whole(example: str) -> str:
    """A document around a part of one: head, first node, and the way to people where it is used."""
    part = plain(Source.read(example).root)
    if "input" in part:
        part = {"nodes": {"asks": {**_QUESTION, "input": part["input"]}, "done": _DONE}}
    if set(part) <= {"variables"}:
        part = {**part, **_shown(part["variables"])}
    part["nodes"] = {**part.get("nodes", {}), **_PEOPLE}
    start = next(iter(part["nodes"]))
    return emit_document({**_HEAD, "start": start, "on_error": {"next": "people"}, **part})


def _shown(variables: dict[str, Any]) -> dict[str, Any]:
    """Nodes that write and read the variables, so that none of them is there for nothing."""
    name = next(iter(variables))
    return {
        "nodes": {
            "clear": {"type": "set", "unset": [f"vars.{name}"], "next": "known"},
            "known": {
                "type": "condition",
                "cases": [{"when": f"has(vars.{name})", "next": "people"}],
                "else": "done",
            },
            "done": _DONE,
        }
    }
