"""Triggers of different scenarios that take the same messages or events (W180)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.keywords import bare, fold
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.tree import Tree

_OF_MESSAGES = frozenset({"message", "keyword", "intent", "button", "referral"})
"""Of these one scenario is chosen. Anything else begins every scenario that waits for it, but of dialogs only one."""


class _Placed(NamedTuple):
    """A trigger with what of its scenario matters."""

    id: str
    values: Mapping[str, object]
    channels: Sequence[str]
    scenario: str
    kind: str
    tree: Tree | None = None


def check_overlaps(documents: Sequence[Document]) -> list[Finding]:
    """W180 at the later of two triggers that overlap; `documents` in the order in which they are asked."""
    found: list[Finding] = []
    analyses = [analyse(document) for document in documents]
    for number, analysis in enumerate(analyses):
        before = [placed for each in analyses[:number] for placed in _of_document(each)]
        found += _overlaps(analysis, before)
    return found


def check_beside(document: Document, live: Sequence[IR]) -> list[Finding]:
    """W180 at each trigger that waits for the same as one of these scenarios; of each its head and its triggers."""
    others = [placed for ir in live for placed in _of_ir(ir)]
    return _overlaps(analyse(document), others)


def _overlaps(document: Analysis, others: Sequence[_Placed]) -> list[Finding]:
    report = Report(document.report.file)
    for mine in _of_document(document):
        for other in others:
            what = _same(other, mine)
            if what is not None:
                report.add(
                    "W180",
                    mine.tree,
                    field=f"triggers.{mine.id}",
                    id=mine.id,
                    other=other.id,
                    scenario=other.scenario,
                    what=what,
                )
    return report.findings()


def _of_document(document: Analysis) -> Iterator[_Placed]:
    header = document.header
    for each in document.triggers:
        yield _Placed(each.id, each.values, header.channels, header.id, header.kind, each.tree)


def _of_ir(ir: IR) -> Iterator[_Placed]:
    for each in ir["triggers"]:
        yield _Placed(each["id"], each, ir["channels"], ir["id"], ir["kind"])


def _same(first: _Placed, second: _Placed) -> str | None:
    """What both take, or None when a priority, a channel, a language or a condition tells them apart."""
    one, other = first.values, second.values
    if one["type"] != other["type"] or one.get("priority", 0) != other.get("priority", 0):
        return None
    if one["type"] not in _OF_MESSAGES and "background" in (first.kind, second.kind):
        return None
    if "when" in one or "when" in other or not _meet(_channels(first), _channels(second)):
        return None
    if len({values["locale"] for values in (one, other) if "locale" in values}) == 2:
        return None
    return next(_common(one, other), None)


def _channels(placed: _Placed) -> list[str]:
    own = placed.values.get("channels")
    return list(own if isinstance(own, list) and own else placed.channels)


def _meet(one: list[str], other: list[str]) -> bool:
    # No list means every channel.
    return not one or not other or bool(set(one) & set(other))


def _common(one: Mapping[str, object], other: Mapping[str, object]) -> Iterator[str]:
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


def _keywords(one: Mapping[str, object], other: Mapping[str, object]) -> Iterator[str]:
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
