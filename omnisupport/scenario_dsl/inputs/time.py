"""A time of day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.calendar import parse_time
from omnisupport.scenario_dsl.expr.types import TIME, Type
from omnisupport.scenario_dsl.formats import TIME_PATTERN, format_date
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Parsed, Refused
from omnisupport.scenario_dsl.inputs.bounds import Clock
from omnisupport.scenario_dsl.inputs.date import find_longest
from omnisupport.scenario_dsl.inputs.natural.moments import find_time
from omnisupport.scenario_dsl.phrases import TOO_EARLY, TOO_LATE
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings


class TimeInput(InputKind):
    """`{kind: time, min: "09:00", max: "18:00"}`: «15:30», «в 3 часа дня», «полпятого», "half past 4", "3pm"."""

    name = "time"
    fields = {"min": Clock(), "max": Clock()}
    expressions = ("min", "max")
    question = Both("Укажите время.", "What time?")
    title = Both("Время", "Time")

    def type(self, data: dict[str, Any]) -> Type:
        return TIME

    def parse(self, answer: Answer, data: dict[str, Any]) -> Found:
        clock = find_time(answer.text, answer.now, answer.zone)
        if clock is None:
            return None
        if data.get("min") is not None and clock < _bound(data["min"]):
            return Refused(TOO_EARLY)
        if data.get("max") is not None and clock > _bound(data["max"]):
            return Refused(TOO_LATE)
        return Parsed(clock.isoformat("seconds" if clock.second else "minutes"))

    def find(self, answer: Answer, data: dict[str, Any]) -> Found:
        return find_longest(self, answer, data)

    def show(self, value: Any, around: Surroundings) -> str:
        clock = parse_time(value) if type(value) is str else None
        return str(value) if clock is None else format_date(clock, TIME_PATTERN, around.locale)


def _bound(bound: Any) -> Any:
    clock = parse_time(bound) if type(bound) is str else None
    if clock is None:
        raise NodeError("expr.type", "a bound of the answer is no time")
    return clock


INPUT = TimeInput()
