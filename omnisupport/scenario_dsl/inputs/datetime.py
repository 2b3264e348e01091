"""A day with a time: a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.calendar import parse_moment, parse_time
from omnisupport.scenario_dsl.expr.types import DATETIME, Type
from omnisupport.scenario_dsl.fields import Str
from omnisupport.scenario_dsl.formats import DATETIME_PATTERN, format_moment
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Parsed, Refused
from omnisupport.scenario_dsl.inputs.bounds import Clock, When, as_moment
from omnisupport.scenario_dsl.inputs.date import find_longest
from omnisupport.scenario_dsl.inputs.natural.moments import find_moment
from omnisupport.scenario_dsl.phrases import TOO_EARLY, TOO_LATE
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings


class DatetimeInput(InputKind):
    """`{kind: datetime, min: now, max, prefer, default_time: "09:00"}`: «завтра в 15», "next fri at 3pm".

    In the scenario's time zone. A time alone is its next coming; a day alone needs `default_time`.
    """

    name = "datetime"
    fields = {
        "min": When(),
        "max": When(),
        "prefer": Str(("future", "past")),
        "default_time": Clock(literal=True),
    }
    expressions = ("min", "max")
    question = Both("Укажите дату и время.", "What date and time?")
    title = Both("Дата и время", "Date and time")

    def type(self, data: dict[str, Any]) -> Type:
        return DATETIME

    def parse(self, answer: Answer, data: dict[str, Any]) -> Found:
        moment = parse_moment(answer.text) if len(answer.text) <= 40 else None
        if moment is None:
            moment = find_moment(
                answer.text,
                answer.now,
                answer.zone,
                locale=answer.locale,
                past=data.get("prefer") == "past",
                default=parse_time(data["default_time"]) if "default_time" in data else None,
            )
        if moment is None:
            return None
        if data.get("min") is not None and moment < as_moment(data["min"], answer.zone, end=False):
            return Refused(TOO_EARLY)
        if data.get("max") is not None and moment > as_moment(data["max"], answer.zone, end=True):
            return Refused(TOO_LATE)
        return Parsed(moment)

    def find(self, answer: Answer, data: dict[str, Any]) -> Found:
        return find_longest(self, answer, data)

    def show(self, value: Any, around: Surroundings) -> str:
        pattern = DATETIME_PATTERN[around.locale.startswith("ru")]
        return format_moment(value, pattern, around.locale, around.zone)


INPUT = DatetimeInput()
