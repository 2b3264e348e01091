"""A mark on a scale: by button, digit, word or stars."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.types import INT, Type
from omnisupport.scenario_dsl.fields import Int, check_bounds
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.inputs.natural.words import NUMBERS
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.words import Both

_MOST_BUTTONS = 11
_OF = re.compile(
    r"([0-9]{1,2})(?: (?:из|of|out of) ([0-9]{1,2}))?(?: (?:балл(?:а|ов)?|звезд(?:а|ы)?|stars?|points?))?\Z"
)
_MARKS = {"пятерка": 5, "пятерку": 5, "четверка": 4, "четверку": 4, "тройка": 3, "тройку": 3, "двойка": 2}
_MARKS |= {"двойку": 2, "единица": 1, "единицу": 1, "кол": 1}


class RatingInput(InputKind):
    """`{kind: rating, min: 1, max: 5}`: gives the mark; «5», «пять», «4 из 5», «⭐⭐⭐»."""

    name = "rating"
    fields = {"min": Int(0, 10), "max": Int(1, 10)}
    question = Both("Поставьте оценку.", "How would you rate it?")
    title = Both("Оценка", "Rating")

    def type(self, data: dict[str, Any]) -> Type:
        return INT

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_bounds(tree, {"min": 1, "max": 5} | data, site, "input.") if {
            "min",
            "max",
        } <= data.keys() else None

    def offers(self, data: dict[str, Any]) -> list[tuple[str, Both]]:
        low, high = data.get("min", 1), data.get("max", 5)
        return [(str(mark), Both(str(mark), str(mark))) for mark in range(low, high + 1)]

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        low, high = data.get("min", 1), data.get("max", 5)
        mark = _mark(answer.text, high)
        return Parsed(mark) if mark is not None and low <= mark <= high else None

    def find(self, answer: Answer, data: dict[str, Any]) -> None:
        """Nothing: a number in a first message is no mark."""


def _mark(text: str, high: int) -> int | None:
    if len(text) > 60:
        return None
    stars = text.replace("\ufe0f", "").replace(" ", "")
    if stars and not stars.strip("⭐★🌟☆"):
        return sum(star != "☆" for star in stars)
    words = bare(text.replace("\ufe0f", "").replace("\u20e3", "").replace("/", " из ").replace("🔟", "10"))
    match = _OF.match(words)
    if match is not None:
        return int(match[1]) if match[2] is None or int(match[2]) == high else None
    found = NUMBERS.get(words)
    return _MARKS.get(words) if found is None else found


INPUT = RatingInput()
