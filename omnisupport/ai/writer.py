"""All that a language model does for scenarios, behind one door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omnisupport.ai import extracting, generating
from omnisupport.ai.answering import PassageFinder
from omnisupport.ai.base import ChatModel, Reply, Tools, Written
from omnisupport.ai.replying import Assistant


class Writer:
    """Extracts, writes and talks by one model."""

    def __init__(self, finder: PassageFinder, model: ChatModel) -> None:
        self._model = model
        self._assistant = Assistant(finder, model)

    async def extract(
        self, text: str, fields: Mapping[str, Mapping[str, Any]], *, locale: str, today: str, timeout: float
    ) -> dict[str, Any] | None:
        """See `extracting.extract`."""
        return await extracting.extract(
            self._model, text, fields, locale=locale, today=today, timeout=timeout
        )

    async def generate(
        self, parts: Sequence[Mapping[str, str]], *, max_chars: int, locale: str, timeout: float
    ) -> Written:
        """See `generating.generate`."""
        return await generating.generate(
            self._model, parts, max_chars=max_chars, locale=locale, timeout=timeout
        )

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
        """See `Assistant.reply`."""
        return await self._assistant.reply(
            request, tenant_id=tenant_id, knowledge=knowledge, locale=locale, timeout=timeout, tools=tools
        )
