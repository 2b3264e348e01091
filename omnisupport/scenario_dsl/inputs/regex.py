"""A text of a certain form, such as an order number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from omnisupport.scenario_dsl.expr.types import STRING, Type
from omnisupport.scenario_dsl.fields import ListOf, Pattern, Str
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.regex import compile_pattern, is_in

# Cyrillic letters that look like Latin ones: a code is typed on whatever keyboard is at hand.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХаеорсух", "ABEKMHOPCTYXaeopcyx")
_NOT_DIGIT, _SPACE = re.compile(r"[^0-9]"), re.compile(r"\s")
_NORMALIZERS: dict[str, Callable[[str], str]] = {
    "trim": str.strip,
    "upper": str.upper,
    "lower": str.lower,
    "digits": lambda text: _NOT_DIGIT.sub("", text),
    "latin": lambda text: text.translate(_LOOKALIKES),
    "no_spaces": lambda text: _SPACE.sub("", text),
}


class RegexInput(InputKind):
    """`{kind: regex, pattern, normalize: [trim, upper]}`; RE2, the pattern may match anywhere: use ^ and $."""

    name = "regex"
    fields = {"pattern": Pattern(required=True), "normalize": ListOf(Str(tuple(_NORMALIZERS)))}

    def type(self, data: dict[str, Any]) -> Type:
        return STRING

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        text = answer.text
        for name in data.get("normalize", ()):
            text = _NORMALIZERS[name](text)
        return Parsed(text) if is_in(compile_pattern(data["pattern"]), text) else None


INPUT = RegexInput()
