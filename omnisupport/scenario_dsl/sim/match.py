"""Whether a value is as a test wants it: part of an object, part of a text, a pattern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnisupport.scenario_dsl.regex import PatternError, compile_pattern


def matches(wanted: Any, found: Any) -> bool:
    """Whether `found` is as `wanted` says.

    An object must have at least the wanted fields; `{contains: …}`, `{matches: …}` and `{any: true}` ask
    less than equality; `any` alone takes everything that is there.
    """
    if wanted == "any":
        return found is not None
    if isinstance(wanted, dict):
        if len(wanted) == 1:
            (name,) = wanted
            if name in _TESTS:
                return _TESTS[name](wanted[name], found)
        return isinstance(found, dict) and all(
            matches(value, _get(found, key)) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(wanted) == len(found)
            and all(matches(one, other) for one, other in zip(wanted, found, strict=True))
        )
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return bool(wanted == found)


def _get(holder: dict[str, Any], path: str) -> Any:
    """The value under a key, or under a dotted path of keys."""
    if path in holder:
        return holder[path]
    found: Any = holder
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def get_path(holder: dict[str, Any], path: str) -> Any:
    """The value under `order.total.amount`, or None."""
    return _get(holder, path)


def spaced(text: str) -> str:
    """The text with its no-break spaces as the spaces that a test's author types."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _contains(part: Any, found: Any) -> bool:
    if isinstance(found, str):
        return spaced(str(part)) in spaced(found)
    return isinstance(found, list) and part in found


def _pattern(pattern: Any, found: Any) -> bool:
    try:
        return (
            isinstance(found, str) and compile_pattern(spaced(str(pattern))).search(spaced(found)) is not None
        )
    except PatternError:
        return False


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "contains": _contains,
    "matches": _pattern,
    "any": lambda _, found: found is not None,
    "not": lambda wanted, found: not matches(wanted, found),
}
