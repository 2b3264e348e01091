"""Messages as they came, for a person who may read their conversation."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from omnisupport.domain.reach import Reach
from omnisupport.errors import NotFound
from omnisupport.storage.access.conversations import access_conversation
from omnisupport.storage.queries.inbox import Inbox
from omnisupport.storage.session import Database
from omnisupport.storage.tables import File, Message


async def access_original(
    database: Database,
    inbox: Inbox,
    tenant_id: UUID,
    reach: Reach | None,
    conversation_id: UUID,
    message_id: UUID,
) -> File:
    """The file of a message as it came.

    Raises:
        NotFound: no such conversation in reach or message in it (`message_not_found`), or nothing is kept of how it
            came, or no longer (`original_absent`).
    """
    await access_conversation(inbox, tenant_id, reach, conversation_id)
    async with database.session(tenant_id) as session:
        message = (
            await session.exec(
                select(Message).where(
                    Message.tenant_id == tenant_id,
                    Message.conversation_id == conversation_id,
                    Message.id == message_id,
                )
            )
        ).one_or_none()
        if message is None:
            raise NotFound("There is no such message.", code="message_not_found")
        kept = message.content.get("original")
        found = await session.get(File, (tenant_id, UUID(kept["id"]))) if kept else None
    if found is None:
        raise NotFound("Nothing is kept of how this message came.", code="original_absent")
    return found
