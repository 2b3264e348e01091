"""BM25 as a sparse vector: Russian and English words, each with its own stemmer, in one space of hashes."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdrant_edge import Bm25

AVERAGE_LENGTH = 60.0
"""Words of a usual passage; BM25's length norm is relative to it."""

SparseVector = dict[int, float]
"""Word hash to weight. Rarity (IDF) is applied by the engine, over the tenant's own chunks."""

_CYRILLIC = re.compile(r"[а-я]+")
_OTHER = re.compile(r"[a-z0-9]+")


def encode_passage(text: str) -> SparseVector:
    """Weigh the words of a passage by how often they occur and how long it is."""
    return _encode(text, query=False)


def encode_question(text: str) -> SparseVector:
    """Weigh each word of a question 1; empty when it holds nothing but stop words."""
    return _encode(text, query=True)


def _encode(text: str, *, query: bool) -> SparseVector:
    # Words are split by alphabet: a Russian text that names "WhatsApp" meets an English question about it.
    lowered = text.lower().replace("ё", "е")
    vector: SparseVector = {}
    for language, pattern in (("russian", _CYRILLIC), ("english", _OTHER)):
        part = " ".join(pattern.findall(lowered))
        if part:
            model = _model(language)
            sparse = model.embed_query(part) if query else model.embed_document(part)
            vector.update(zip(sparse.indices, sparse.values, strict=True))
    return vector


@cache
def _model(language: str) -> Bm25:
    from qdrant_edge import Bm25, Bm25Config

    return Bm25(Bm25Config(language=language, avg_len=AVERAGE_LENGTH))
