"""From a question to an answer: by a model when there is one, else the best passage itself."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from omnisupport.ai.base import MAX_FOLLOWUP, Answer, AnswerModel, Passage, Source
from omnisupport.ai.knowledge.confidence import DEFAULT_MIN_CONFIDENCE
from omnisupport.ai.knowledge.language import language_of
from omnisupport.errors import OmniError, Unavailable
from omnisupport.observability import get_logger

log = get_logger(__name__)

EXTRACTIVE = "extractive"
MODEL_PASSAGES = 5
"""Passages a model is given: about 1,500 tokens."""
EXTRACTIVE_ANYWAY = 0.8
"""Confidence from which the passage itself is sent when the model fails; below, the failure is reported."""


class PassageFinder(Protocol):
    """What the answerer needs of the retrieval."""

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
        """Find passages above a confidence, best first; with `documents` only in these."""
        ...


class Answerer:
    """Answers from a tenant's knowledge, or says that it does not know."""

    def __init__(self, finder: PassageFinder, model: AnswerModel | None = None) -> None:
        self._finder = finder
        self._model = model

    async def answer(
        self,
        question: str,
        *,
        tenant_id: str,
        knowledge: Sequence[str],
        locale: str,
        min_confidence: float | None = None,
        documents: Sequence[str] | None = None,
        manner: str = "",
        followups: int = 0,
    ) -> Answer:
        """Answer a question in its own language, from some `documents` only where they are given.

        `manner` says how a model is to write; a passage is sent as it stands. At most `followups` further questions
        come along, such as the same knowledge answers: a model's, or without one the headings of the next passages.

        `no_answer` when no passage reaches `min_confidence` (default 0.5), or when the model finds that the
        passages do not answer. `confidence` is then that of the best passage below the line. A model that
        fails is replaced by the best passage when that is at least 0.8 sure.

        Raises:
            Unavailable: the store did not answer, or the model failed and no passage is sure enough.
            OmniError: the model refuses its settings and no passage is sure enough.
        """
        line = DEFAULT_MIN_CONFIDENCE if min_confidence is None else min_confidence
        within: dict[str, Any] = {
            "tenant_id": tenant_id,
            "knowledge": knowledge,
            "locale": locale,
            "documents": documents,
        }
        found = await self._finder.retrieve(question, min_confidence=0.0, **within)
        passages = _above(found, line)
        if not passages:
            return _no_answer(max((passage.confidence for passage in found), default=0.0))
        if self._model is None:
            return _extractive(passages, followups)
        wanted = language_of(question) or locale
        answer = await self._by_model(self._model, question, passages, wanted, manner, followups)
        if answer.model == EXTRACTIVE:
            return answer
        kept = await asyncio.gather(*(self._is_answered(each, line, within) for each in answer.followups))
        return replace(answer, followups=tuple(itertools.compress(answer.followups, kept)))

    async def _is_answered(self, question: str, line: float, within: dict[str, Any]) -> bool:
        """Whether the knowledge answers it: nobody is offered a question that leads nowhere."""
        try:
            return bool(await self._finder.retrieve(question, limit=1, min_confidence=line, **within))
        except Unavailable as away:  # the answer is there: what might follow it is not worth another one
            log.warning("followup_not_checked", reason=away.code)
            return False

    async def _by_model(
        self,
        model: AnswerModel,
        question: str,
        passages: list[Passage],
        locale: str,
        manner: str,
        followups: int,
    ) -> Answer:
        try:
            reply = await model.answer(question, passages, locale=locale, manner=manner, followups=followups)
        except OmniError:
            if passages[0].confidence >= EXTRACTIVE_ANYWAY:
                return _extractive(passages, followups)
            raise
        confidence = passages[0].confidence
        if not reply.text:
            refusal = _no_answer(confidence)
            return replace(refusal, prompt_version=reply.prompt_version, model=reply.model)
        sources = tuple(_source(passages[number]) for number in reply.cited)
        return Answer(
            "answered", reply.text, sources, confidence, reply.prompt_version, reply.model, reply.followups
        )


def _above(found: list[Passage], line: float) -> list[Passage]:
    """Passages from the line up. When the first is in one language, those in another only repeat it."""
    sure = [passage for passage in found if passage.confidence >= line]
    return [passage for passage in sure if passage.locale == sure[0].locale][:MODEL_PASSAGES]


def _extractive(passages: Sequence[Passage], followups: int) -> Answer:
    best, *others = passages
    headings = dict.fromkeys(_heading(passage) for passage in others)
    fitting = (heading for heading in headings if 0 < len(heading) <= MAX_FOLLOWUP)
    further = tuple(heading for heading in fitting if heading != _heading(best))[:followups]
    return Answer("answered", best.text, (_source(best),), best.confidence, None, EXTRACTIVE, further)


def _heading(passage: Passage) -> str:
    """What stands nearest above a passage."""
    return passage.heading.rpartition(" / ")[2] or passage.title


def _no_answer(confidence: float) -> Answer:
    return Answer("no_answer", "", (), confidence, None, EXTRACTIVE)


def _source(passage: Passage) -> Source:
    return Source(passage.title, passage.url, passage.document_id, passage.quote)
