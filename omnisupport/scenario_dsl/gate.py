"""What a trial before a publish came to: what blocks, and what somebody has to take on by its code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.words import Both

UNREADABLE, FAILING, SHORT, FAULTS = "G101", "G102", "G103", "G104"
OUTCOME, STUCK, PATH, TEXT, MISSED = "G201", "G202", "G203", "G204", "G205"
POINTS: Mapping[str, Both] = {
    UNREADABLE: Both("тестовых файлов с ошибками: {count}", "test files with errors: {count}"),
    FAILING: Both("непрошедших тестов: {count}", "failing test cases: {count}"),
    SHORT: Both(
        "покрытие меньше, чем требует тестовый файл: {count}",
        "coverage below what a test file demands: {count}",
    ),
    FAULTS: Both("ошибок, найденных прогулками: {count}", "faults that random walks have found: {count}"),
    OUTCOME: Both("разговоров с другим исходом: {count}", "conversations with another outcome: {count}"),
    STUCK: Both("застрявших разговоров: {count}", "conversations that get stuck: {count}"),
    PATH: Both("разговоров по другому пути: {count}", "conversations that go another path: {count}"),
    TEXT: Both("разговоров с другим текстом: {count}", "conversations with other texts: {count}"),
    MISSED: Both(
        "разговоров, для которых нет записанного ответа: {count}",
        "conversations that ask what no recording answers: {count}",
    ),
}
"""G1xx block, G2xx are acknowledged."""
_OF_REPLAY = {"outcome": OUTCOME, "stuck": STUCK, "path": PATH, "text": TEXT, "missed": MISSED}


@dataclass(frozen=True, slots=True)
class Point:
    """Something that stands between a draft and its publishing."""

    code: str
    count: int

    @property
    def blocks(self) -> bool:
        """Whether it has to be mended; else it can be acknowledged."""
        return self.code < OUTCOME

    @property
    def said(self) -> Both:
        """It in words."""
        found = POINTS[self.code]
        return Both(found.ru.format(count=self.count), found.en.format(count=self.count))

    def to_dict(self) -> dict[str, Any]:
        """The point as JSON values."""
        message = {"ru": self.said.ru, "en": self.said.en}
        return {"code": self.code, "blocks": self.blocks, "count": self.count, "message": message}


def points_of(report: Mapping[str, Any]) -> list[Point]:
    """What a gate's report (`tests`, `walks`, `replay`; each may be absent) has to say, in the order of codes."""
    tests: Sequence[Mapping[str, Any]] = report.get("tests") or ()
    ran = [each for each in tests if "cases" in each]
    counts = {
        UNREADABLE: len(tests) - len(ran),
        FAILING: sum(not case["passed"] for each in ran for case in each["cases"]),
        SHORT: sum(len(each["short"]) for each in ran),
        FAULTS: len((report.get("walks") or {}).get("findings", ())),
    }
    replayed = (report.get("replay") or {}).get("counts", {})
    counts |= {code: replayed.get(kind, 0) for kind, code in _OF_REPLAY.items()}
    return [Point(code, counts[code]) for code in POINTS if counts[code]]
