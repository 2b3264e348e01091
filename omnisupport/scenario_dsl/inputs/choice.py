"""One of a few answers, shown as buttons and understood by label, synonym or number."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.fields import ListOf, Obj, Str, Words
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind
from omnisupport.scenario_dsl.options import check_ids, check_labels
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.words import Both

OPTION = Obj({"id": Str(required=True), "label": Words(required=True), "synonyms": ListOf(Str())})


class ChoiceInput(InputKind):
    """`{kind: choice, options: [{id, label, synonyms}]}`: the value is the id.

    Buttons, labels and numbers are taken before the parser is asked, so it has nothing left to find.
    """

    name = "choice"
    fields = {"options": ListOf(OPTION, required=True, least=1, most=50)}
    question = Both("Выберите вариант.", "Please choose.")
    title = Both("Выбор", "Choice")

    def type(self, data: dict[str, Any]) -> Type:
        return Type(
            "enum", values=tuple(option["id"] for option in data.get("options", ()) if "id" in option)
        )

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_ids(tree.get("options"), site, "input.options")
        check_labels(data.get("options", []), site)

    def parse(self, answer: Answer, data: dict[str, Any]) -> None:
        return None


INPUT = ChoiceInput()
