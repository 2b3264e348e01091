"""A document as it was written: scalars, maps and sequences that know their place (counted from 1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# YAML 1.2 core schema (yaml.org/spec/1.2.2, 10.3.2): `no`, `on`, `1_000`, `09:30` and dates stay text.
_INT = re.compile(r"[-+]?[0-9]{1,400}\Z")
_OCTAL = re.compile(r"0o[0-7]{1,400}\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,400}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class Tree:
    """A value of the document with the line and column where it begins, and those behind its last character.

    A map or list of several lines without brackets has no mark of its own at its end: it carries the place
    where it begins. `edits.source` knows where such a one ends.
    """

    __slots__ = ("column", "end_column", "end_line", "line")

    def __init__(self, line: int, column: int, end_line: int = 0, end_column: int = 0) -> None:
        self.line = line
        self.column = column
        self.end_line = end_line or line
        self.end_column = end_column or column


class Scalar(Tree):
    """One word or text; `value` is what YAML 1.2 makes of it, `text` what was written."""

    __slots__ = ("quoted", "text")

    def __init__(
        self, text: str, quoted: bool, line: int, column: int, end_line: int = 0, end_column: int = 0
    ) -> None:
        # As `Tree` does it; a call saved here is a tenth of loading.
        self.line = line
        self.column = column
        self.end_line = end_line or line
        self.end_column = end_column or column + len(text)
        self.text = text
        self.quoted = quoted

    @property
    def is_verbatim(self) -> bool:
        """Whether it stands on one line exactly as `text` is, but for quotes: no escapes, no folding."""
        width = self.end_column - self.column
        return self.end_line == self.line and width == len(self.text) + (2 if self.quoted else 0)

    @property
    def value(self) -> Any:
        """None, bool, int, float or str."""
        return self.text if self.quoted else resolve_plain(self.text)


class Map(Tree):
    """Keys in the order of the file; `keys` holds the place of each. `flow` says that it stands in braces."""

    __slots__ = ("flow", "keys", "values")

    def __init__(self, line: int, column: int, flow: bool = False) -> None:
        super().__init__(line, column)
        self.flow = flow
        self.keys: dict[str, Scalar] = {}
        self.values: dict[str, Tree] = {}

    def get(self, key: str) -> Tree | None:
        """The value under a key, or None."""
        return self.values.get(key)

    def items(self) -> Iterator[tuple[str, Tree]]:
        """Keys with their values, in the order of the file."""
        return iter(self.values.items())


class Seq(Tree):
    """A list; `flow` says that it stands in brackets."""

    __slots__ = ("flow", "items")

    def __init__(self, line: int, column: int, flow: bool = False) -> None:
        super().__init__(line, column)
        self.flow = flow
        self.items: list[Tree] = []


def resolve_plain(text: str) -> Any:
    """What an unquoted word means in YAML 1.2; infinities and NaN stay text, JSON has none."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    first = text[0]
    if first not in "0123456789+-.":
        return text
    if _INT.match(text):
        return int(text)
    if _OCTAL.match(text):
        return int(text[2:], 8)
    if _HEX.match(text):
        return int(text[2:], 16)
    if _FLOAT.match(text):
        number = float(text)
        return text if number in (float("inf"), float("-inf")) else number
    return text


def plain(tree: Tree) -> Any:
    """The tree as JSON values, without places."""
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Map):
        return {key: plain(value) for key, value in tree.items()}
    assert isinstance(tree, Seq)
    return [plain(item) for item in tree.items]
