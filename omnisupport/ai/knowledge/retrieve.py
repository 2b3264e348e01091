"""From a question to passages: both searches, fused, each with a calibrated confidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from omnisupport.ai.base import Embedder, Hit, KnowledgeStore, Passage
from omnisupport.ai.knowledge.confidence import DEFAULT_MIN_CONFIDENCE, Features, confidence, features_of
from omnisupport.ai.knowledge.extract import best_sentence
from omnisupport.ai.knowledge.language import clean_question, is_question, language_of
from omnisupport.ai.knowledge.lexical import coverage, topic_words
from omnisupport.ai.knowledge.question import core_question

SEARCH_DEPTH = 24
"""Hits taken from each of the two searches."""
JUDGED = 12
"""Fused hits that are judged in full; the right one was among them for 99 % of the questions."""
RRF_K = 20
"""Reciprocal rank fusion's constant: how fast a lower rank counts for less."""
FOREIGN_PENALTY = 1.0
"""Log-odds that a passage in another language than the question must be ahead by to come first."""
HEADING_ASKED = 2.0
"""Log-odds for a heading all of whose words were asked for: `Срочная доставка` waits for who asks for `срочная`."""

MOSTLY = 0.5
"""A heading that says more than was asked gains nothing: `Светлые и тёмные улуны` does not answer for `улун`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A hit with all that was concluded about it."""

    hit: Hit
    rrf: float
    features: Features
    confidence: float
    preferred: bool
    """It is in the language that the visitor reads."""
    asked: float
    """Log-odds for a heading that speaks of nothing but what was asked."""

    @property
    def rank_key(self) -> tuple[float, float]:
        """Order of passages: log-odds, the general before the special case, then the fused rank."""
        odds = math.log(max(self.confidence, 1e-9) / max(1 - self.confidence, 1e-9))
        return odds + self.asked - (0.0 if self.preferred else FOREIGN_PENALTY), self.rrf


class Retriever:
    """Finds passages in a tenant's knowledge."""

    def __init__(self, embedder: Embedder, store: KnowledgeStore) -> None:
        self._embedder = embedder
        self._store = store

    async def retrieve(
        self,
        question: str,
        *,
        tenant_id: str,
        knowledge: Sequence[str],
        locale: str,
        limit: int = 8,
        min_confidence: float = DEFAULT_MIN_CONFIDENCE,
        documents: Sequence[str] | None = None,
    ) -> list[Passage]:
        """Find the passages that best answer a question, best first; with `documents` only in these.

        Confidence is a calibrated probability in [0, 1]; passages below `min_confidence` are dropped, so the
        list may be empty. At most `limit` passages of 600 characters, each with a context of 1,200 (source of
        the calibration: `benchmarks/answers.py`). A passage in the question's language comes first when there
        is one; `locale` decides where the letters do not tell the language.

        Raises:
            Unavailable: the store did not answer in time (`knowledge_unavailable`); safe to retry.
        """
        judged = await self.judge(
            question, tenant_id=tenant_id, knowledge=knowledge, locale=locale, documents=documents
        )
        kept = [entry for entry in judged if entry.confidence >= min_confidence]
        question = core_question(clean_question(question))
        topic = topic_words(question)
        return [_passage(entry, topic, question) for entry in kept[:limit]]

    async def judge(
        self,
        question: str,
        *,
        tenant_id: str,
        knowledge: Sequence[str],
        locale: str,
        documents: Sequence[str] | None = None,
    ) -> list[Judged]:
        """Search and judge without any line: what `retrieve` chooses from, for benchmarks and inspection."""
        question = core_question(clean_question(question))
        if not is_question(question) or not knowledge:
            return []
        vector = await self._embedder.embed_query(question)
        hits = await self._store.search(
            tenant_id, knowledge, vector, question, documents=documents, limit=SEARCH_DEPTH
        )
        fused = fuse(hits)[:JUDGED]
        language = language_of(question)
        topic = topic_words(question)
        # A hit of the word search alone has a similarity below the last of the dense search.
        floor = min((hit.cosine for hit in hits if hit.cosine is not None), default=0.0)
        judged = [
            _judge(hit, rrf, topic, floor=floor, language=language, wanted=language or locale)
            for hit, rrf in fused
        ]
        return sorted(judged, key=lambda entry: entry.rank_key, reverse=True)


def fuse(hits: Sequence[Hit]) -> list[tuple[Hit, float]]:
    """Reciprocal rank fusion of the dense and the word search, best first."""
    dense = sorted((hit for hit in hits if hit.cosine is not None), key=lambda hit: -(hit.cosine or 0.0))
    by_words = sorted((hit for hit in hits if hit.bm25 is not None), key=lambda hit: -(hit.bm25 or 0.0))
    scores: dict[str, float] = {}
    for ranking in (dense, by_words):
        for rank, hit in enumerate(ranking):
            chunk_id = hit.chunk.chunk_id
            scores[chunk_id] = scores.get(chunk_id, 0.0) + 1 / (RRF_K + rank)
    return sorted(((hit, scores[hit.chunk.chunk_id]) for hit in hits), key=lambda pair: pair[1], reverse=True)


def _judge(
    hit: Hit, rrf: float, topic: tuple[str, ...], *, floor: float, language: str | None, wanted: str
) -> Judged:
    cosine = floor if hit.cosine is None else hit.cosine
    features = features_of(hit, topic, cosine=cosine, same_language=language in (None, hit.chunk.locale))
    covered = coverage(topic_words(hit.chunk.heading), topic)
    asked = HEADING_ASKED * covered if covered >= MOSTLY else 0.0
    return Judged(hit, rrf, features, confidence(features), preferred=hit.chunk.locale == wanted, asked=asked)


def _passage(entry: Judged, topic: tuple[str, ...], question: str) -> Passage:
    chunk = entry.hit.chunk
    return Passage(
        document_id=chunk.document_id,
        title=chunk.title,
        url=chunk.url,
        text=chunk.text,
        quote=best_sentence(topic, question, chunk.text),
        locale=chunk.locale,
        confidence=round(entry.confidence, 4),
        score=round(entry.rrf, 5),
        heading=chunk.heading,
        context=chunk.context,
    )
