"""A day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.calendar import parse_date
from omnisupport.scenario_dsl.expr.types import DATE, Type
from omnisupport.scenario_dsl.fields import Str
from omnisupport.scenario_dsl.formats import DATE_PATTERN, format_date
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Parsed, Refused, stretches
from omnisupport.scenario_dsl.inputs.bounds import When, as_date
from omnisupport.scenario_dsl.inputs.natural.moments import find_date
from omnisupport.scenario_dsl.inputs.natural.words import BEFORE_HOUR, FILLERS, KNOWN
from omnisupport.scenario_dsl.keywords import words_of
from omnisupport.scenario_dsl.phrases import TOO_EARLY, TOO_LATE
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings


_MOST_TRIES = 80


class DateInput(InputKind):
    """`{kind: date, min: now, max, prefer: future|past}`: «завтра», «в пятницу», «5 марта», "next fri", 05.03.2026.

    `prefer: past` is for days that were, such as of birth: a day without a year is then the last one.
    """

    name = "date"
    fields = {"min": When(), "max": When(), "prefer": Str(("future", "past"))}
    expressions = ("min", "max")
    question = Both("Укажите дату.", "What date?")
    title = Both("Дата", "Date")

    def type(self, data: dict[str, Any]) -> Type:
        return DATE

    def parse(self, answer: Answer, data: dict[str, Any]) -> Found:
        past = data.get("prefer") == "past"
        day = find_date(answer.text, answer.now, answer.zone, locale=answer.locale, past=past)
        if day is None:
            return None
        if data.get("min") is not None and day < as_date(data["min"], answer.zone):
            return Refused(TOO_EARLY)
        if data.get("max") is not None and day > as_date(data["max"], answer.zone):
            return Refused(TOO_LATE)
        return Parsed(day.isoformat())

    def find(self, answer: Answer, data: dict[str, Any]) -> Found:
        return find_longest(self, answer, data)

    def show(self, value: Any, around: Surroundings) -> str:
        day = parse_date(value) if type(value) is str else None
        return str(value) if day is None else format_date(day, DATE_PATTERN, around.locale)


def find_longest(kind: InputKind, answer: Answer, data: dict[str, Any]) -> Found:
    """The value of the longest stretch of words that has one; only words that a date may hold are tried."""
    tries = 0
    for run in _runs(answer.text):
        for stretch in stretches(run):
            if _is_ragged(stretch):
                continue
            tries += 1
            if tries > _MOST_TRIES:
                return None
            found = kind.parse(answer.of(stretch), data)
            if isinstance(found, Parsed):
                return found
    return None


def _runs(text: str) -> list[str]:
    """The parts of a text that hold nothing but words and numbers of dates."""
    runs: list[list[str]] = [[]]
    for word in text.split()[:200]:
        if _may_be_of_a_date(word):
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    return [" ".join(run) for run in runs if run]


def _is_ragged(stretch: str) -> bool:
    """Whether the same is said without its first or its last word."""
    words = words_of(stretch)
    return words[-1] in FILLERS or (words[0] in FILLERS and words[0] not in BEFORE_HOUR)


def _may_be_of_a_date(word: str) -> bool:
    if len(word) > 24:
        return False
    parts = words_of(word)
    return bool(parts) and all(part in KNOWN or part[0].isdigit() for part in parts)


INPUT = DateInput()
