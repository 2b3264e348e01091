"""The sentence of a passage that is nearest to a question, word for word."""

from __future__ import annotations

import re

from omnisupport.ai.knowledge.chunking import split_sentences
from omnisupport.ai.knowledge.lexical import coverage, words

MAX_QUOTE = 240
"""Characters shown beside a source."""

_AMOUNT_ASKED = re.compile(
    r"\b(?:скольк\w*|скок\w*|поч[её]м|цен\w*|стоимост\w*|срок\w*|когда|"
    r"how (?:much|many|long|far|often)|price|cost|when)\b",
    re.IGNORECASE,
)
_FIGURE_BONUS = 0.25
"""A question about an amount or a time is answered by a sentence with a figure in it."""
_MARK = re.compile(r"^\s*(?:•|\d+\.)\s*")


def best_sentence(topic: tuple[str, ...], question: str, text: str) -> str:
    """Choose the sentence, list item or table row of `text` that covers most of the question.

    Without any word in common (another language, other words) that is the first one. At most 240 characters.
    """
    pieces = [_MARK.sub("", piece).strip() for line in text.split("\n") for piece in split_sentences(line)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return ""
    asks_amount = bool(_AMOUNT_ASKED.search(question))

    def fitness(piece: str) -> float:
        has_figure = asks_amount and any(char.isdigit() for char in piece)
        return coverage(topic, words(piece)) + (_FIGURE_BONUS if has_figure else 0.0)

    # max() keeps the first of equals: an article says the main thing first.
    return shorten(max(pieces, key=fitness), MAX_QUOTE)


def shorten(text: str, limit: int) -> str:
    """Cut at a word boundary with an ellipsis when `text` is longer than `limit`."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:—–-") + "…"
