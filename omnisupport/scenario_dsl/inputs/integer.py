"""A whole number."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.types import INT, Type
from omnisupport.scenario_dsl.fields import Int, check_bounds
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.words import Both

_LIMIT = 2**53
# Thousands apart by spaces (`1 500`, also no-break ones), a unit after it (`12 кг`) is not ours to guess.
_WHOLE = re.compile(r"[-+−]?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+\Z|[-+−]?[0-9]{1,16}\Z")


class IntInput(InputKind):
    """`{kind: int, min, max}`."""

    name = "int"
    fields = {"min": Int(-_LIMIT, _LIMIT), "max": Int(-_LIMIT, _LIMIT)}
    question = Both("Введите число.", "Please type a number.")
    title = Both("Число", "Number")

    def type(self, data: dict[str, Any]) -> Type:
        return INT

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_bounds(tree, data, site, "input.")

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        if not _WHOLE.match(answer.text):
            return None
        digits = re.sub(r"[ \u00a0\u202f]", "", answer.text).replace("−", "-")
        if len(digits) > 20:
            return None
        value = int(digits)
        return Parsed(value) if data.get("min", value) <= value <= data.get("max", value) else None


INPUT = IntInput()
