"""What a kind of answer is: its fields, the type it gives, and how a text becomes a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.fields import Field

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.tree import Map


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value that the text stands for."""

    value: Any


@dataclass(frozen=True, slots=True)
class Outside:
    """The value depends on data files, so the host parses: a `Call` of kind `parse` with this request."""

    request: dict[str, Any]


class InputKind:
    """One kind of answer; stateless. A strict kind is parsed before interrupts are asked, free text after."""

    name: ClassVar[str]
    fields: ClassVar[Mapping[str, Field]] = {}
    strict: ClassVar[bool] = True

    def type(self, data: dict[str, Any]) -> Type:
        """The type of its values."""
        raise NotImplementedError

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        """Note what the fields alone cannot show."""

    def parse(self, text: str, data: dict[str, Any]) -> Parsed | Outside | None:
        """The value of an answer, or None when it is none of this kind. `text` is trimmed."""
        raise NotImplementedError

    def find(self, text: str, data: dict[str, Any]) -> Parsed | Outside | None:
        """The value somewhere in a longer text, for `extract.from_first_message`."""
        for word in pieces(text):
            found = self.parse(word, data)
            if found is not None:
                return found
        return None


def pieces(text: str) -> list[str]:
    """The words of a text without the punctuation around them, and each two neighbours together."""
    words = [word.strip(".,;:!?()[]{}\"'«»“”„…#№") for word in text.split()]
    words = [word for word in words if word][:100]
    return words + [f"{first} {second}" for first, second in pairwise(words)]
