"""Messages that go over another channel than their own: where they may go, when, and that they went."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

import orjson

from omnisupport.domain.capabilities import CHANNELS, capabilities
from omnisupport.domain.fallback import FOR_GOOD, MAY_PASS
from omnisupport.storage.session import Database

READ = "select message_by_id($1, $2)"
OPTIONS = "select fallback_options($1, $2, $3)"
PLAN = "select plan_fallback($1, $2, $3, $4)"
FALL_BACK = "select fall_back($1, $2, $3, $4, $5, $6)"
FAILURES = orjson.dumps({"now": sorted(FOR_GOOD), "waits": sorted(MAY_PASS)}).decode()


class Fallbacks:
    """Failed messages of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def options(self, tenant_id: UUID, message_id: UUID) -> list[dict[str, Any]]:
        """Addresses in the order in which they are tried.

        {identity_id, address, vouched, is_known, channel: {id, type, name}, from_type, locale}.
        """
        found: list[dict[str, Any]] = await self._database.call(OPTIONS, tenant_id, message_id, windows())
        return found

    async def gone(self, tenant_id: UUID, message_id: UUID) -> dict[str, Any] | None:
        """{message_id, conversation_id, channel_type} of where a message went instead; None: nowhere."""
        found: dict[str, Any] | None = await self._database.call(READ, tenant_id, message_id)
        return found["content"].get("instead") if found is not None else None

    async def plan(self, tenant_id: UUID, message_id: UUID) -> int | None:
        """After how many milliseconds a failed message goes elsewhere by itself; None: it does not."""
        found: int | None = await self._database.call(PLAN, tenant_id, message_id, FAILURES, windows())
        return found

    async def fall_back(
        self,
        tenant_id: UUID,
        conversation_id: UUID,
        message_id: UUID,
        told: dict[str, Any],
        scope: str | None = None,
    ) -> dict[str, Any]:
        """Say it over `told["identity_id"]`, once: {message_id, conversation_id, channel_type, again}, or {error}."""
        body = orjson.dumps(told).decode()
        found: dict[str, Any] = await self._database.call(
            FALL_BACK, tenant_id, conversation_id, message_id, body, windows(), scope
        )
        return found


@cache
def windows() -> str:
    """For how many hours after a customer's message each type of channel takes free texts, where there is an end."""
    hours = {each: capabilities(each).window_hours for each in CHANNELS}
    return orjson.dumps({each: limit for each, limit in hours.items() if limit is not None}).decode()
