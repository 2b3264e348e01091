"""Write JSON values as YAML that our loader reads back to the same values."""

from __future__ import annotations

import json
import re
from typing import Any

from omnisupport.scenario_dsl.tree import resolve_plain

# A word that needs no quotes: begins with a letter, holds nothing that YAML gives a meaning to.
_PLAIN = re.compile(r"[^\W\d_][\w ./-]*\Z")
_SHORT = 90


def to_yaml(value: Any) -> str:
    """The document as block YAML; small maps and lists stand on one line."""
    return "\n".join(_block(value, 0)) + "\n"


def _block(value: Any, depth: int) -> list[str]:
    indent = "  " * depth
    if isinstance(value, dict) and value:
        lines = []
        for key, item in value.items():
            lines += _under(f"{indent}{_scalar(str(key))}:", item, depth)
        return lines
    if isinstance(value, list) and value:
        lines = []
        for item in value:
            flow = _flow(item)
            if len(flow) <= _SHORT or not isinstance(item, dict | list):
                lines.append(f"{indent}- {flow}")
                continue
            first, *rest = _block(item, depth + 1)
            lines += [f"{indent}- {first.strip()}", *rest]
        return lines
    return [f"{indent}{_flow(value)}"]


def _under(head: str, item: Any, depth: int) -> list[str]:
    flow = _flow(item)
    is_nested = isinstance(item, dict | list) and bool(item)
    if not is_nested or (len(head) + len(flow) <= _SHORT and depth > 0):
        return [f"{head} {flow}"]
    return [head, *_block(item, depth + 1)]


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(str(key))}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    text = str(value)
    if _PLAIN.match(text) and text == text.strip() and isinstance(resolve_plain(text), str):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Double quotes, with everything that cannot be seen escaped."""
    parts = []
    for character in text:
        if character in '"\\':
            parts.append("\\" + character)
        elif character == "\n":
            parts.append("\\n")
        elif character == "\t":
            parts.append("\\t")
        elif character.isprintable():
            parts.append(character)
        else:
            code = ord(character)
            parts.append(f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}")
    return '"' + "".join(parts) + '"'
