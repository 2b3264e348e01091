"""Split an expression into tokens."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from omnisupport.scenario_dsl.expr.errors import ExprSyntaxError

MAX_CHARACTERS = 2_000
INT_MAX = 2**63 - 1

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|0x[0-9a-fA-F]+|[0-9]+))
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<op>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}|])
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?"}


class Token(NamedTuple):
    """`kind` is int, number, string, name, op or end; `value` the constant or the word."""

    kind: str
    value: Any
    position: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens and a final `end`.

    Raises:
        ExprSyntaxError: longer than 2,000 characters (E201), or a character that begins no token (E202).
    """
    if len(text) > MAX_CHARACTERS:
        raise ExprSyntaxError("E201", MAX_CHARACTERS, size=len(text), limit=MAX_CHARACTERS)
    tokens: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            at = len(text) - len(text[position:].lstrip())
            raise ExprSyntaxError("E202", at, token=text[at])
        tokens.append(_token(match))
        position = match.end()
    tokens.append(Token("end", "", end, end))
    return tokens


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or ""
    text, start = match[kind], match.start(kind)
    if kind == "number":
        return _number(text, start, match.end())
    if kind == "string":
        return Token("string", _ESCAPE.sub(lambda m: _unescape(m, start), text[1:-1]), start, match.end())
    return Token(kind, text, start, match.end())


def _number(text: str, start: int, end: int) -> Token:
    if text.startswith("0x") or text.isdigit():
        # The digits are counted first: Python refuses to read more than 4,300 of them.
        value = int(text, 16) if text.startswith("0x") else int(text) if len(text) < 30 else INT_MAX + 1
        if value > INT_MAX:
            raise ExprSyntaxError("E202.int", start, token=text[:30])
        return Token("int", value, start, end)
    number = float(text)
    if number == float("inf"):
        raise ExprSyntaxError("E202.int", start, token=text[:30])
    return Token("number", number, start, end)


def _unescape(match: re.Match[str], start: int) -> str:
    code = match[1]
    if len(code) > 1:
        number = int(code[1:], 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise ExprSyntaxError("E202", start, token=match[0])
        return chr(number)
    if code not in _ESCAPES:
        raise ExprSyntaxError("E202", start, token=match[0])
    return _ESCAPES[code]
