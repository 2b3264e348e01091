"""ИНН, the Russian taxpayer's number: 10 digits of a company or 12 of a person, with control digits."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.expr.types import STRING, Type
from omnisupport.scenario_dsl.fields import Str
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.inputs.digits import digits_of, weighted
from omnisupport.scenario_dsl.words import Both

# Weights of the digits before a control digit (order of the Federal Tax Service, MMV-7-6/435).
_COMPANY = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_PERSON_FIRST = (7, *_COMPANY)
_PERSON_SECOND = (3, *_PERSON_FIRST)


class InnInput(InputKind):
    """`{kind: inn, who: company|person}`: digits only; without `who` either length will do."""

    name = "inn"
    fields = {"who": Str(("company", "person"))}
    question = Both("Укажите ИНН.", "What is your INN?")
    title = Both("ИНН", "INN")

    def type(self, data: dict[str, Any]) -> Type:
        return STRING

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        digits = digits_of(answer.text, "инн", "inn")
        lengths = {"company": (10,), "person": (12,)}.get(data.get("who", ""), (10, 12))
        if digits is None or len(digits) not in lengths or not is_inn(digits):
            return None
        return Parsed(digits)


def is_inn(digits: str) -> bool:
    """Whether the control digits are right; all zeros are none."""
    if not int(digits):
        return False
    if len(digits) == 10:
        return weighted(digits, _COMPANY) % 11 % 10 == int(digits[9])
    first = weighted(digits, _PERSON_FIRST) % 11 % 10
    second = weighted(digits, _PERSON_SECOND) % 11 % 10
    return (first, second) == (int(digits[10]), int(digits[11]))


INPUT = InnInput()
