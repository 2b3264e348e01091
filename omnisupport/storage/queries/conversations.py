"""The hot functions of a conversation, and its rows for activities."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlmodel import col, select

from omnisupport.domain.calls import InboundRow
from omnisupport.domain.conversation import Committed, Loaded, Row
from omnisupport.domain.reach import Reach
from omnisupport.observability import TURN_SECONDS
from omnisupport.storage import tables
from omnisupport.storage.queries.inbox import scope_of
from omnisupport.storage.session import Database

ACCEPT = "select accept_message($1, $2, $3, $4, $5::jsonb, $6)"
COMMIT = "select commit_turn($1, $2, $3::jsonb)"
LOAD = "select load_conversation($1, $2)"
READ_AFTER = "select read_after($1, $2, $3, $4, $5, $6::jsonb)"
BY_CLIENT_ID = "select message_by_key($1, $2)"
READ_INBOUND = "select read_inbound($1, $2, $3, $4)"


class Conversations:
    """Conversations of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(
        self,
        tenant_id: UUID,
        token_hash: bytes,
        *,
        client_message_id: str,
        text: str,
        content: dict[str, Any],
        stop_word: bool,
    ) -> dict[str, Any]:
        """Take a visitor's message: {error}, or {message, prev, ring, repeat, created, status}."""
        body = orjson.dumps(content).decode()
        accepted: dict[str, Any] = await self._database.call(
            ACCEPT, tenant_id, token_hash, client_message_id, text, body, stop_word
        )
        return accepted

    async def read_after(
        self,
        tenant_id: UUID,
        conversation_id: UUID,
        after: int,
        *,
        limit: int,
        visitor: bool,
        reach: Reach | None = None,
    ) -> dict[str, Any] | None:
        """{messages, last_seq, status} after a seq, or None for a conversation that is absent or out of reach."""
        found: dict[str, Any] | None = await self._database.call(
            READ_AFTER, tenant_id, conversation_id, after, limit, visitor, scope_of(reach)
        )
        return found

    async def by_client_id(
        self, tenant_id: UUID, conversation_id: UUID, client_message_id: str
    ) -> dict[str, Any] | None:
        """The message that an operator sent under his own id."""
        key = f"{conversation_id}:op:{client_message_id}"
        found: dict[str, Any] | None = await self._database.call(BY_CLIENT_ID, tenant_id, key)
        return found

    async def read_message(self, tenant_id: UUID, message_id: UUID) -> dict[str, Any] | None:
        """One message, as it is shown."""
        found: dict[str, Any] | None = await self._database.call(
            "select message_by_id($1, $2)", tenant_id, message_id
        )
        return found

    async def load(self, tenant_id: UUID, conversation_id: str) -> Loaded | None:
        """Row, IR and context of a run's first read."""
        found = await self._database.call(LOAD, tenant_id, UUID(conversation_id))
        if found is None:
            return None
        return Loaded(
            row=Row(**found["row"]),
            ir=found["ir"],
            channel=found["channel"],
            customer=found["customer"],
            tenant=found["tenant"],
            unsent=found["unsent"],
            owes=found["owes"],
            fields=found["fields"],
            last_inbound_at=found["last_inbound_at"],
        )

    async def inbound_after(
        self, tenant_id: UUID, conversation_id: str, seq: int, limit: int
    ) -> list[InboundRow]:
        """Inbound messages after a seq, oldest first."""
        found = await self._database.call(READ_INBOUND, tenant_id, UUID(conversation_id), seq, limit)
        return [InboundRow(**item) for item in found]

    async def ir(self, tenant_id: UUID, ir_hash: str) -> str | None:
        """The text of a published version, by its hash."""
        version = tables.ScenarioVersion
        async with self._database.session(tenant_id) as session:
            found = await session.exec(
                select(sa.cast(col(version.ir), sa.Text))
                .where(version.tenant_id == tenant_id, version.ir_hash == ir_hash)
                .limit(1)
            )
            return found.first()

    async def commit(self, tenant_id: UUID, conversation_id: str, body: bytes) -> Committed:
        """The compare-and-set of a turn; `body` is JSON as the SQL function takes it."""
        found = await self._database.call(COMMIT, tenant_id, UUID(conversation_id), body.decode())
        row = found.pop("row", None)
        waited_ms = found.pop("waited_ms", None)
        if waited_ms is not None:
            TURN_SECONDS.labels("bot").observe(waited_ms / 1000)
        return Committed(**found, row=Row(**row) if row else None)
