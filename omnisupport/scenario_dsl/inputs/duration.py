"""A length of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import DURATION, Type
from omnisupport.scenario_dsl.fields import Duration, check_bounds
from omnisupport.scenario_dsl.formats import language
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Parsed
from omnisupport.scenario_dsl.inputs.date import find_longest
from omnisupport.scenario_dsl.inputs.natural.lengths import find_length
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings

_UNITS = ((86_400_000, Both("д", "d")), (3_600_000, Both("ч", "h")), (60_000, Both("мин", "min")))
_SECOND = (1_000, Both("с", "s"))


class DurationInput(InputKind):
    """`{kind: duration, min: 15m, max: 8h}`: «полтора часа», «1 ч 20 мин», "2 days", `1h30m`; in milliseconds."""

    name = "duration"
    fields = {"min": Duration(), "max": Duration()}
    question = Both("Сколько времени?", "How long?")
    title = Both("Длительность", "Duration")

    def type(self, data: dict[str, Any]) -> Type:
        return DURATION

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_bounds(tree, data, site, "input.")

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        length = find_length(answer.text)
        if length is None:
            return None
        fits = data.get("min", 0) * 1_000 <= length <= data.get("max", length) * 1_000
        return Parsed(length) if fits else None

    def find(self, answer: Answer, data: dict[str, Any]) -> Found:
        return find_longest(self, answer, data)

    def show(self, value: Any, around: Surroundings) -> str:
        rest, parts = value, []
        for size, unit in (*_UNITS, _SECOND):
            count, rest = divmod(rest, size)
            parts += [f"{count}\u00a0{unit.pick(language(around.locale))}"] if count else []
        return " ".join(parts) or f"0\u00a0{_SECOND[1].pick(around.locale)}"


INPUT = DurationInput()
