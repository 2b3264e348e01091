"""Whatever the customer sends."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.expr.types import ANY, Type
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.inputs.files import files_in
from omnisupport.scenario_dsl.keywords import strip_invisible

_PARTS = ("location", "contact")


class AnyInput(InputKind):
    """`{kind: any}`: the text, or `{text, attachments, location, contact}` when there is more than a text."""

    name = "any"
    strict = False

    def type(self, data: dict[str, Any]) -> Type:
        return ANY

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        text = strip_invisible(answer.text)
        more = {name: answer.content[name] for name in _PARTS if answer.content.get(name)}
        files = files_in(answer)
        if files:
            more["attachments"] = files
        if not more:
            return Parsed(text) if text else None
        return Parsed({"text": text, **more})

    def find(self, answer: Answer, data: dict[str, Any]) -> None:
        """Nothing: everything would do, so nothing was meant."""


INPUT = AnyInput()
