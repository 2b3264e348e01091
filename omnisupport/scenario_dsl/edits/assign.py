"""Make a part of a document say something else by as few changes as can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Any

from omnisupport.scenario_dsl.edits.places import (
    delete_item,
    delete_key,
    insert_item,
    replace_value,
    set_key,
)
from omnisupport.scenario_dsl.edits.source import Path, Source
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.text_edit import TextEdit, apply_edits
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, plain


class Editor:
    """A text under change: every change is made and read again, so the next one finds its places."""

    def __init__(self, text: str) -> None:
        self.source = Source.read(text)

    @property
    def text(self) -> str:
        """The text as it is by now."""
        return self.source.text

    def make(self, change: Callable[..., list[TextEdit]], *arguments: Any) -> None:
        """Make one change: a function of `places` with its arguments behind the source."""
        self.apply(change(self.source, *arguments))

    def apply(self, edits: list[TextEdit]) -> None:
        """Make edits whose places count in the text as it is."""
        if edits:
            self.source = Source.read(apply_edits(self.source.text, edits))

    def ensure_map(self, path: Path) -> None:
        """Make sure that a map stands at a path, with all that leads to it."""
        for length in range(1, len(path) + 1):
            here = path[:length]
            tree = self.source.find(here)
            if tree is None:
                self.make(set_key, here[:-1], here[-1], {})
            elif isinstance(tree, Scalar) and tree.value is None:
                self.make(replace_value, here, {})

    def set(self, path: Path, value: Any) -> None:
        """Make the value at a path equal to this one; what is equal already is not touched."""
        *above, last = path
        tree = self.source.find(path)
        if tree is None:
            self.make(set_key, above, last, value)
            return
        if _same(plain(tree), value):
            return
        if isinstance(tree, Map) and isinstance(value, Mapping) and tree.values and value:
            self._set_map(path, tree, value)
        elif isinstance(tree, Seq) and isinstance(value, list) and tree.items and value:
            self._set_list(path, tree, value)
        else:
            self.make(replace_value, path, value)

    def delete(self, path: Path) -> None:
        """Take the value at a path away, if it is there."""
        *above, last = path
        if self.source.find(path) is not None:
            self.make(delete_item if isinstance(last, int) else delete_key, above, last)

    def _set_map(self, path: Path, tree: Map, value: Mapping[str, Any]) -> None:
        if not set(tree.values) & set(value):
            self.make(replace_value, path, value)
            return
        self._make_apart(path, tree, value)
        for key in tree.values:
            if key not in value and self.source.find([*path, key]) is not None:
                self.make(delete_key, path, key)
        for key, item in value.items():
            self.set([*path, key], item)

    def _make_apart(self, path: Path, tree: Map, value: Mapping[str, Any]) -> None:
        """Make the changes that keep out of each other's way at once: reading the text is what costs time."""
        edits: list[TextEdit] = []
        for key, old in tree.values.items():
            if key not in value:
                edits += delete_key(self.source, path, key)
            elif isinstance(old, Scalar) and _is_short(value[key]) and not _same(old.value, value[key]):
                edits += replace_value(self.source, [*path, key], value[key])
        try:
            self.apply(edits)
        except ValueError:
            return  # some of them touch the same characters: one after the other, then

    def _set_list(self, path: Path, tree: Seq, value: list[Any]) -> None:
        before = [_name(plain(item)) for item in tree.items]
        matched = SequenceMatcher(None, before, [_name(item) for item in value], autojunk=False)
        if not matched.find_longest_match().size and len(before) != len(value):
            self.make(replace_value, path, value)
            return
        # From the end, so that the numbers before stay what they are.
        for kind, start, end, new_start, new_end in reversed(matched.get_opcodes()):
            shared = min(end - start, new_end - new_start) if kind in ("replace", "equal") else 0
            for number in reversed(range(new_start + shared, new_end)):
                self.make(insert_item, path, end, value[number])
            for number in reversed(range(start + shared, end)):
                self.make(delete_item, path, number)
            for number in range(shared):
                self.set([*path, start + number], value[new_start + number])


def _is_short(value: Any) -> bool:
    """Whether a value takes the place of another on its line."""
    return not isinstance(value, Mapping | list) and not (isinstance(value, str) and "\n" in value)


def _name(value: Any) -> str:
    """What an item of a list is known by: its id, else all of it."""
    if isinstance(value, Mapping) and isinstance(value.get("id"), str):
        return f"id {value['id']}"
    return canonical(value)


def _same(value: Any, other: Any) -> bool:
    """Equal as JSON: 1, 1.0 and true are three things."""
    if isinstance(value, dict) and isinstance(other, Mapping):
        return value.keys() == other.keys() and all(_same(value[key], other[key]) for key in value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(_same, value, other))
    return type(value) is type(other) and bool(value == other)
