"""Match what people type against words: letters of any alphabet, any case, `ё` as `е`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from string import whitespace
from unicodedata import normalize

import re2

from omnisupport.scenario_dsl.regex import compile_any, is_in

# Characters that change how a text looks and not what it says: zero-width, direction marks, soft hyphen.
_INVISIBLE = dict.fromkeys([0xAD, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)])
_FOLD = {**_INVISIBLE, ord("ё"): "е", 0xA0: " "}

_EDGES = whitespace + "\xa0" + "".join(map(chr, _INVISIBLE))

# Python's re and not RE2: one pass without alternatives is linear as well, and five times as fast.
_WORDS = re.compile(r"[^\W_]+")
# RE2's \b knows only Latin letters, so a word's border is written out.
_BEFORE, _AFTER = r"(?:^|[^\pL\pM\pN])", r"(?:[^\pL\pM\pN]|$)"

_LONG_WORD = 5
_SHORT_TEXT = 64

Matcher = Callable[[str], bool]


def fold(text: str) -> str:
    """The text in lower case, without invisible characters, `ё` as `е`, spaces single."""
    if not text.isascii():
        # Some keyboards write `й` as two characters.
        text = normalize("NFC", text.casefold()).translate(_FOLD)
    return " ".join(text.casefold().split())


def strip_invisible(text: str) -> str:
    """The text without spaces and invisible characters around it; those inside may hold an emoji together."""
    return text.strip(_EDGES)


def words_of(text: str) -> list[str]:
    """The words of a text, folded, without punctuation."""
    return _WORDS.findall(fold(text))


def bare(text: str) -> str:
    """The words of a text, folded, single spaces between them: what `exact` compares."""
    # Labels and what customers answer to them come again and again.
    return _bare_short(text) if len(text) <= _SHORT_TEXT else " ".join(words_of(text))


@lru_cache(maxsize=4_096)
def _bare_short(text: str) -> str:
    return " ".join(words_of(text))


def keyword_matcher(keywords: Sequence[str], match: str, fuzzy: int = 0) -> Matcher:
    """A test for texts: do they match one of the keywords?

    `exact`: the whole message is the keyword, punctuation aside · `word`: it occurs as whole words ·
    `contains`: it occurs anywhere · `regex`: keywords are RE2 patterns, case does not count. With `fuzzy` 1
    each longer word of an `exact` or `word` keyword may have one letter wrong, missing, added or swapped.
    """
    return _matcher(tuple(keywords), match, fuzzy if match in ("exact", "word") else 0)


@lru_cache(maxsize=4_096)
def _matcher(keywords: tuple[str, ...], match: str, fuzzy: int) -> Matcher:
    plain = _plain_matcher(keywords, match)
    if not fuzzy:
        return plain
    phrases = [words for keyword in keywords if (words := words_of(keyword))]
    near = _whole_near if match == "exact" else _part_near
    return lambda text: plain(text) or near(phrases, words_of(text))


def _whole_near(phrases: list[list[str]], said: list[str]) -> bool:
    return any(len(phrase) == len(said) and all(map(is_near, said, phrase)) for phrase in phrases)


def _part_near(phrases: list[list[str]], said: list[str]) -> bool:
    return any(
        all(map(is_near, said[start : start + len(phrase)], phrase))
        for phrase in phrases
        for start in range(len(said) - len(phrase) + 1)
    )


def is_near(said: str, meant: str) -> bool:
    """Whether two words are the same but for one letter; short ones are too like each other to tell."""
    if said == meant:
        return True
    if len(meant) < _LONG_WORD or abs(len(said) - len(meant)) > 1:
        return False
    same = next((i for i, pair in enumerate(zip(said, meant, strict=False)) if pair[0] != pair[1]), None)
    if same is None:
        return True
    rest, wanted = said[same:], meant[same:]
    if len(said) != len(meant):
        return rest[1:] == wanted if len(said) > len(meant) else rest == wanted[1:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return rest[1:] == wanted[1:] or swapped


def _plain_matcher(keywords: tuple[str, ...], match: str) -> Matcher:
    if match == "exact":
        # A keyword without letters ("?") is compared as it stands.
        known = {bare(keyword) or fold(keyword) for keyword in keywords}
        return lambda text: (bare(text) or fold(text)) in known
    if match == "regex":
        patterns = [compile_any(f"(?i){keyword}") for keyword in keywords]
        return lambda text: any(is_in(pattern, text) for pattern in patterns)
    folded = [fold(keyword) for keyword in keywords]
    if match == "contains":
        return lambda text: any(keyword in fold(text) for keyword in folded)
    alternatives = "|".join(re2.escape(keyword).replace(r"\ ", r"\s+") for keyword in folded)
    pattern = compile_any(f"{_BEFORE}(?:{alternatives}){_AFTER}")
    return lambda text: is_in(pattern, fold(text))
