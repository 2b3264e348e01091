"""Turn the compiled form of a text into a closure that writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnisupport.scenario_dsl.expr.compile import Env, compile_expr
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.funcs import MAX_TEXT, kind_name
from omnisupport.scenario_dsl.filters import FILTERS, Surroundings
from omnisupport.scenario_dsl.formats import format_number
from omnisupport.scenario_dsl.sinks import Escape, Link, Sink

Writer = Callable[[Env, Surroundings], str]


def pick_locale(texts: dict[str, Any], locale: str, default: str) -> str:
    """The locale in which a text is said: the asked one, its language, the scenario's, or the first."""
    for candidate in (locale, locale[:2], default):
        if candidate in texts:
            return candidate
    return min(texts)


def compile_text(segments: Any, sink: Sink | Escape | None = None) -> Writer:
    """The writer of one locale's segments for a place; a function is a place that writes values so.

    Writers raise `ExprError`: a null in a hole without `default` is `expr.null`.
    """
    place = sink if isinstance(sink, Sink) or sink is None else Sink("", sink)
    if isinstance(segments, str):
        text = segments if place is None else place.literal(segments)
        return lambda env, around: text
    parts = [_literal(part, place) if isinstance(part, str) else _hole(part, place) for part in segments]

    def write(env: Env, around: Surroundings) -> str:
        written: list[str] = []
        left = MAX_TEXT
        for part in parts:
            said = part(env, around)
            left -= len(said)
            if left < 0:
                raise ExprError("expr.limit", f"a text longer than {MAX_TEXT} characters")
            written.append(said)
        return "".join(written)

    return write


def _literal(text: str, place: Sink | None) -> Writer:
    written = text if place is None else place.literal(text)
    return lambda env, around: written


def _hole(hole: dict[str, Any], place: Sink | None) -> Writer:
    value_of = compile_expr(hole["e"])
    filters = [
        (name, FILTERS[name], [compile_expr(item) for item in items]) for name, *items in hole.get("f", ())
    ]

    def write(env: Env, around: Surroundings) -> str:
        value = value_of(env)
        for name, apply, arguments in filters:
            # Null passes through to a `default`, wherever it stands.
            if value is not None or name == "default":
                value = apply(value, around, *[argument(env) for argument in arguments])
        if place is None:
            return say(value, around)
        if type(value) is Link:
            return place.write_link(value)
        return place.value(say(value, around))

    return write


def say(value: Any, around: Surroundings) -> str:
    """A value as a person reads it."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        words = ("да", "нет") if around.locale.startswith("ru") else ("yes", "no")
        return words[0 if value else 1]
    if kind is int:
        return str(value)
    if kind is Link:
        return str(value)
    if kind is float:
        return format_number(value, None, around.locale)
    code = "expr.null" if value is None else "expr.type"
    raise ExprError(code, f"a text cannot show {kind_name(value)}")
