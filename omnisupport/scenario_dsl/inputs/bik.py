"""БИК, the code of a Russian bank: 9 digits; an account of the bank must go with it."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.expr.types import STRING, Type
from omnisupport.scenario_dsl.fields import Value
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.inputs.digits import digits_of, weighted
from omnisupport.scenario_dsl.words import Both

# The Russian Federation, and the treasury's bodies (Bank of Russia, regulation 732-P).
_COUNTRIES = ("04", "00", "01", "02")
_WEIGHTS = (7, 1, 3) * 8


class BikInput(InputKind):
    """`{kind: bik, account: =vars.account}`: with `account` its control digit must fit the bank."""

    name = "bik"
    fields = {"account": Value()}
    expressions = ("account",)
    question = Both("Укажите БИК банка.", "What is the BIK of your bank?")
    title = Both("БИК", "BIK")

    def type(self, data: dict[str, Any]) -> Type:
        return STRING

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        digits = digits_of(answer.text, "бик", "bik")
        if digits is None or len(digits) != 9 or digits[:2] not in _COUNTRIES:
            return None
        account = data.get("account")
        return Parsed(digits) if account is None or is_account_of(str(account), digits) else None


def is_account_of(account: str, bik: str) -> bool:
    """Whether the control digit of a settlement account of 20 digits is right for this bank."""
    plain = digits_of(account)
    if plain is None or len(plain) != 20:
        return False
    return weighted(bik[-3:] + plain, _WEIGHTS) % 10 == 0


INPUT = BikInput()
