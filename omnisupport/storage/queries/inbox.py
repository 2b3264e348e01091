"""The inbox: lists, single lines and the feed of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from omnisupport.storage.session import Database

LIST = "select list_conversations($1, $2::jsonb, $3)"
GET = "select get_conversations($1, $2::uuid[])"
CHANGES = "select read_changes($1, $2, $3)"
SEEN = "select mark_seen($1, $2, $3, $4)"
CUSTOMER_SEEN = "select mark_customer_seen($1, $2, $3)"
LOOKED = "select mark_looked($1, $2, $3)"


class Inbox:
    """Conversations as operators see them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, tenant_id: UUID, filters: dict[str, str], limit: int) -> list[dict[str, Any]]:
        """Summaries, newest first."""
        found: list[dict[str, Any]] = await self._database.call(
            LIST, tenant_id, orjson.dumps(filters).decode(), limit
        )
        return found

    async def get(self, tenant_id: UUID, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Summaries by id; an absent or foreign one is left out."""
        found: list[dict[str, Any]] = await self._database.call(GET, tenant_id, list(ids))
        return found

    async def changes(self, tenant_id: UUID, cursor: str | None, limit: int) -> dict[str, Any]:
        """{conversations, cursor, more} after a cursor; without one, where the feed stands now."""
        found: dict[str, Any] = await self._database.call(CHANGES, tenant_id, cursor, limit)
        return found

    async def mark_seen(self, tenant_id: UUID, conversation_id: UUID, seq: int, user_id: UUID) -> bool | None:
        """Remember how far an operator has read; whether that is news, None for an absent conversation."""
        is_news: bool | None = await self._database.call(SEEN, tenant_id, conversation_id, seq, user_id)
        return is_news

    async def mark_customer_seen(self, tenant_id: UUID, conversation_id: UUID, seq: int) -> bool:
        """Remember how far the customer has read; whether that is news."""
        return bool(await self._database.call(CUSTOMER_SEEN, tenant_id, conversation_id, seq))

    async def mark_looked(self, tenant_id: UUID, ids: Sequence[UUID], user_id: UUID) -> None:
        """Remember that an operator has these conversations before him; counts for those that he holds."""
        await self._database.call(LOOKED, tenant_id, list(ids), user_id)
