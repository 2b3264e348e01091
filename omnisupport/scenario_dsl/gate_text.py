"""The gate's report in words: what was tried, what came of it, and what stands between the draft and its publishing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnisupport.scenario_dsl.gate import points_of
from omnisupport.scenario_dsl.sim.coverage import NAMES as COVERED
from omnisupport.scenario_dsl.sim.logs import REASONS
from omnisupport.scenario_dsl.sim.replay import KINDS, NAMES, SAME
from omnisupport.scenario_dsl.sim.walk import unreached
from omnisupport.scenario_dsl.words import Both

MOST_LINES = 20
"""Of each kind; who wants all of them runs the tests themselves."""
MOST_SAMPLES = 3
_PROVED = Both("доказано", "proved")
_NOT_PROVED = Both("не доказано", "not proved")
_PASSED = Both("{file}: прошло {passed} из {total}", "{file}: {passed} of {total} passed")
_UNREAD = Both("{file}: прочитать нельзя", "{file}: cannot be read")
_COVERAGE = Both("покрытие", "coverage")
_MISSED = Both("не покрыто", "not covered")
_MORE = Both("и ещё {count}", "and {count} more")
_WALKS = Both("Прогулок: {walks}, ошибок: {found}", "{walks} random walks, {found} faults")
_REPLAY = Both("Последних разговоров: {total}", "The last {total} conversations")
_LEFT_OUT = Both("не повторены", "not replayed")
_POINT = {True: Both("мешает", "blocks"), False: Both("подтвердить", "to acknowledge")}


def describe_gate(report: Mapping[str, Any], locale: str = "en") -> list[str]:
    """Lines for people about a report that was kept, or that a trial has just made."""
    lines = list(_guarantees((report.get("checks") or {}).get("guarantees") or (), locale))
    for each in report.get("tests") or ():
        lines += _tests(each, locale)
    if (walks := report.get("walks")) is not None:
        lines += _walks(walks, locale)
    replay = report.get("replay") or {}
    if replay.get("total") or replay.get("left_out"):
        lines += _replay(replay, locale)
    for point in points_of(report):
        lines.append(f"{point.code} {_POINT[point.blocks].pick(locale)}: {point.said.pick(locale)}")
    return lines


def _guarantees(found: Any, locale: str) -> Iterator[str]:
    for each in found:
        head = (_PROVED if each["holds"] else _NOT_PROVED).pick(locale)
        way = "" if each["holds"] else f" ({' -> '.join(each['path'])})"
        yield f"{head}: {each['text'].get(locale) or each['text']['en']}{way}"


def _tests(report: Mapping[str, Any], locale: str) -> Iterator[str]:
    if "cases" not in report:
        yield _UNREAD.pick(locale).format(file=report["file"])
        for each in report.get("findings", ())[:MOST_LINES]:
            said = each["message"].get(locale) or each["message"]["en"]
            yield f"  {each['file']}:{each['line']}:{each['column']}: {each['severity']} {each['code']} {said}"
        return
    cases = report["cases"]
    passed = sum(case["passed"] for case in cases)
    shares = [
        f"{COVERED[kind].pick(locale)} {share:g}%"
        for kind, share in report["coverage"]["percent"].items()
        if share is not None
    ]
    head = _PASSED.pick(locale).format(file=report["file"], passed=passed, total=len(cases))
    yield f"{head}; {_COVERAGE.pick(locale)}: {', '.join(shares)}"
    failures = [(case["name"], failure) for case in cases for failure in case["failures"]]
    for name, failure in failures[:MOST_LINES]:
        said = failure["message"].get(locale) or failure["message"]["en"]
        yield f"  {report['file']}:{failure['line']}: {name}: {said}"
    missed = report["coverage"]["missed"]
    for item in missed[:MOST_LINES]:
        place = f"{item['line']}: " if item["line"] else ""
        node = f"{item['node']}." if item["node"] and item["node"] != item["name"] else ""
        yield f"  {place}{_MISSED.pick(locale)}: {COVERED[item['kind']].pick(locale)}: {node}{item['name']}"
    left = max(len(failures) - MOST_LINES, 0) + max(len(missed) - MOST_LINES, 0)
    if left:
        yield f"  {_MORE.pick(locale).format(count=left)}"


def _walks(report: Mapping[str, Any], locale: str) -> Iterator[str]:
    yield _WALKS.pick(locale).format(walks=report["walks"], found=len(report["findings"]))
    for each in report["findings"][:MOST_SAMPLES]:
        yield f"  ✗ {each['message'].get(locale) or each['message']['en']}"
        yield from (f"    {line}" for line in each["test"].splitlines())
    missed = (report.get("coverage") or {}).get("missed", ())
    nodes = [(item["name"], item["line"]) for item in missed if item["kind"] == "nodes"]
    yield from (f"  {line}" for line in unreached(nodes, locale))


def _replay(report: Mapping[str, Any], locale: str) -> Iterator[str]:
    counts = report["counts"]
    counted = [f"{NAMES[kind].pick(locale)} {counts[kind]}" for kind in KINDS if counts[kind]]
    head = _REPLAY.pick(locale).format(total=report["total"])
    yield f"{head}: {', '.join(counted)}" if counted else head
    for each in report["outcomes"][:MOST_LINES]:
        yield f"  {each['count']} × {each['before'] or '…'} → {each['after'] or '…'}"
    for kind in KINDS:
        for each in report.get("samples", {}).get(kind, ())[:MOST_SAMPLES] if kind != SAME else ():
            yield f"  {NAMES[kind].pick(locale)}: {each['conversation']}#{each['run']}{_difference(each)}"
    for reason, count in report.get("left_out", {}).items():
        yield f"  {_LEFT_OUT.pick(locale)}: {count} ({REASONS[reason].pick(locale)})"


def _difference(sample: Mapping[str, Any]) -> str:
    if sample["misses"]:
        return f": {', '.join(sample['misses'])}"
    if sample["texts"]:
        first = sample["texts"][0]
        return f": «{first['before'] or ''}» → «{first['after'] or ''}»"
    fork = sample["fork"]
    return f": {fork['before'] or '…'} → {fork['after'] or '…'}" if fork is not None else ""
