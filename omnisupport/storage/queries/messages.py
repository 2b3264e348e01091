"""Claims and results of sends."""

from __future__ import annotations

from uuid import UUID

from omnisupport.domain.conversation import MessageStatus
from omnisupport.domain.message import Outbound, Sent
from omnisupport.storage.session import Database

CLAIM = "select claim_send($1, $2)"
RECORD = "select record_send($1, $2, $3, $4, $5)"


class Sends:
    """Outbound rows of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, tenant_id: UUID, message_id: UUID) -> tuple[Sent, Outbound | None]:
        """`pending` becomes `sending` if it is due and its epoch is still the conversation's, else `cancelled`."""
        found = await self._database.call(CLAIM, tenant_id, message_id)
        message = found.get("message")
        return Sent(found["status"], found.get("wait_ms", 0)), Outbound(**message) if message else None

    async def record(
        self,
        tenant_id: UUID,
        message_id: UUID,
        status: MessageStatus,
        *,
        external_id: str | None,
        reason: str | None,
    ) -> None:
        """Write what became of a send."""
        await self._database.call(RECORD, tenant_id, message_id, status.value, external_id, reason)
