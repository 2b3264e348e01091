"""Keywords of triggers and interrupts: those that another one takes before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis, Interrupt, Trigger
from omnisupport.scenario_dsl.keywords import bare, fold
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

# Each keyword is looked for in each later one; a file with more of them is no longer checked for this.
_MOST = 1_000

# The keywords as written, how they match, whether further conditions narrow them, and the field's name.
_Listed = tuple[list[Scalar], str, bool, str]


def check(document: Analysis) -> None:
    """E181."""
    triggers = [trigger for trigger in document.triggers if trigger.values["type"] == "keyword"]
    triggers.sort(key=lambda trigger: -trigger.values.get("priority", 0))
    _check(document, [_of_trigger(trigger) for trigger in triggers])
    if not any(isinstance(node.values.get("interruptible"), list) for node in document.nodes.values()):
        _check(document, [_of_interrupt(interrupt) for interrupt in document.interrupts])


def _of_trigger(trigger: Trigger) -> _Listed:
    is_narrow = any(field in trigger.values for field in ("when", "channels", "locale"))
    return _scalars(trigger.tree.get("any")), _match(trigger.values), is_narrow, f"triggers.{trigger.id}"


def _of_interrupt(interrupt: Interrupt) -> _Listed:
    written = interrupt.tree.get("when")
    found = _scalars(written.get("keywords") if isinstance(written, Map) else None)
    return found, _match(interrupt.when), False, f"interrupts.{interrupt.id}"


def _match(values: dict[str, Any]) -> str:
    return str(values.get("match", "word"))


def _scalars(tree: Tree | None) -> list[Scalar]:
    return [item for item in tree.items if isinstance(item, Scalar)] if isinstance(tree, Seq) else []


def _check(document: Analysis, lists: list[_Listed]) -> None:
    if sum(len(keywords) for keywords, *_ in lists) > _MOST:
        return
    before: dict[str, list[str]] = {"contains": [], "word": [], "exact": [], "regex": []}
    for keywords, match, is_narrow, field in lists:
        for keyword in keywords:
            first = _taken_by(keyword.text, match, before)
            if first is not None:
                document.report.add("E181", keyword, field=field, keyword=keyword.text, first=first)
        if not is_narrow:
            key = bare if match == "exact" else fold
            before[match] += [key(keyword.text) for keyword in keywords]


def _taken_by(keyword: str, match: str, before: dict[str, list[str]]) -> str | None:
    """The earlier keyword that is in every message in which this one is."""
    if match == "regex":
        return None
    said = bare(keyword) if match == "exact" else fold(keyword)
    found = _first(before["contains"], said)
    if found is None and match != "contains":
        found = _first((f" {word} " for word in before["word"]), f" {said} ")
    if found is None and match == "exact" and said in before["exact"]:
        found = said
    return found.strip() if found is not None else None


def _first(words: Iterable[str], said: str) -> str | None:
    return next((word for word in words if word.strip() and word in said), None)
