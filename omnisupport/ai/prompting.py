"""How a scenario's texts reach a model: the author's words instruct, whatever stands between them is data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from omnisupport.scenario_dsl.sinks import prompt_part


def write_parts(parts: Sequence[Mapping[str, str]]) -> tuple[str, list[str]]:
    """The author's words, with a mark where a value stood, and the values as quoted data under these marks.

    `parts` are `{"text": …}` and `{"value": …}`, as a call of a scenario carries them.
    """
    words: list[str] = []
    data: list[str] = []
    for part in parts:
        if "value" in part:
            name = f"value_{len(data) + 1}"
            data.append(prompt_part(name, part["value"]))
            words.append(f"[{name}]")
        else:
            words.append(part.get("text", ""))
    return "".join(words).strip(), data


def plain_words(parts: Sequence[Mapping[str, str]]) -> str:
    """Everything that was given, as it was: what addresses are looked for in."""
    return "\n".join(part.get("value") or part.get("text") or "" for part in parts)


def read_object(raw: str) -> dict[str, Any] | None:
    """The JSON object in a model's words, which may stand in a fence or among sentences; None without one."""
    begin, end = raw.find("{"), raw.rfind("}")
    if begin < 0 or end < begin:
        return None
    try:
        found = json.loads(raw[begin : end + 1])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
