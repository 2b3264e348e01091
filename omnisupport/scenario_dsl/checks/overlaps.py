"""Triggers of different scenarios that take the same messages or events (W180)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from omnisupport.scenario_dsl.analysis import Analysis, Trigger
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.keywords import bare, fold
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.report import Report


class _Placed(NamedTuple):
    trigger: Trigger
    document: Analysis


def check_overlaps(documents: Sequence[Document]) -> list[Finding]:
    """W180 at the later of two triggers that overlap; `documents` in the order in which they are asked."""
    placed = [
        _Placed(trigger, analysis) for analysis in map(analyse, documents) for trigger in analysis.triggers
    ]
    reports: dict[int, Report] = {}
    for first, second in combinations(placed, 2):
        what = None if first.document is second.document else _same(first, second)
        if what is not None:
            document = second.document
            report = reports.setdefault(id(document), Report(document.report.file))
            report.add(
                "W180",
                second.trigger.tree,
                field=f"triggers.{second.trigger.id}",
                id=second.trigger.id,
                other=first.trigger.id,
                scenario=first.document.header.id,
                what=what,
            )
    return [finding for report in reports.values() for finding in report.findings()]


def _same(first: _Placed, second: _Placed) -> str | None:
    """What both take, or None when a priority, a channel, a language or a condition tells them apart."""
    one, other = first.trigger.values, second.trigger.values
    if one["type"] != other["type"] or one.get("priority", 0) != other.get("priority", 0):
        return None
    if "when" in one or "when" in other or not _meet(_channels(first), _channels(second)):
        return None
    if len({values["locale"] for values in (one, other) if "locale" in values}) == 2:
        return None
    return next(_common(one, other), None)


def _channels(placed: _Placed) -> list[str]:
    return list(placed.trigger.values.get("channels") or placed.document.header.channels)


def _meet(one: list[str], other: list[str]) -> bool:
    # No list means every channel.
    return not one or not other or bool(set(one) & set(other))


def _common(one: dict[str, object], other: dict[str, object]) -> Iterator[str]:
    kind = one["type"]
    if kind == "message":
        matches = {str(values.get("match", "any")) for values in (one, other)}
        if len(matches) == 1 or "any" in matches:
            yield f"message: {' / '.join(sorted(matches))}"
    elif kind == "keyword":
        yield from _keywords(one, other)
    else:
        for name in ("event", "intent", "ref"):
            if name in one and one[name] == other.get(name):
                yield f"{name}: {one[name]}"


def _keywords(one: dict[str, object], other: dict[str, object]) -> Iterator[str]:
    """Keywords that a message can have in common; patterns only when they are the very same."""
    listed = [values["any"] for values in (one, other)]
    matches = [str(values.get("match", "word")) for values in (one, other)]
    lists = [[str(word) for word in words] for words in listed if isinstance(words, list)]
    if len(lists) < 2:
        return
    if "regex" in matches:
        yield from sorted(set(lists[0]) & set(lists[1])) if matches[0] == matches[1] else ()
        return
    for word in lists[0]:
        for another in lists[1]:
            if bare(word) == bare(another) or _contains(word, another, matches):
                yield another


def _contains(word: str, another: str, matches: list[str]) -> bool:
    """Whether every message with one of the words has the other as well."""
    said = (fold(word), fold(another))
    return (matches[0] == "contains" and said[0] in said[1]) or (
        matches[1] == "contains" and said[1] in said[0]
    )
