"""Answers of one kind, parsed without a run."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.calendar import local
from omnisupport.scenario_dsl.inputs.base import Answer, Found, Outside, Parsed, Refused
from omnisupport.scenario_dsl.registry import input_kinds
from tests.scenario_dsl.support import NOW

MOSCOW = "Europe/Moscow"
NOTHING = object()
"""What an answer is that no kind understands; null may be a value."""


def found(
    kind: str, text: str, *, locale: str = "ru", content: dict[str, Any] | None = None, **data: Any
) -> Found:
    """What a kind makes of a text on Monday, 2 March 2026, 11:00 in Moscow."""
    answer = Answer(text.strip(), NOW, MOSCOW, locale, content or {})
    return input_kinds()[kind].parse(answer, {"kind": kind, **data})


def value(
    kind: str, text: str, *, locale: str = "ru", content: dict[str, Any] | None = None, **data: Any
) -> Any:
    """The value of a text, NOTHING when it has none."""
    result = found(kind, text, locale=locale, content=content, **data)
    assert not isinstance(result, Outside), result
    return result.value if isinstance(result, Parsed) else NOTHING


def is_refused(result: Found) -> bool:
    """Whether the answer was understood and will not do."""
    return isinstance(result, Refused)


def moscow(moment: Any) -> str:
    """A moment as the clocks in Moscow show it."""
    return "nothing" if moment is NOTHING else local(moment, MOSCOW).strftime("%Y-%m-%d %H:%M")
