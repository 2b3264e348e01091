"""Which of the known names a misspelt one was probably meant to be, quickly: a document may misspell hundreds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

# Longer words are not compared, and lists of more names not searched.
_LONGEST = 64
_MOST = 2_000
# How many names are compared letter by letter: those that share most pairs of letters with the word.
_COMPARED = 6
# Pairs of letters that so many names have say nothing.
_COMMON = 60


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, or None."""
    names = tuple(sorted(set(known)))
    if not word or len(word) > _LONGEST or len(names) > _MOST:
        return None
    close = get_close_matches(word, _candidates(word, names), n=1, cutoff=0.65)
    return close[0] if close else None


def _candidates(word: str, names: tuple[str, ...]) -> list[str]:
    if len(names) <= _COMPARED:
        return [name for name in names if len(name) <= _LONGEST]
    index = _index(names)
    places = [index[pair] for pair in _pairs(word) if pair in index]
    telling = [found for found in places if len(found) <= _COMMON] or sorted(places, key=len)[:1]
    shared = Counter(place for found in telling for place in found)
    # The most pairs first, and the order of the alphabet among equals.
    best = sorted(shared, key=lambda place: (-shared[place], place))[:_COMPARED]
    return [names[place] for place in best]


@lru_cache(maxsize=16)
def _index(names: tuple[str, ...]) -> dict[str, list[int]]:
    """Where each pair of letters stands."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        for pair in _pairs(name) if len(name) <= _LONGEST else ():
            found.setdefault(pair, []).append(place)
    return found


def _pairs(word: str) -> set[str]:
    """Neighbouring letters, with marks at both ends."""
    whole = f"^{word}$"
    return {whole[at : at + 2] for at in range(len(whole) - 1)}
