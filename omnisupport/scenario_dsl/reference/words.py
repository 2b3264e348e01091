"""The shapes of the reference's words, and how they are found."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from omnisupport.scenario_dsl.words import Both

_PACKAGE = "omnisupport.scenario_dsl.reference"


@dataclass(frozen=True, slots=True)
class ThingWords:
    """A trigger, an input kind or another part: `example` is a part of a document that checks clean."""

    title: Both
    about: Both
    fields: Mapping[str, Both] = field(default_factory=dict)
    example: str = ""

    @classmethod
    def of(cls, folder: str, name: str) -> ThingWords:
        """The words of one thing. Raises `LookupError` when nobody wrote them."""
        words: Mapping[str, ThingWords] = import_module(f"{_PACKAGE}.{folder}").WORDS
        return words[name]


class InputWords:
    """The words of input kinds."""

    @staticmethod
    def of(name: str) -> ThingWords:
        """Those of one kind."""
        return ThingWords.of("inputs", name)


@dataclass(frozen=True, slots=True)
class FunctionWords:
    """A function, a macro or a filter: `form` shows its arguments, `example` is true, or `text → result`."""

    form: str
    about: Both
    example: str


@dataclass(frozen=True, slots=True)
class NodeWords:
    """A node type. Fields and exits that many nodes share may be left out: `shared` has them."""

    title: Both
    about: Both
    example: str
    fields: Mapping[str, Both] = field(default_factory=dict)
    exits: Mapping[str, Both] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str) -> NodeWords:
        """The words of a node type. Raises `LookupError` when nobody wrote them."""
        module = f"{name}_" if keyword.iskeyword(name) else name
        try:
            words: Any = import_module(f"{_PACKAGE}.nodes.{module}").WORDS
        except ModuleNotFoundError as error:
            raise LookupError(f"no words for the node '{name}'") from error
        assert isinstance(words, cls)
        return words

    def field(self, path: str) -> Both | None:
        """What a field means, `options.label`: its own words, else those of all fields so called."""
        from omnisupport.scenario_dsl.reference.shared import FIELDS

        if path in self.fields:
            return self.fields[path]
        names = path.split(".")
        tails = [".".join(names[index:]) for index in range(len(names))]
        return next((FIELDS[tail] for tail in tails if tail in FIELDS), None)

    def exit(self, name: str) -> Both | None:
        """When the node is left by an exit."""
        from omnisupport.scenario_dsl.reference.shared import EXITS

        return self.exits.get(name) or EXITS.get(name)
