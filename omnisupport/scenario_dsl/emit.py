"""Write values as a document: two spaces a level, short maps and lists in brackets, quotes only where needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.order import ordered_keys
from omnisupport.scenario_dsl.scalars import literal_lines, write_constant, write_text
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

WIDTH = 110
"""The longest line with brackets, in characters."""
_DEEPEST_IN_BRACKETS = 3
# Sections with a line of their own for each entry, however few there are.
_SECTIONS = frozenset(
    ("nodes", "flows", "variables", "triggers", "interrupts", "resources", "texts", "migrations")
)
# Nodes that are no more than a place: they stand on one line.
_SHORT_NODES = frozenset(("end", "return"))

Place = tuple[str, ...]


@dataclass(slots=True)
class Notes:
    """The comments of a document by the `id` of what they belong to: a key, an item of a list, or a container.

    `before` holds the lines above, "" for an empty one; `beside` what stands at the end of the line; `below`
    the lines after a container's last entry; `top` and `bottom` those of the whole document.
    """

    before: dict[int, list[str]] = field(default_factory=dict)
    beside: dict[int, list[str]] = field(default_factory=dict)
    below: dict[int, list[str]] = field(default_factory=dict)
    top: list[str] = field(default_factory=list)

    def has_any(self, owner: Tree) -> bool:
        """Whether a comment belongs to this very key, item or container; empty lines do not count."""
        name = id(owner)
        return name in self.beside or name in self.below or any(self.before.get(name, ()))


def emit_document(data: Mapping[str, Any]) -> str:
    """A document of JSON values as text in the language's form; its fields in the order of the reference."""
    return write_tree(tree_of(dict(data)), Notes())


def tree_of(value: Any) -> Tree:
    """JSON values as a tree without places."""
    if isinstance(value, Mapping):
        result = Map(1, 1)
        for key, item in value.items():
            result.keys[str(key)] = Scalar(str(key), True, 1, 1)
            result.values[str(key)] = tree_of(item)
        return result
    if isinstance(value, list | tuple):
        items = Seq(1, 1)
        items.items = [tree_of(item) for item in value]
        return items
    if isinstance(value, str):
        return Scalar(value, True, 1, 1)
    return Scalar(write_constant(value), False, 1, 1)


def write_tree(root: Tree, notes: Notes) -> str:
    """A whole document as text; ends with a line break."""
    writer = _Writer(notes)
    writer.lines.extend(notes.top)
    if isinstance(root, Map) and root.values:
        writer.entries(root, "", ())
    else:
        writer.lines.append(writer.inline(root, False) or "{}")
    return "\n".join(writer.lines) + "\n"


def write_value(value: Any, indent: str, place: Place, *, blocks: bool = True) -> list[str]:
    """A value of the document at `place` as it stands behind a key with this indentation.

    The first line follows the colon, or is empty and the value fills the other lines. Without `blocks` texts of
    several lines stand between quotes: a comment below cannot become a part of them.
    """
    tree = tree_of(value)
    writer = _Writer(Notes(), blocks=blocks)
    writer.entry("", tree, indent, place, [])
    first, *others = writer.lines
    return [first.strip(), *others]


def write_item(value: Any, indent: str, place: Place, *, blocks: bool = True) -> list[str]:
    """A value as the lines of an item of a list that has this indentation; `blocks` as in `write_value`."""
    writer = _Writer(Notes(), blocks=blocks)
    writer.entry("-", tree_of(value), indent, place, [])
    return writer.lines


def write_inline(value: Any) -> str:
    """A value on one line, whatever its length, as it stands inside brackets."""
    return _Writer(Notes()).brackets(tree_of(value))


class _Writer:
    def __init__(self, notes: Notes, *, blocks: bool = True) -> None:
        self.lines: list[str] = []
        self._notes = notes
        self._blocks = blocks

    def entries(self, tree: Map | Seq, indent: str, place: Place, lead: str = "") -> None:
        """The entries of a container, a line or more for each; `lead` are the dashes before the first."""
        was_block = False
        for number, (prefix, owner, value, here) in enumerate(self._pairs(tree, place)):
            start = len(self.lines)
            above = self._notes.before.get(id(owner), [])
            above = above if number else _without_blank(above)
            dashes = "" if number else lead
            # What stands above the first key would come between it and its dash.
            outer = _before(indent, dashes)
            self.lines.extend(outer + line if line else line for line in above)
            self.entry(prefix, value, indent, here, self._beside(owner), dashes)
            is_block = len(self.lines) - start - len(above) > 1
            if not place and number and (is_block or was_block) and self.lines[start] != "":
                self.lines.insert(start, "")
            was_block = is_block
        self.lines.extend(indent + line if line else line for line in self._notes.below.get(id(tree), ()))

    def entry(
        self, prefix: str, tree: Tree, indent: str, place: Place, beside: list[str], lead: str = ""
    ) -> None:
        """One entry behind its key or dash; `lead` are dashes before it on the same line."""
        *above, last = beside or [""]
        outer = _before(indent, lead)
        self.lines.extend(outer + line for line in above)
        tail = f"  {last}" if last else ""
        begin, inner = f"{outer}{lead} {prefix}" if lead else indent + prefix, indent + "  "
        may_block = self._blocks and isinstance(tree, Scalar) and tree.quoted
        literal = literal_lines(tree.text) if may_block and isinstance(tree, Scalar) else None
        if literal is not None:
            mark, lines = literal
            self.lines.append(f"{begin} {mark}{tail}")
            self.lines.extend(inner + line if line else line for line in lines)
            return
        written = self._short(tree, place, WIDTH - len(begin) - 1)
        if written is not None:
            self.lines.append(f"{begin} {written}{tail}")
            return
        assert isinstance(tree, Map | Seq)
        if prefix != "-":
            self.lines.append(f"{begin}{tail}")
            self.entries(tree, inner, place)
            return
        if tail:
            self.lines.append(outer + last)  # the item has no line of its own to stand beside
        self.entries(tree, inner, place, f"{lead} -" if lead else "-")

    def _pairs(self, tree: Map | Seq, place: Place) -> list[tuple[str, Tree, Tree, Place]]:
        """Prefix, owner of the comments, value and place of each entry."""
        if isinstance(tree, Seq):
            return [("-", item, item, (*place, "-")) for item in tree.items]
        keys = ordered_keys(tree, place)
        return [(f"{_key(tree.keys[key])}:", tree.keys[key], tree.values[key], (*place, key)) for key in keys]

    def _beside(self, owner: Tree) -> list[str]:
        return self._notes.beside.get(id(owner), [])

    def _short(self, tree: Tree, place: Place, room: int) -> str | None:
        """The value on one line, or None when it takes several."""
        if isinstance(tree, Scalar):
            return self.inline(tree, False)
        if isinstance(tree, Map) and tree.values and _wants_lines(tree, place):
            return None
        if isinstance(tree, Seq) and len(place) == 1 and place[0] in _SECTIONS and tree.items:
            return None
        if _depth(tree) > _DEEPEST_IN_BRACKETS or self._is_noted(tree):
            return None
        written = self.inline(tree, False)
        return written if written is not None and len(written) <= room else None

    def inline(self, tree: Tree, flow: bool) -> str | None:
        """The value on one line, or None when it holds what must not be squeezed: lists of maps, long texts."""
        if isinstance(tree, Scalar):
            return _scalar(tree, flow)
        values = list(tree.values.values()) if isinstance(tree, Map) else _items(tree)
        blocks = self._blocks and any(
            isinstance(value, Scalar) and value.quoted and literal_lines(value.text) for value in values
        )
        if blocks:
            return None
        if isinstance(tree, Seq) and not all(isinstance(value, Scalar) for value in values):
            return None
        parts = [self.inline(value, True) for value in values]
        if any(part is None for part in parts):
            return None
        return _bracketed(tree, [part for part in parts if part is not None])

    def brackets(self, tree: Tree) -> str:
        """The value on one line at any cost."""
        if isinstance(tree, Scalar):
            return _scalar(tree, True)
        values = list(tree.values.values()) if isinstance(tree, Map) else _items(tree)
        return _bracketed(tree, [self.brackets(value) for value in values])

    def _is_noted(self, tree: Tree) -> bool:
        """Whether a comment stands somewhere inside."""
        if id(tree) in self._notes.below:
            return True
        if isinstance(tree, Map):
            noted = any(self._notes.has_any(key) for key in tree.keys.values())
            return noted or any(self._is_noted(value) for value in tree.values.values())
        if isinstance(tree, Seq):
            return any(self._notes.has_any(item) or self._is_noted(item) for item in tree.items)
        return False


def _before(indent: str, lead: str) -> str:
    """The indentation of a line whose dashes take a part of it."""
    return indent[: len(indent) - len(lead) - 1] if lead else indent


def _items(tree: Tree) -> list[Tree]:
    assert isinstance(tree, Seq)
    return tree.items


def _bracketed(tree: Tree, parts: list[str]) -> str:
    if isinstance(tree, Map):
        keys = [_key(key, flow=True) for key in tree.keys.values()]
        return "{" + ", ".join(f"{key}: {part}" for key, part in zip(keys, parts, strict=True)) + "}"
    return "[" + ", ".join(parts) + "]"


def _key(key: Scalar, *, flow: bool = False) -> str:
    # A key that was written plain keeps its meaning for `switch`: `1:` is a number, `"1":` a text.
    is_constant = not key.quoted and key.text != "" and not isinstance(key.value, str)
    return key.text if is_constant else write_text(key.text, flow=flow)


def _scalar(tree: Scalar, flow: bool) -> str:
    value = tree.value
    if isinstance(value, str):
        return write_text(value, flow=flow)
    # Numbers stay as they were written, 0x1F and 1.50; a null or a truth has one form.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return tree.text if is_number else write_constant(value)


def _wants_lines(tree: Map, place: Place) -> bool:
    """Whether a map gets a line for each entry though it would be short: sections and nodes."""
    section = place[2:] if len(place) > 2 and place[0] == "flows" else place
    if len(section) == 1 and section[0] in _SECTIONS:
        return True
    if len(place) == 2 and place[0] == "flows":
        return True
    if len(section) != 2 or section[0] != "nodes":
        return False
    kind = tree.get("type")
    is_short = isinstance(kind, Scalar) and kind.text in _SHORT_NODES
    return not is_short or not all(isinstance(value, Scalar) for value in tree.values.values())


def _depth(tree: Tree) -> int:
    if isinstance(tree, Map):
        return 1 + max((_depth(value) for value in tree.values.values()), default=0)
    if isinstance(tree, Seq):
        return 1 + max((_depth(value) for value in tree.items), default=0)
    return 0


def _without_blank(lines: list[str]) -> list[str]:
    return lines[1:] if lines and lines[0] == "" else lines
