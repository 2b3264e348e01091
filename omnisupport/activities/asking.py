"""What scenarios ask of meaning and of models: a text's label, values in it, a text, the next words of an assistant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.activities.beating import beating
from omnisupport.activities.knowledge import Bases
from omnisupport.activities.tools import Toolbox
from omnisupport.ai.base import Guess, Reply, Tools, Written
from omnisupport.domain.calls import CallResult
from omnisupport.scenario_dsl.runtime.interrupts import DEFAULT_CONFIDENCE
from omnisupport.temporal import parse_workflow_id

KINDS = ("classify", "extract", "reply", "generate")
"""Calls that queue `ai` answers, beside `kb_answer`."""
BEAT_S = 2.0
MARGIN_S = 1.0
"""The model is given up so long before the attempt is, so that its error has a name."""
UNAVAILABLE = "ai.unavailable"
UNREADABLE = "ai.unreadable"
"""Codes of errors: there is no model, and its words are not of the form that was asked for."""


@dataclass(frozen=True)
class AskRequest:
    """A call of one of `KINDS`; `key` tells one call from another in logs: asking twice changes nothing."""

    kind: str
    request: dict[str, Any]
    locale: str
    key: str


class Labels(Protocol):
    """Who knows what a text is about (`ai/classify.py`)."""

    async def classify(self, text: str, labels: Mapping[str, Mapping[str, Any]]) -> Guess:
        """The label that fits best."""
        ...


class Writer(Protocol):
    """What a language model does for scenarios (`ai/writer.py`)."""

    async def extract(
        self, text: str, fields: Mapping[str, Mapping[str, Any]], *, locale: str, today: str, timeout: float
    ) -> dict[str, Any] | None:
        """Values of fields that a text holds; None when the model's words cannot be read."""
        ...

    async def generate(
        self, parts: Sequence[Mapping[str, str]], *, max_chars: int, locale: str, timeout: float
    ) -> Written:
        """A text by an author's instructions."""
        ...

    async def reply(
        self,
        request: Mapping[str, Any],
        *,
        tenant_id: str,
        knowledge: Sequence[str],
        locale: str,
        timeout: float,
        tools: Tools | None = None,
    ) -> Reply:
        """What an assistant does next in a talk."""
        ...


class AskActivities:
    """Activities on queue `ai`."""

    def __init__(self, labels: Labels, writer: Writer | None, bases: Bases, toolbox: Toolbox) -> None:
        self._labels = labels
        self._writer = writer
        self._bases = bases
        self._toolbox = toolbox

    @activity.defn
    async def ask(self, ask: AskRequest) -> CallResult:
        """Answer a call of a scenario; without a model only `classify` is answered, by examples alone.

        Exits: `label` or `unsure` · `ok`, `unavailable` or `error` of extract · `answer`, `done`, `limit` or
        `needs_human` of reply · `ok` or `error` of generate. A model that does not answer is tried again, by the
        call's retries.

        Raises:
            Unavailable: the model, or the store of the knowledge, did not answer.
            OmniError: the model refuses its settings.
        """
        async with beating(BEAT_S):
            match ask.kind:
                case "classify":
                    return await self._classify(ask.request)
                case "extract":
                    return await self._extract(ask)
                case "reply":
                    return await self._reply(ask)
                case "generate":
                    return await self._generate(ask)
                case _:
                    raise ValueError(f"no such question: {ask.kind}")

    async def _classify(self, request: dict[str, Any]) -> CallResult:
        guess = await self._labels.classify(request["text"], request["labels"])
        wanted = request.get("min_confidence", DEFAULT_CONFIDENCE)
        if guess.label is None or guess.confidence < wanted:
            return CallResult(exit="unsure", value={"confidence": guess.confidence})
        return CallResult(exit="label", value={"label": guess.label, "confidence": guess.confidence})

    async def _extract(self, ask: AskRequest) -> CallResult:
        if self._writer is None:
            return CallResult(exit="unavailable")
        request, today = ask.request, datetime.now(UTC).date().isoformat()
        found = await self._writer.extract(
            request["text"], request["fields"], locale=ask.locale, today=today, timeout=_timeout()
        )
        if found is None:
            return CallResult(exit="error", value={"code": UNREADABLE})
        return CallResult(exit="ok", value=found)

    async def _generate(self, ask: AskRequest) -> CallResult:
        if self._writer is None:
            return CallResult(exit="error", value={"code": UNAVAILABLE})
        request = ask.request
        written = await self._writer.generate(
            request["prompt"], max_chars=request["max_chars"], locale=ask.locale, timeout=_timeout()
        )
        if not written.text:
            return CallResult(exit="error", value={"code": UNREADABLE})
        value = {"text": written.text, "prompt_version": written.prompt_version, "model": written.model}
        return CallResult(exit="ok", value=value)

    async def _reply(self, ask: AskRequest) -> CallResult:
        if self._writer is None:
            return CallResult(exit="needs_human")
        workflow_id = activity.info().workflow_id or ""
        tenant_id, thing = parse_workflow_id(workflow_id)
        named = ask.request.get("tools") or ()
        is_run = workflow_id.split("/")[1] == "run"
        tools = await self._toolbox.open(tenant_id, named, is_run=is_run, thing_id=UUID(thing))
        reply = await self._writer.reply(
            ask.request,
            tenant_id=str(tenant_id),
            knowledge=await self._bases.names(tenant_id),
            locale=ask.locale,
            timeout=_timeout(),
            tools=tools,
        )
        value: dict[str, Any] = {
            "text": reply.text,
            "tokens": reply.tokens,
            "prompt_version": reply.prompt_version,
            "model": reply.model,
        }
        if reply.tools:
            value["tools"] = [{"name": each.name, "status": each.status} for each in reply.tools]
        return CallResult(exit=reply.exit, value=value)


def _timeout() -> float:
    """Seconds that a model has within this attempt."""
    limit = activity.info().start_to_close_timeout
    return max(MARGIN_S, limit.total_seconds() - MARGIN_S) if limit else MARGIN_S
