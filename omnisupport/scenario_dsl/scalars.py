"""How one word or text is written in YAML: plain where every reader takes it for the same text, else quoted.

Scenarios are read by YAML 1.2, but editors, linters and other tools often read 1.1, where `no` is false,
`09:30` is a number of seconds and `2026-01-01` a date. What either of them would take for something else is
quoted.
"""

from __future__ import annotations

import json
import re
from typing import Any

from omnisupport.scenario_dsl.tree import resolve_plain

# Words that YAML 1.1 (yaml.org/type) takes for a truth, a null, a merge or a default.
_WORDS_1_1 = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "="])
# Numbers, seconds written as 1:30, infinities and moments of YAML 1.1, more than it takes: quotes do no harm.
_LIKE_A_NUMBER = re.compile(r"[-+]?\.?[0-9][0-9_.,:xXobOBeE+\-a-fA-F]*(?:[ tT][0-9:.,+\-zZ ]*)?\Z")
_LIKE_A_CONSTANT = re.compile(r"[-+]?\.(?:inf|nan)\Z", re.IGNORECASE)
_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW = re.compile(r"[,\[\]{}]")
_BREAKS_PLAIN = re.compile(r":(?:\s|\Z)|\s#")
# What a plain or single-quoted text cannot hold: controls, line breaks of all kinds, marks of byte order.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", '"': '\\"', "\\": "\\\\"}
_ESCAPED = re.compile('["\\\\]|' + _UNPRINTABLE.pattern)


def write_text(text: str, *, flow: bool = False) -> str:
    """A text on one line; `flow` says that it stands inside brackets."""
    if is_plain(text, flow=flow):
        return text
    if ('"' in text or "\\" in text) and "'" not in text and not _UNPRINTABLE.search(text):
        return f"'{text}'"
    return double_quoted(text)


def double_quoted(text: str) -> str:
    """A text in double quotes."""
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def json_text(text: str) -> str:
    """A text as JSON writes it, with real letters, in the form that readers of YAML see as the same."""
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def write_constant(value: Any) -> str:
    """null, a truth or a number, as JSON writes them and YAML 1.2 reads them."""
    return json.dumps(value, allow_nan=False)


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Whether a text without quotes is the same text to every reader."""
    if not text or text != text.strip() or text[0] in _FIRST or text.lower() in _WORDS_1_1:
        return False
    if not isinstance(resolve_plain(text), str) or _LIKE_A_NUMBER.match(text) or _LIKE_A_CONSTANT.match(text):
        return False
    if _BREAKS_PLAIN.search(text) or _UNPRINTABLE.search(text):
        return False
    return not (flow and _FLOW.search(text))


def is_printable(text: str) -> bool:
    """Whether a text can stand between quotes as it is, on one line."""
    return not _UNPRINTABLE.search(text)


def literal_lines(text: str) -> tuple[str, list[str]] | None:
    """The mark and the lines of a block `|`, or None when the text has one line or would not survive it."""
    if "\n" not in text or text[0] in " \t\n" or text.endswith("\n\n"):
        return None
    lines = text.removesuffix("\n").split("\n")
    if any(line != line.rstrip() or _UNPRINTABLE.search(line) for line in lines):
        return None
    return ("|" if text.endswith("\n") else "|-", lines)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"
