"""Turn the compiled form of a text into a closure that writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnisupport.scenario_dsl.expr.compile import Env, compile_expr
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.funcs import checked_text, kind_name
from omnisupport.scenario_dsl.filters import FILTERS, Surroundings
from omnisupport.scenario_dsl.formats import format_number

Writer = Callable[[Env, Surroundings], str]
Escape = Callable[[str], str]


def pick_locale(texts: dict[str, Any], locale: str, default: str) -> str:
    """The locale in which a text is said: the asked one, its language, the scenario's, or the first."""
    for candidate in (locale, locale[:2], default):
        if candidate in texts:
            return candidate
    return min(texts)


def compile_text(segments: Any, escape: Escape | None = None) -> Writer:
    """The writer of one locale's segments; `escape` is applied to each value, never to literals.

    Writers raise `ExprError`: a null in a hole without `default` is `expr.null`.
    """
    if isinstance(segments, str):
        return lambda env, around: segments
    parts = [_literal(part) if isinstance(part, str) else _hole(part, escape) for part in segments]
    return lambda env, around: checked_text("".join([part(env, around) for part in parts]))


def _literal(text: str) -> Writer:
    return lambda env, around: text


def _hole(hole: dict[str, Any], escape: Escape | None) -> Writer:
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
        said = say(value, around)
        return said if escape is None else escape(said)

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
    if kind is float:
        return format_number(value, None, around.locale)
    code = "expr.null" if value is None else "expr.type"
    raise ExprError(code, f"a text cannot show {kind_name(value)}")
