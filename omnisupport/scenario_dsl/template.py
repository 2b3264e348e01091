"""Texts with holes: `{{ expression | filter(arguments) }}`, read once into segments.

A text is never a string that is parsed again after values went in: rendering walks the segments, and
whatever a value holds stays a value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from omnisupport.scenario_dsl.expr.ast import Ast
from omnisupport.scenario_dsl.expr.errors import ExprSyntaxError
from omnisupport.scenario_dsl.expr.lex import tokenize
from omnisupport.scenario_dsl.expr.parse import Parser, check_depth


@dataclass(frozen=True, slots=True)
class FilterUse:
    """One `| name(arguments)`; arguments are constants, `default` alone takes any expression."""

    name: str
    arguments: tuple[Ast, ...]
    position: int

    def to_json(self) -> list[Any]:
        """`[name, argument, …]`, each argument as an expression."""
        return [self.name, *(argument.to_json() for argument in self.arguments)]


@dataclass(slots=True)
class Hole:
    """One `{{ … }}`; `offset` is where its expression begins in the text.

    `implied` are filters that the type calls for, by the position in `filters` before which they go.
    """

    ast: Ast
    filters: list[FilterUse]
    offset: int
    implied: dict[int, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """`{"e": expression, "f": filters}`."""
        filters: list[list[Any]] = []
        for index, use in enumerate(self.filters):
            if index in self.implied:
                filters.append([self.implied[index]])
            filters.append(use.to_json())
        if len(self.filters) in self.implied:
            filters.append([self.implied[len(self.filters)]])
        return {"e": self.ast.to_json(), "f": filters} if filters else {"e": self.ast.to_json()}


Segments = list[str | Hole]

MAX_HOLES = 100


class TemplateError(ExprSyntaxError):
    """A hole that cannot be read; the position counts from the beginning of the text."""


def parse_template(text: str) -> Segments:
    """Literals and holes in turn.

    Raises:
        TemplateError: a hole that does not end (E203.hole), more than 100 of them (E203.holes), or E201 to
            E204 inside one.
    """
    segments: Segments = []
    position = holes = 0
    while (start := text.find("{{", position)) >= 0:
        holes += 1
        if holes > MAX_HOLES:
            raise TemplateError("E203.holes", start, limit=MAX_HOLES)
        if start > position:
            segments.append(text[position:start])
        end = _hole_end(text, start + 2)
        segments.append(_hole(text[start + 2 : end], start + 2))
        position = end + 2
    if position < len(text):
        segments.append(text[position:])
    return segments


def _hole_end(text: str, start: int) -> int:
    """Where `}}` stands outside quotes."""
    quote, index, depth = "", start, 0
    while index < len(text):
        character = text[index]
        if quote:
            if character == "\\":
                index += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            if depth == 0 and text.startswith("}}", index):
                return index
            depth -= 1
        index += 1
    raise TemplateError("E203.hole", start - 2)


def _hole(source: str, offset: int) -> Hole:
    try:
        ast, filters = _parsed(source)
    except ExprSyntaxError as error:
        raise TemplateError(error.key, error.position + offset, **error.words) from error
    return Hole(ast, list(filters), offset)


@lru_cache(maxsize=4_096)
def _parsed(source: str) -> tuple[Ast, tuple[FilterUse, ...]]:
    parser = Parser(tokenize(source))
    ast = parser.expression()
    check_depth(ast)
    filters: list[FilterUse] = []
    while parser.skip("|"):
        filters.append(_filter(parser))
    parser.expect_end()
    return ast, tuple(filters)


def _filter(parser: Parser) -> FilterUse:
    name = parser.name()
    arguments = parser.arguments(")") if parser.skip("(") else ()
    return FilterUse(name.value, arguments, name.position)


def segments_to_json(segments: Segments) -> Any:
    """A plain string when nothing varies, else a list of strings and holes."""
    if not segments:
        return ""
    if len(segments) == 1 and isinstance(segments[0], str):
        return segments[0]
    return [segment if isinstance(segment, str) else segment.to_json() for segment in segments]
