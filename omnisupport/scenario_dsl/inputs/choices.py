"""Several of a few answers: «1, 3», labels with commas between, «все», or buttons until «Готово»."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.types import Type, list_of
from omnisupport.scenario_dsl.fields import Int, ListOf, check_bounds
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind
from omnisupport.scenario_dsl.inputs.choice import OPTION
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.options import check_ids, check_labels
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.words import Both

ALL = frozenset(("все", "все варианты", "все сразу", "all", "all of them", "everything"))
DONE = frozenset(("готово", "это все", "на этом все", "done", "that is all", "that s all", "finish", "ready"))
NONE = frozenset(("ничего", "ни один", "никакой", "none", "nothing", "none of them"))
_SEPARATOR = re.compile(r"[,;\n+&]")
_JOINT = re.compile(r"\s+(?:и|and)\s+|\s+", re.IGNORECASE)
_ONLY_NUMBERS = re.compile(r"[0-9\s]+(?:(?:и|and)[0-9\s]+)*", re.IGNORECASE)


class ChoicesInput(InputKind):
    """`{kind: choices, options: [{id, label, synonyms}], min, max}`: the value is a list of ids, in their order.

    A button adds its option or takes it away, «Готово» ends; what is typed is the whole answer.
    """

    name = "choices"
    fields = {
        "options": ListOf(OPTION, required=True, least=1, most=50),
        "min": Int(0, 50),
        "max": Int(1, 50),
    }
    many = True
    question = Both("Выберите один или несколько вариантов.", "Please choose one or several.")
    title = Both("Выбор", "Choice")

    def type(self, data: dict[str, Any]) -> Type:
        ids = tuple(option["id"] for option in data.get("options", ()) if "id" in option)
        return list_of(Type("enum", values=ids))

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_ids(tree.get("options"), site, "input.options")
        check_labels(data.get("options", []), site)
        check_bounds(tree, data, site, "input.")

    def parse(self, answer: Answer, data: dict[str, Any]) -> None:
        """Nothing: labels and numbers are taken before the parser is asked."""


def named(text: str) -> list[str]:
    """The parts of a text that name one option each."""
    parts = [part.strip() for part in _SEPARATOR.split(text[:2_000]) if part.strip()]
    found: list[str] = []
    for part in parts[:60]:
        if _ONLY_NUMBERS.fullmatch(part[:200]):
            found += [word for word in _JOINT.split(part) if word]
        else:
            found.append(part)
    return found


def split_last(part: str) -> list[str]:
    """«чай и кофе» as two parts; a label may hold the word itself, so this is tried second."""
    return re.split(r" (?:и|and) ", part, flags=re.IGNORECASE)


def means(text: str, words: frozenset[str]) -> bool:
    """Whether the text is one of these phrases."""
    return bare(text) in words


INPUT = ChoicesInput()
