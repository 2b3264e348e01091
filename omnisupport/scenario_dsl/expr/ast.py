"""The syntax tree of an expression, with places for the checker and a compact JSON form for the IR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Ast:
    """One node: an operator name, its arguments (trees, names or constants) and its first character.

    lit value · id name · . object name · [] object index · list items · map pairs · ! neg ·
    + - * / % == != < <= > >= in · && || terms · ? condition then else · has path ·
    call name arguments (a method's receiver comes first) · macro name list variable body
    """

    __slots__ = ("args", "op", "position")

    def __init__(self, op: str, position: int, *args: Any) -> None:
        self.op = op
        self.position = position
        self.args = args

    def to_json(self) -> list[Any]:
        """The tree without places: `[op, argument, …]`."""
        return [self.op, *(_json(argument) for argument in self.args)]

    def children(self) -> Iterator[Ast]:
        """The trees directly below."""
        return _trees(self.args)


def _trees(values: tuple[Any, ...]) -> Iterator[Ast]:
    for value in values:
        if isinstance(value, Ast):
            yield value
        elif isinstance(value, tuple):
            yield from _trees(value)


def _json(value: Any) -> Any:
    if isinstance(value, Ast):
        return value.to_json()
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    return value


def path_of(ast: Ast) -> str | None:
    """`vars.order.eta` for a chain of plain members, else None."""
    names: list[str] = []
    while ast.op == ".":
        names.append(ast.args[1])
        ast = ast.args[0]
    if ast.op != "id":
        return None
    names.append(ast.args[0])
    return ".".join(reversed(names))


def paths_in(ast: Ast) -> set[str]:
    """Every chain of plain members that an expression reads, and what leads to each."""
    path = path_of(ast) if ast.op == "." else None
    found = {path} if path is not None else set()
    for child in ast.children():
        found |= paths_in(child)
    return found


def reads_name(ast: Ast, name: str) -> bool:
    """Whether an expression uses a name that a macro gave it."""
    if ast.op == "id":
        return bool(ast.args[0] == name)
    if ast.op == "macro" and ast.args[2] == name:
        # The inner macro gives the name another meaning in its body.
        return reads_name(ast.args[1], name)
    return any(reads_name(child, name) for child in ast.children())
