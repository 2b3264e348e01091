"""Edits that mend a fault by adding fields to a node, in the style in which the node is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.text_edit import TextEdit
from omnisupport.scenario_dsl.tree import Map, Scalar

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Node

_TIMEOUT = "24h"


def add_timeout(node: Node, target: str | None) -> list[TextEdit] | None:
    """`timeout: 24h`, and the exit to `target` where it is known and the node has none."""
    edit = add_field(node.tree, "timeout", _TIMEOUT)
    if edit is None or target is None or node.exit("timeout") is not None:
        return [edit] if edit is not None else None
    exits = node.tree.get("exits")
    if exits is None:
        both = add_field(node.tree, "timeout", _TIMEOUT, ("exits", f"{{timeout: {target}}}"))
        return [both] if both is not None else None
    second = add_field(exits, "timeout", target) if isinstance(exits, Map) else None
    return [edit, second] if second is not None else [edit]


def add_field(tree: Map, name: str, value: str, *more: tuple[str, str]) -> TextEdit | None:
    """The edit that writes fields before the last field of a map, or None for a map without fields."""
    if not tree.keys:
        return None
    fields = [(name, value), *more]
    last = list(tree.keys.values())[-1]
    if _is_flow(tree):
        return _insert(last, "".join(f"{key}: {text}, " for key, text in fields))
    indent = " " * (last.column - 1)
    return _insert(last, "".join(f"{key}: {text}\n{indent}" for key, text in fields))


def _is_flow(tree: Map) -> bool:
    """Whether the map is written `{…}`: a block begins where its first key does."""
    first = next(iter(tree.keys.values()))
    return (first.line, first.column) != (tree.line, tree.column)


def _insert(at: Scalar, text: str) -> TextEdit:
    return TextEdit(at.line, at.column, at.line, at.column, text)
