"""What JSON can say and neither Postgres nor another program can keep: half a character, a number beyond 64 bits."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

SUSPICIOUS = re.compile(rb"\\u[dD][89a-fA-F]|[0-9]{19}|[0-9.][eE]\+?[0-9]{2}")
"""Bytes without which there is nothing to find; few bodies have them."""
MOST_TOLD = 20
HALVES = re.compile("[\ud800-\udfff]")
INTEGERS = range(-(2**63), 2**63)


def unusable(body: bytes, told: Any) -> list[tuple[str, str]]:
    """The fields of a body that nobody can keep, each with the sentence that says why; the first `MOST_TOLD`."""
    return list(islice(_find(told, ""), MOST_TOLD)) if SUSPICIOUS.search(body) else []


def _find(value: Any, at: str) -> Iterator[tuple[str, str]]:
    match value:
        case str() if HALVES.search(value):
            yield at or "body", "A text holds half of a surrogate pair."
        case float() if not math.isfinite(value):
            yield at or "body", "A number is larger than a double."
        case bool():
            return
        case int() if value not in INTEGERS:
            yield at or "body", "A whole number has more than 64 bits."
        case list():
            for number, item in enumerate(value):
                yield from _find(item, _inside(at, str(number)))
        case dict():
            for name, item in value.items():
                if HALVES.search(name):
                    yield at or "body", "The name of a field holds half of a surrogate pair."
                yield from _find(item, _inside(at, name))


def _inside(at: str, name: str) -> str:
    return f"{at}.{name}"[:200] if at else name[:200]
