"""Passwords that are tried first: those of known breaches, words and names, and what is known of the person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache

OWN_PART_CHARS = 3
"""A shorter part of a name or an address stands in good passwords by chance."""
LEFT_CHARS = 5
"""What has to be left beside one's own data: a year of birth is not enough, nor a word or run that is tried first."""

_PARTS = re.compile(r"[\W_]+")


def is_common(password: str, own: Collection[str] = ()) -> bool:
    """Whether a password stands in the lists, or is little more than the person's `own` data (address, name, company).

    Compared without regard to case and to how a letter is composed. The lists are read once a process, in 60 ms.
    """
    folded = _fold(password)
    return folded in _lists() or _is_own(folded, own)


@cache
def _lists() -> frozenset[str]:
    # Source: the frequency lists of zxcvbn: passwords of breaches, words and names; short ones too, for what is left
    # beside one's own data.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(_fold(word) for words in FREQUENCY_LISTS.values() for word in words)


def _is_own(folded: str, own: Collection[str]) -> bool:
    parts = {part for text in own for part in (_fold(text), *_PARTS.split(_fold(text)))}
    left = folded
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= OWN_PART_CHARS:
            left = left.replace(part, "")
    rest = _PARTS.sub("", left)
    return left != folded and (len(rest) < LEFT_CHARS or rest in _lists())


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
