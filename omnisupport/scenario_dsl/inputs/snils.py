"""СНИЛС, the Russian insurance number: 11 digits, the last two of them control."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import STRING, Type
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.inputs.digits import digits_of, weighted
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings

# Numbers up to this one were given out before there were control digits.
_UNCONTROLLED = 1_001_998


class SnilsInput(InputKind):
    """`{kind: snils}`: «112-233-445 95» or digits only; stored as digits."""

    name = "snils"
    question = Both("Укажите СНИЛС.", "What is your SNILS?")
    title = Both("СНИЛС", "SNILS")

    def type(self, data: dict[str, Any]) -> Type:
        return STRING

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        digits = digits_of(answer.text, "снилс", "snils")
        return Parsed(digits) if digits is not None and len(digits) == 11 and is_snils(digits) else None

    def show(self, value: Any, around: Surroundings) -> str:
        return f"{value[:3]}-{value[3:6]}-{value[6:9]} {value[9:]}"


def is_snils(digits: str) -> bool:
    """Whether the control digits are right."""
    number = int(digits[:9])
    if number <= _UNCONTROLLED:
        return number > 0
    return weighted(digits, range(9, 0, -1)) % 101 % 100 == int(digits[9:])


INPUT = SnilsInput()
