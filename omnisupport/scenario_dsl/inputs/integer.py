"""A whole number."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.types import INT, Type
from omnisupport.scenario_dsl.fields import Int, check_bounds
from omnisupport.scenario_dsl.inputs.base import InputKind, Parsed
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map

_LIMIT = 2**53
# Thousands apart by spaces (`1 500`, also no-break ones), a unit after it (`12 кг`) is not ours to guess.
_WHOLE = re.compile(r"[-+−]?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+\Z|[-+−]?[0-9]{1,16}\Z")


class IntInput(InputKind):
    """`{kind: int, min, max}`."""

    name = "int"
    fields = {"min": Int(-_LIMIT, _LIMIT), "max": Int(-_LIMIT, _LIMIT)}

    def type(self, data: dict[str, Any]) -> Type:
        return INT

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_bounds(tree, data, site, "input.")

    def parse(self, text: str, data: dict[str, Any]) -> Parsed | None:
        if not _WHOLE.match(text):
            return None
        value = int(re.sub(r"[ \u00a0\u202f]", "", text).replace("−", "-"))
        return Parsed(value) if data.get("min", value) <= value <= data.get("max", value) else None


INPUT = IntInput()
