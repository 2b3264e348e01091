"""Split an expression into tokens."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from omnisupport.scenario_dsl.expr.errors import ExprSyntaxError

MAX_CHARACTERS = 2_000
INT_MAX = 2**63 - 1

# White space and comments, which CEL writes `// to the end of the line`.
_BLANK = re.compile(r"(?:\s|//[^\n]*)*")
_TOKEN = re.compile(
    r"""
      (?P<number>0x[0-9a-fA-F]+|(?:[0-9]+\.[0-9]+|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|[0-9]+)
    | (?P<raw>[rR](?:'''[\s\S]*?'''|"""
    r'"""[\s\S]*?"""'
    r"""|'[^'\n]*'|"[^"\n]*"))
    | (?P<string>'''(?:[^\\]|\\[\s\S])*?'''|"""
    r'"""(?:[^\\]|\\[\s\S])*?"""'
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<op>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}|])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[xX][0-9a-fA-F]{2}|[0-3][0-7]{2}|[\s\S])",
)
_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "`": "`",
    "?": "?",
}


class Token(NamedTuple):
    """`kind` is int, number, string, name, op or end; `value` the constant or the word.

    An int may be one above the largest: the parser takes it behind a minus.
    """

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
    position = _blank(text, 0)
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExprSyntaxError("E202", position, token=text[position])
        tokens.append(_token(match))
        position = _blank(text, match.end())
    end = len(text.rstrip())
    tokens.append(Token("end", "", end, end))
    return tokens


def _blank(text: str, position: int) -> int:
    """Where the next token begins."""
    if position < len(text) and text[position] not in " \t\n\r\f\v/" and not text[position].isspace():
        return position
    return _BLANK.match(text, position).end()  # type: ignore[union-attr]  # it matches nothing, too


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or ""
    text, start = match[kind], match.start(kind)
    if kind == "number":
        return _number(text, start, match.end())
    if kind == "raw":
        return Token("string", _without_quotes(text[1:]), start, match.end())
    if kind == "string":
        value = _ESCAPE.sub(lambda m: _unescape(m, start), _without_quotes(text))
        return Token("string", value, start, match.end())
    return Token(kind, text, start, match.end())


def _without_quotes(text: str) -> str:
    width = 3 if len(text) >= 6 and text[:3] in ("'''", '"""') else 1
    return text[width:-width]


def _number(text: str, start: int, end: int) -> Token:
    if text.startswith("0x") or text.isdigit():
        # The digits are counted first: Python refuses to read more than 4,300 of them.
        value = int(text, 16) if text.startswith("0x") else int(text) if len(text) < 30 else INT_MAX + 2
        if value > INT_MAX + 1:
            raise ExprSyntaxError("E202.int", start, token=text[:30])
        return Token("int", value, start, end)
    number = float(text)
    if number == float("inf"):
        raise ExprSyntaxError("E202.int", start, token=text[:30])
    return Token("number", number, start, end)


def _unescape(match: re.Match[str], start: int) -> str:
    code = match[1]
    if len(code) == 1:
        if code not in _ESCAPES:
            raise ExprSyntaxError("E202", start, token=match[0])
        return _ESCAPES[code]
    number = int(code, 8) if code.isdigit() else int(code[1:], 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise ExprSyntaxError("E202", start, token=match[0])
    return chr(number)
