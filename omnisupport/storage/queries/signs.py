"""Where a sign of a conversation goes."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from omnisupport.domain.sign import Whom
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Conversation, Identity, Message


class Recipients:
    """Conversations of every tenant that a provider carries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def whom(self, tenant_id: UUID, conversation_id: UUID, message_id: UUID | None) -> Whom | None:
        """Whom a conversation is with, and what he said last, or in this message.

        None: no provider reaches him, or the conversation is over.
        """
        async with self._database.session(tenant_id) as session:
            found = await session.exec(
                select(Channel.id, Identity.external_id)
                .join(Conversation, col(Conversation.channel_id) == Channel.id)
                .join(Identity, col(Identity.id) == Conversation.identity_id)
                .where(
                    Conversation.tenant_id == tenant_id,
                    Channel.tenant_id == tenant_id,
                    Identity.tenant_id == tenant_id,
                    Conversation.id == conversation_id,
                    Conversation.status != "resolved",
                    Channel.type != "widget",
                )
            )
            row = found.first()
            if row is None or row[1] is None:
                return None
            last = await session.exec(
                select(Message.external_id, Message.content)
                .where(
                    Message.tenant_id == tenant_id,
                    Message.conversation_id == conversation_id,
                    Message.direction == "inbound",
                    *([Message.id == message_id] if message_id is not None else []),
                )
                .order_by(col(Message.seq).desc())
                .limit(1)
            )
            ref, content = last.first() or (None, {})
            return Whom(row[0], row[1], ref, content.get("provider") or {})
