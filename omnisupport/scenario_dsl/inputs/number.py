"""A number, perhaps with a fraction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import NUMBER, Type
from omnisupport.scenario_dsl.fields import Int, Number, check_bounds
from omnisupport.scenario_dsl.formats import format_number
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.inputs.numerals import read_numeral
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings

_WIDE = 10.0**15


class NumberInput(InputKind):
    """`{kind: number, min, max, decimals}`: «1 500,50», "1,500.50"; `decimals` bounds the digits of a fraction."""

    name = "number"
    fields = {"min": Number(-_WIDE, _WIDE), "max": Number(-_WIDE, _WIDE), "decimals": Int(0, 10)}
    question = Both("Введите число.", "Please type a number.")
    title = Both("Число", "Number")

    def type(self, data: dict[str, Any]) -> Type:
        return NUMBER

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_bounds(tree, data, site, "input.")

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        exact = read_numeral(answer.text, answer.locale)
        if exact is None or -int(exact.as_tuple().exponent) > data.get("decimals", 10):
            return None
        value = float(exact)
        return Parsed(value) if data.get("min", value) <= value <= data.get("max", value) else None

    def show(self, value: Any, around: Surroundings) -> str:
        return format_number(value, None, around.locale) if type(value) in (int, float) else str(value)


INPUT = NumberInput()
