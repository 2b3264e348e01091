"""Which of the product's languages a text is in, by its letters, and the form a question is embedded in."""

from __future__ import annotations

import re
import unicodedata

MAX_QUESTION = 500
"""Characters of a message that are searched for; what follows is rarely the question."""

_SHOUTED = 5
"""Longer texts in capitals only are written small; shorter ones may be a name (`СБП`, `API`)."""
_SPACE = re.compile(r"\s+")
_END = " ?!.…,;:"


def language_of(text: str) -> str | None:
    """`ru` or `en` by the majority of letters; None without letters of either."""
    lowered = text.lower()
    cyrillic = sum(1 for char in lowered if "а" <= char <= "я" or char == "ё")
    latin = sum(1 for char in lowered if "a" <= char <= "z")
    if not cyrillic and not latin:
        return None
    return "ru" if cyrillic >= latin else "en"


def clean_question(text: str) -> str:
    """Normalise what a customer typed: one line, no invisible characters, at most 500 characters."""
    normal = unicodedata.normalize("NFKC", text)
    visible = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in normal)
    return _SPACE.sub(" ", visible).strip()[:MAX_QUESTION].strip()


def is_question(text: str) -> bool:
    """Tell whether there is anything to search for: at least two letters or digits."""
    return sum(1 for char in text if char.isalnum()) >= 2


def canonical_question(text: str) -> str:
    """Write a cleaned question as a sentence, `Сколько стоит доставка?`, however it was typed.

    The model places the same words differently with and without the mark and the capital: one form for all
    raised first hits on the demo's questions from 0.90 to 0.93 (`benchmarks/answers.py`).
    """
    bare = text.rstrip(_END)
    if bare.isupper() and len(bare) > _SHOUTED:
        bare = bare.lower()
    return f"{bare[0].upper()}{bare[1:]}?" if bare else text
