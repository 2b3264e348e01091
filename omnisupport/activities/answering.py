"""Answers from a tenant's documents, held for a moment while a burst of messages is still being typed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from time import time
from typing import Any, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.activities.knowledge import Bases
from omnisupport.activities.signs import TYPING_S
from omnisupport.activities.turns import Teller
from omnisupport.ai.base import Answer
from omnisupport.domain.calls import CallResult, InboundRow
from omnisupport.temporal import parse_workflow_id

HOLD_AT_MOST_MS = 3000
"""A burst is answered this long after its first fragment at the latest."""
FRAGMENTS = 10
BEAT_S = 2.0


@dataclass(frozen=True)
class AnswerRequest:
    """A `kb_answer` call. Inbound messages after `after` that arrive within `hold_ms` belong to the question."""

    request: dict[str, Any]
    locale: str
    after: int
    hold_ms: int
    key: str


class Fragments(Protocol):
    """Where the rest of a burst is read (`storage/queries/conversations.py`)."""

    async def inbound_after(
        self, tenant_id: UUID, conversation_id: str, seq: int, limit: int
    ) -> list[InboundRow]:
        """Inbound messages after a seq, oldest first."""


class Answerer(Protocol):
    """Who finds the answer (`ai/answering.py`)."""

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
        """The answer, or that there is none."""
        ...


class AnswerActivities:
    """Activities on queue `ai`."""

    def __init__(self, answerer: Answerer, fragments: Fragments, bases: Bases, teller: Teller) -> None:
        self._answerer = answerer
        self._fragments = fragments
        self._bases = bases
        self._teller = teller

    @activity.defn
    async def answer(self, request: AnswerRequest) -> CallResult:
        """Answer a question from the tenant's documents; retrieval runs while the burst is still awaited."""
        workflow_id = activity.info().workflow_id
        assert workflow_id is not None
        tenant_id, conversation_id = parse_workflow_id(workflow_id)
        question = str(request.request.get("question") or "")
        found = asyncio.create_task(self._find(tenant_id, question, request))
        beat = asyncio.create_task(_beat())
        shown = asyncio.create_task(self._show(tenant_id, conversation_id))
        try:
            rest = await self._await_burst(tenant_id, conversation_id, request)
            if rest:
                found.cancel()
                whole = "\n".join([question, *(fragment.text for fragment in rest)])
                return await self._find(tenant_id, whole, request, through=rest[-1].seq)
            return await found
        finally:
            found.cancel()
            beat.cancel()
            shown.cancel()

    async def _show(self, tenant_id: UUID, conversation_id: str) -> None:
        """Let customers of providers see that an answer is being made, for as long as it is."""
        while True:
            await self._teller.publish(tenant_id, "answering", conversation_id)
            await asyncio.sleep(TYPING_S)

    async def _find(
        self, tenant_id: UUID, question: str, request: AnswerRequest, *, through: int = 0
    ) -> CallResult:
        wanted = request.request
        knowledge = wanted.get("knowledge") or await self._bases.names(tenant_id)
        documents = None
        if wanted.get("filters"):
            documents = await self._bases.documents(tenant_id, knowledge, wanted["filters"])
        answer = await self._answerer.answer(
            question,
            tenant_id=str(tenant_id),
            knowledge=knowledge,
            locale=request.locale,
            min_confidence=wanted.get("min_score"),
            documents=documents,
            manner=str(wanted.get("persona") or ""),
            followups=int(wanted.get("followups") or 0),
        )
        if answer.kind != "answered":
            return CallResult(exit="no_answer", through_seq=through)
        sources = [asdict(source) for source in answer.sources] if wanted.get("cite", True) else []
        value = {
            "text": answer.text,
            "sources": sources,
            "confidence": answer.confidence,
            "prompt_version": answer.prompt_version,
            "model": answer.model,
        }
        if answer.followups:
            value["followups"] = list(answer.followups)
        return CallResult(exit="answered", value=value, through_seq=through)

    async def _await_burst(
        self, tenant_id: UUID, conversation_id: str, request: AnswerRequest
    ) -> list[InboundRow]:
        """The typed messages that followed the question, once none has come for `hold_ms`."""
        if request.hold_ms <= 0:
            return []
        started = time()
        while True:
            read = await self._fragments.inbound_after(
                tenant_id, conversation_id, request.after - 1, FRAGMENTS
            )
            burst = _burst(read, request.hold_ms)
            is_over = not burst or len(burst) < len(read)
            quiet_for = request.hold_ms if is_over else burst[-1].age_ms
            waited = (time() - started) * 1000
            left = min(request.hold_ms - quiet_for, HOLD_AT_MOST_MS - waited)
            if left <= 0:
                return [fragment for fragment in burst if fragment.seq > request.after]
            await asyncio.sleep(left / 1000)


def _burst(fragments: list[InboundRow], hold_ms: int) -> list[InboundRow]:
    """The messages up to the first button or pause: what comes later is a question of its own."""
    burst: list[InboundRow] = []
    for fragment in fragments:
        paused = burst and burst[-1].age_ms - fragment.age_ms > hold_ms
        if fragment.button is not None or paused:
            break
        burst.append(fragment)
    return burst


async def _beat() -> None:
    """Heartbeats, so that a cancelled answer is noticed."""
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT_S)
