"""A document's text beside its tree: places as offsets, ends of what has no brackets, and ways to a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.loader import read_text
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

# What YAML takes for the end of a line; lines and columns of the tree count by it.
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_KEPT = re.compile(r"[|>][0-9]?\+")

Step = str | int
Path = Sequence[Step]


class NoSuchPlace(LookupError):
    """The path leads to nothing in this document."""


class Source:
    """A text that was read. `text` is what the places count in: without a byte order mark."""

    def __init__(self, text: str, root: Map) -> None:
        self.text = text
        self.root = root
        self._starts = [0, *(match.end() for match in BREAK.finditer(text))]

    @classmethod
    def read(cls, text: str, *, file: str = "scenario.yaml") -> Source:
        """Read a document in YAML or JSON.

        Raises:
            ScenarioInvalid: the text is no map of YAML.
        """
        read = read_text(text, file=file)
        if read.root is None:
            raise ScenarioInvalid(read.findings)
        return cls(read.text, read.root)

    @property
    def newline(self) -> str:
        """The line break of this text."""
        return "\r\n" if "\r\n" in self.text else "\n"

    @cached_property
    def is_json(self) -> bool:
        """Whether it is written as JSON: braces around it and quotes around its names."""
        return self.root.flow and all(self.text[self.start(key)] == '"' for key in self.root.keys.values())

    def offset(self, line: int, column: int) -> int:
        """The offset of a place, both counted from 1."""
        return self._starts[line - 1] + column - 1

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        return low + 1, offset - self._starts[low] + 1

    def start(self, tree: Tree) -> int:
        """Where a value begins."""
        return self.offset(tree.line, tree.column)

    def end(self, tree: Tree) -> int:
        """Behind the last character of a value; a container without brackets ends with its last entry."""
        while isinstance(tree, Map | Seq) and not tree.flow:
            tree = list(tree.values.values())[-1] if isinstance(tree, Map) else tree.items[-1]
        end = self.offset(tree.end_line, tree.end_column)
        start = self.start(tree)
        if not isinstance(tree, Scalar) or self.text[start : start + 1] not in ("|", ">"):
            return end
        # The parser ends a block of lines where the next thing begins.
        raw = self.text[start:end]
        if _KEPT.match(raw):
            return start + len(raw.rstrip(" ")) if raw.endswith(" ") else end
        return start + len(raw.rstrip())

    def is_block(self, tree: Tree) -> bool:
        """Whether a text stands in lines of its own behind `|` or `>`."""
        start = self.start(tree)
        return isinstance(tree, Scalar) and self.text[start : start + 1] in ("|", ">")

    def has_style(self, tree: Tree) -> bool:
        """Whether this is a text on a line, whose quotes another text may take over."""
        return isinstance(tree, Scalar) and not self.is_block(tree) and self.start(tree) < self.end(tree)

    def dash(self, parent: Seq, item: Tree) -> int:
        """Where the dash of an item stands; lines above the item, perhaps."""
        line = item.line
        while line > parent.line and self.text[self.offset(line, parent.column)] != "-":
            line -= 1
        return self.offset(line, parent.column)

    def slice(self, tree: Tree) -> str:
        """A value as it is written."""
        return self.text[self.start(tree) : self.end(tree)]

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._starts[self.place(offset)[0] - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before its break."""
        found = BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def at(self, path: Path) -> Tree:
        """The value under names and numbers of items, `("nodes", "ask", "options", 0)`.

        Raises:
            NoSuchPlace: there is none.
        """
        tree: Tree = self.root
        for step in path:
            found = _step(tree, step)
            if found is None:
                raise NoSuchPlace(".".join(map(str, path)))
            tree = found
        return tree

    def find(self, path: Path) -> Tree | None:
        """The value at a path, or None."""
        try:
            return self.at(path)
        except NoSuchPlace:
            return None

    def scalars(self) -> Iterator[Scalar]:
        """Every key and every scalar value, in the order of the text."""
        stack: list[Tree] = [self.root]
        while stack:
            tree = stack.pop()
            if isinstance(tree, Scalar):
                yield tree
            elif isinstance(tree, Seq):
                stack.extend(reversed(tree.items))
            elif isinstance(tree, Map):
                for key in reversed(tree.keys):
                    stack.extend((tree.values[key], tree.keys[key]))


def _step(tree: Tree, step: Step) -> Tree | None:
    if isinstance(tree, Map) and isinstance(step, str):
        return tree.values.get(step)
    if isinstance(tree, Seq) and isinstance(step, int) and -len(tree.items) <= step < len(tree.items):
        return tree.items[step]
    return None
