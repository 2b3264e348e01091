"""Careful reading of what Meta sends: any part of it may be missing or of another shape, and the rest still counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Told = Mapping[str, Any]
LAST_SECOND = 32_503_680_000


def inner(told: Told, *names: str) -> Told:
    """The mapping at this path; an empty one where there is none."""
    found: Any = told
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def rows(told: Told, name: str) -> list[Told]:
    """The mappings in a list; whatever else stands there is left out."""
    found = told.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def text(told: Told, name: str) -> str:
    """A text or a whole number as text, without NUL, which no database takes; empty where there is neither."""
    found = told.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found).replace("\x00", "")


def number(told: Told, name: str) -> float | None:
    """A finite number, also one that is written as text."""
    found = told.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    try:
        value = float(found)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def moment(told: Told, name: str = "timestamp") -> datetime:
    """Epoch seconds as a moment; now where they cannot be read."""
    seconds = number(told, name)
    if seconds is None or not 0 <= seconds <= LAST_SECOND:
        return datetime.now(UTC)
    return datetime.fromtimestamp(int(seconds), UTC)
