"""Any text, perhaps of a certain length or form."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.expr.types import STRING, Type
from omnisupport.scenario_dsl.fields import Duration, Int, Pattern, check_bounds
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.keywords import strip_invisible
from omnisupport.scenario_dsl.regex import compile_pattern, is_in
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map


class TextInput(InputKind):
    """`{kind: text, min_length, max_length, pattern, debounce}`: free text, so interrupts are asked first.

    `debounce: 3s` joins what is typed in several messages: the answer is complete when so long nothing came.
    """

    name = "text"
    fields = {
        "min_length": Int(0, 8_000),
        "max_length": Int(1, 8_000),
        "pattern": Pattern(),
        "debounce": Duration(),
    }
    strict = False

    def type(self, data: dict[str, Any]) -> Type:
        return STRING

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_bounds(tree, data, site, "input.")

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        text = strip_invisible(answer.text)
        if not max(1, data.get("min_length", 1)) <= len(text) <= data.get("max_length", 8_000):
            return None
        if "pattern" in data and not is_in(compile_pattern(data["pattern"]), text):
            return None
        return Parsed(text)

    def find(self, answer: Answer, data: dict[str, Any]) -> None:
        """Nothing: every text would do, so none was meant."""


INPUT = TextInput()
