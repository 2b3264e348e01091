"""Numbers of documents: digits with spaces and hyphens between, perhaps with their name before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from omnisupport.scenario_dsl.keywords import fold

_LONGEST = 40
_DIGITS = re.compile(r"[0-9]{1,24}\Z")
_BETWEEN = re.compile(r"[\s.-]")


def digits_of(text: str, *names: str) -> str | None:
    """The digits of a text that is a number and nothing else, but for one of the names before it."""
    if len(text) > _LONGEST:
        return None
    folded = fold(text)
    for name in names:
        folded = folded.removeprefix(name)
    digits = _BETWEEN.sub("", folded.lstrip(" :№#"))
    return digits if _DIGITS.match(digits) else None


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of the first digits, each by its weight."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
