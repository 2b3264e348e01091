"""Which values an expression passes on: what is compared or counted does not come out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omnisupport.scenario_dsl.expr.ast import Ast, path_of
from omnisupport.scenario_dsl.template import Hole, Segments
from omnisupport.scenario_dsl.uses import ValueExpression, ValueText

_DECIDES = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "&&", "||", "!", "has", "lit"})
_MEASURES = frozenset({"size", "contains", "startsWith", "endsWith", "matches"})
_ASKS = frozenset({"exists", "all", "exists_one"})
_HIDES = "mask"


def carried(ast: Ast) -> set[str]:
    """The paths whose values, or parts of them, the value of the expression may hold."""
    path = path_of(ast)
    if path is not None:
        return {path}
    if ast.op in _DECIDES or (ast.op == "call" and ast.args[0] in _MEASURES):
        return set()
    if ast.op == "macro" and ast.args[0] in _ASKS:
        return set()
    children = list(ast.children())
    if ast.op == "?":
        children = children[1:]
    return set().union(*(carried(child) for child in children)) if children else set()


def shown_by(hole: Hole) -> set[str]:
    """The paths whose values a hole shows; `mask` hides its value."""
    if any(use.name == _HIDES for use in hole.filters):
        return set()
    found = carried(hole.ast)
    for use in hole.filters:
        for argument in use.arguments:
            found |= carried(argument)
    return found


def holes(segments: Segments) -> Iterator[Hole]:
    """The holes of a text."""
    return (part for part in segments if isinstance(part, Hole))


def carried_by(value: Any) -> set[str]:
    """The paths whose values a field's value passes on, at any depth."""
    if isinstance(value, ValueExpression):
        return carried(value.expression.ast)
    if isinstance(value, ValueText):
        texts = value.text.locales.values()
        return set().union(*(shown_by(hole) for segments in texts for hole in holes(segments)))
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*(carried_by(item) for item in value)) if isinstance(value, list) else set()
