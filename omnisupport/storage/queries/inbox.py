"""The inbox: lists, single lines and the feed of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from omnisupport.domain.reach import Reach
from omnisupport.storage.session import Database

LIST = "select list_conversations($1, $2::jsonb, $3, $4::jsonb)"
COUNTS = "select count_conversations($1, $2, $3, $4::jsonb)"
GET = "select get_conversations($1, $2::uuid[], $3::jsonb)"
CHANGES = "select read_changes($1, $2, $3, $4::jsonb)"
SEEN = "select mark_seen($1, $2, $3, $4, $5::jsonb)"
OPERATION = "select record_operation($1, $2, $3::jsonb, $4::jsonb)"
CUSTOMER_SEEN = "select mark_customer_seen($1, $2, $3)"
LOOKED = "select mark_looked($1, $2, $3)"


class Inbox:
    """Conversations as operators see them; with a reach, those in it and no other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, tenant_id: UUID, filters: dict[str, str], limit: int, reach: Reach | None = None
    ) -> list[dict[str, Any]]:
        """Summaries, newest first."""
        found: list[dict[str, Any]] = await self._database.call(
            LIST, tenant_id, orjson.dumps(filters).decode(), limit, scope_of(reach)
        )
        return found

    async def counts(
        self, tenant_id: UUID, user_id: UUID, most: int, reach: Reach | None = None
    ) -> dict[str, Any]:
        """{mine, unassigned, bot, all, open, snoozed, departments: {id: open ones}}, counted no further than `most`."""
        found: dict[str, Any] = await self._database.call(COUNTS, tenant_id, user_id, most, scope_of(reach))
        return found

    async def get(
        self, tenant_id: UUID, ids: Sequence[UUID], reach: Reach | None = None
    ) -> list[dict[str, Any]]:
        """Summaries by id; an absent or foreign one is left out."""
        found: list[dict[str, Any]] = await self._database.call(GET, tenant_id, list(ids), scope_of(reach))
        return found

    async def changes(
        self, tenant_id: UUID, cursor: str | None, limit: int, reach: Reach | None = None
    ) -> dict[str, Any]:
        """{conversations, left, cursor, more} after a cursor; without one, where the feed stands now.

        `left` went out of reach meanwhile.
        """
        found: dict[str, Any] = await self._database.call(CHANGES, tenant_id, cursor, limit, scope_of(reach))
        return found

    async def mark_seen(
        self, tenant_id: UUID, conversation_id: UUID, seq: int, user_id: UUID, reach: Reach | None = None
    ) -> bool | None:
        """Remember how far an operator has read; whether that is news, None for an absent conversation."""
        is_news: bool | None = await self._database.call(
            SEEN, tenant_id, conversation_id, seq, user_id, scope_of(reach)
        )
        return is_news

    async def record_operation(
        self, tenant_id: UUID, conversation_id: UUID, line: dict[str, Any], reach: Reach | None = None
    ) -> dict[str, Any] | None:
        """Write an operation's audit line, once for its key; the summary of now, None for an absent conversation."""
        found: dict[str, Any] | None = await self._database.call(
            OPERATION, tenant_id, conversation_id, orjson.dumps(line).decode(), scope_of(reach)
        )
        return found

    async def mark_customer_seen(self, tenant_id: UUID, conversation_id: UUID, seq: int) -> bool:
        """Remember how far the customer has read; whether that is news."""
        return bool(await self._database.call(CUSTOMER_SEEN, tenant_id, conversation_id, seq))

    async def mark_looked(self, tenant_id: UUID, ids: Sequence[UUID], user_id: UUID) -> None:
        """Remember that an operator has these conversations before him; counts for those that he holds."""
        await self._database.call(LOOKED, tenant_id, list(ids), user_id)


def scope_of(reach: Reach | None) -> str | None:
    """A reach as the hot functions take it: JSON, or null for everything."""
    return None if reach is None else orjson.dumps(reach.to_dict()).decode()
