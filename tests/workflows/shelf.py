"""Knowledge with one article: what it knows it knows at once, everything else it does not."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from omnisupport.ai.base import Passage
from omnisupport.ai.knowledge.lexical import words

KNOWN = "доставка"
ANSWER = "Доставка стоит 300 рублей."


PASSAGE = Passage(
    document_id="delivery",
    title="Доставка",
    url="https://shop.example/delivery",
    locale="ru",
    text=ANSWER,
    quote=ANSWER,
    confidence=0.9,
    score=0.9,
)


class Words:
    """In the place of the embedding model: texts are alike by the words that they share."""

    async def embed_query(self, text: str) -> Sequence[float]:
        """The words of a text, each in a place of its own."""
        counted = Counter(crc32(word.encode()) % 2_048 for word in words(text))
        length = math.sqrt(sum(count * count for count in counted.values())) or 1.0
        return [counted[place] / length for place in range(2_048)]


class Shelf:
    """Finds one passage for questions with `KNOWN` in them, once `open` is set."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.asked: list[str] = []
        self.embedder = Words()

    async def retrieve(self, question: str, **_: Any) -> Sequence[Passage]:
        """The passage, or nothing."""
        self.asked.append(question)
        await self.open.wait()
        if KNOWN not in question.lower():
            return []
        return [PASSAGE]
