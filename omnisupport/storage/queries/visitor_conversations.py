"""A visitor's own conversations, and what he thinks of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from omnisupport.storage.queries.ratings import write_rating
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Change

LIST = "select visitor_conversations($1, $2, $3, $4)"
OPENS = "select visitor_opens($1, $2, $3)"
MOST = 50
SCALE = "stars5"
NODE = "widget"
"""In the place of a scenario's question: the widget asks by itself, once of a conversation."""


class VisitorConversations:
    """Conversations by the tokens of their visitors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, tenant_id: UUID, token_hash: bytes, conversation_id: UUID | None = None
    ) -> dict[str, Any]:
        """{customer_id, items}, the newest first, or the one that is asked for; {error} for a token that is no good."""
        found: dict[str, Any] = await self._database.call(LIST, tenant_id, token_hash, conversation_id, MOST)
        return found

    async def one(self, tenant_id: UUID, token_hash: bytes, conversation_id: UUID) -> dict[str, Any] | None:
        """One of his; None for what is not his, or for a token that is no good."""
        found = await self.list(tenant_id, token_hash, conversation_id)
        return next(iter(found.get("items", ())), None)

    async def opens(self, tenant_id: UUID, token_hash: bytes, file_id: UUID) -> dict[str, Any]:
        """{opens}: whether a file is his to open; {error} for a token that is no good."""
        found: dict[str, Any] = await self._database.call(OPENS, tenant_id, token_hash, file_id)
        return found

    async def rate(
        self, tenant_id: UUID, conversation_id: UUID, customer_id: UUID, score: int, comment: str | None
    ) -> None:
        """Write a score down; one that was given before is gone, and its comment with it."""
        async with self._database.session(tenant_id) as session:
            await write_rating(
                session,
                tenant_id,
                conversation_id,
                customer_id,
                scenario_key="",
                run=0,
                node=NODE,
                given={"scale": SCALE, "score": score, "comment": comment},
                source="widget",
            )
            told = {"tenant_id": tenant_id, "conversation_id": conversation_id, "kind": "conversation"}
            await session.exec(insert(Change).values(**told))
