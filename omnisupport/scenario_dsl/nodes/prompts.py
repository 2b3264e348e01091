"""Texts for a model: what the author wrote stands apart from values, which are data and never instructions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.render import pick_locale

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn

VALUE_KEPT = 2_000


def prompt_parts(turn: Turn, text: dict[str, Any]) -> list[dict[str, str]]:
    """The text as `{"text": …}` for the author's words and `{"value": …}` for what stands in its holes.

    Raises `ExprError`.
    """
    locale = pick_locale(text, turn.context.locale, turn.program.locale)
    segments = text[locale]
    if isinstance(segments, str):
        return [{"text": segments}]
    parts: list[dict[str, str]] = []
    for segment, alone in zip(segments, _singles(turn, locale, segments), strict=True):
        if isinstance(segment, str):
            parts.append({"text": segment})
        else:
            parts.append({"value": turn.render(alone)[:VALUE_KEPT]})
    return parts


def _singles(turn: Turn, locale: str, segments: list[Any]) -> list[dict[str, Any]]:
    """Each segment as a text of its own; kept, because writers are found by identity."""
    key = f"prompt.{id(segments)}"
    known: list[dict[str, Any]] | None = turn.program.memo.get(key)
    if known is None:
        known = turn.program.memo[key] = [{locale: [segment]} for segment in segments]
    return known
