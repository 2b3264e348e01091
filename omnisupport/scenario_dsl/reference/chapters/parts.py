"""What a page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omnisupport.scenario_dsl.fields import Field
from omnisupport.scenario_dsl.words import Both

Cell = Both | str


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    title: Both


@dataclass(frozen=True, slots=True)
class Example:
    """A part of a document that checks clean."""

    yaml: str


@dataclass(frozen=True, slots=True)
class Shell:
    """Commands as they are typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A table."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """The table of a group of fields."""

    fields: Mapping[str, Field]
    words: Mapping[str, Both]


Part = Both | Heading | Example | Shell | Rows | Fields


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page: `file` is its name, `parts` what stands below the title."""

    file: str
    title: Both
    parts: tuple[Part, ...]
