"""Write plain data as YAML that our loader, and tools of YAML 1.1, read back unchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from omnisupport.scenario_dsl.tree import resolve_plain

_TOP = (
    "omni",
    "id",
    "name",
    "description",
    "kind",
    "channels",
    "locale",
    "timezone",
    "concurrency",
    "settings",
    "triggers",
    "variables",
    "resources",
    "interrupts",
    "on_error",
    "start",
    "nodes",
    "flows",
)
_APART = frozenset({"triggers", "variables", "resources", "interrupts", "on_error", "start", "flows"})
_FIRST, _LAST = ("type", "label", "note", "when"), ("timeout", "queue_timeout", "next", "exits")

_WORD = re.compile(r"[^\W\d][\w./-]*(?: [\w./-]+)*|[0-9]{1,9}[smhd]")
# What YAML 1.1 takes for a bool or for nothing.
_SPOKEN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_LINE = re.compile(r"(?:\S(?:.*\S)?)?")
# Characters that a reader of YAML would fold, strip or refuse.
_UNSEEN = re.compile("[\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffe\uffff]")
_LONGEST_WORD = 120


def emit(document: Mapping[str, Any]) -> str:
    """The document's text. The order of keys is fixed for the document and its nodes, else as given."""
    lines: list[str] = []
    for key in (*_TOP, *(key for key in document if key not in _TOP)):
        if key not in document:
            continue
        if key in _APART:
            lines.append("")
        value = document[key]
        if key == "nodes":
            value = {name: _ordered(node) for name, node in value.items()}
        elif key == "flows":
            value = {name: _ordered_flow(flow) for name, flow in value.items()}
        _pair(lines, "", key, value)
    return "\n".join(lines) + "\n"


def _ordered_flow(flow: Mapping[str, Any]) -> dict[str, Any]:
    nodes = {name: _ordered(node) for name, node in flow["nodes"].items()}
    return {**{key: value for key, value in flow.items() if key != "nodes"}, "nodes": nodes}


def _ordered(node: Mapping[str, Any]) -> dict[str, Any]:
    middle = [key for key in node if key not in _FIRST and key not in _LAST]
    return {key: node[key] for key in (*_FIRST, *middle, *_LAST) if key in node}


def _pair(lines: list[str], indent: str, key: str, value: Any) -> None:
    head = f"{indent}{_scalar(key)}:"
    if isinstance(value, Mapping) and value:
        lines.append(head)
        for name, item in value.items():
            _pair(lines, indent + "  ", name, item)
    elif isinstance(value, list) and value:
        lines.append(head)
        for item in value:
            _item(lines, indent + "  ", item)
    elif isinstance(value, str) and _is_block(value):
        lines.append(f"{head} |-")
        lines += [f"{indent}  {line}" if line else "" for line in value.split("\n")]
    else:
        lines.append(f"{head} {_scalar(value)}")


def _item(lines: list[str], indent: str, value: Any) -> None:
    if not isinstance(value, Mapping | list) or not value:
        lines.append(f"{indent}- {_scalar(value)}")
        return
    inner: list[str] = []
    if isinstance(value, Mapping):
        for name, item in value.items():
            _pair(inner, indent + "  ", name, item)
    else:
        for item in value:
            _item(inner, indent + "  ", item)
    # The first line of a compound item stands behind the dash.
    lines.append(f"{indent}- {inner[0][len(indent) + 2 :]}")
    lines += inner[1:]


def _is_block(text: str) -> bool:
    """Whether a text of several lines can stand as it is."""
    lines = text.split("\n")
    if len(lines) < 2 or not lines[0] or not lines[-1] or _UNSEEN.search(text):
        return False
    return all(_LINE.fullmatch(line) and line.isprintable() for line in lines)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if _is_plain(value) else _quoted(value)
    if isinstance(value, Mapping):
        return "{}"
    return "[]" if isinstance(value, list) else json.dumps(value)


def _is_plain(text: str) -> bool:
    if len(text) > _LONGEST_WORD or text.lower() in _SPOKEN:
        return False
    return bool(_WORD.fullmatch(text)) and text.isprintable() and resolve_plain(text) == text


def _quoted(text: str) -> str:
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04X}", json.dumps(text, ensure_ascii=False))
