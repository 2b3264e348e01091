"""What providers tell, written: messages, edits, statuses, echoes, and who can be reached."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select

from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Identity, Message, MessagePart


class InboundStore:
    """Channels of every tenant, one call of the database for each thing that is told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(self, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
        """Take a customer's message once; as `Conversations.accept`, or {error: channel_closed}."""
        found: dict[str, Any] = await self._told("accept_inbound", tenant_id, channel_id, body)
        return found

    async def said_last(
        self, tenant_id: UUID, channel_id: UUID, conversation_id: UUID, chat: str
    ) -> str | None:
        """The provider's id of what we said last in a conversation, if it is one of the customer of this chat."""
        his = select(Identity.customer_id).where(
            Identity.tenant_id == tenant_id, Identity.channel_id == channel_id, Identity.external_id == chat
        )
        async with self._database.session(tenant_id) as session:
            found = await session.exec(
                select(MessagePart.external_id)
                .join(
                    Message,
                    (col(Message.tenant_id) == tenant_id) & (col(Message.id) == MessagePart.message_id),
                )
                .join(
                    Conversation,
                    (col(Conversation.tenant_id) == tenant_id)
                    & (col(Conversation.id) == Message.conversation_id),
                )
                .where(
                    MessagePart.tenant_id == tenant_id,
                    Message.conversation_id == conversation_id,
                    Conversation.channel_id == channel_id,
                    col(Conversation.customer_id).in_(his),
                    col(MessagePart.external_id).is_not(None),
                )
                .order_by(col(Message.seq).desc(), col(MessagePart.index).desc())
                .limit(1)
            )
            return found.first()

    async def revise(
        self, tenant_id: UUID, channel_id: UUID, external_id: str, *, text: str = "", gone: bool = False
    ) -> dict[str, Any] | None:
        """A message was changed or taken back: {conversation_id, seq}; None: it is not there, or says so already."""
        found: dict[str, Any] | None = await self._database.call(
            "select revise_inbound($1, $2, $3, $4, $5)", tenant_id, channel_id, external_id, text, gone
        )
        return found

    async def react(
        self, tenant_id: UUID, channel_id: UUID, external_id: str, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """A reaction {who, emoji, at}; without an emoji it was taken back: {conversation_id, seq}; None: no news."""
        found: dict[str, Any] | None = await self._database.call(
            "select take_reaction($1, $2, $3, $4)",
            tenant_id,
            channel_id,
            external_id,
            orjson.dumps(body).decode(),
        )
        return found

    async def take_status(
        self, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """How far a part of ours got: {conversation_id, message_id, status, resume}; None: nothing new."""
        found: dict[str, Any] | None = await self._told("take_status", tenant_id, channel_id, body)
        return found

    async def take_echo(
        self, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """What was written on the account by somebody else than us: {conversation_id, seq}; None: it was us."""
        found: dict[str, Any] | None = await self._told("take_echo", tenant_id, channel_id, body)
        return found

    async def take_membership(self, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]) -> None:
        """Whether an address takes anything from us, or where it has moved."""
        await self._told("take_membership", tenant_id, channel_id, body)

    async def writing(self, tenant_id: UUID, channel_id: UUID, chat: str) -> dict[str, str] | None:
        """Whose conversation goes on in a chat: {conversation_id, customer_id}; None: none does."""
        async with self._database.session(tenant_id) as session:
            found = await session.exec(
                select(Conversation.id, Conversation.customer_id)
                .join(Identity, col(Identity.id) == Conversation.identity_id)
                .where(
                    Conversation.tenant_id == tenant_id,
                    Identity.tenant_id == tenant_id,
                    Conversation.channel_id == channel_id,
                    Identity.external_id == chat,
                    Conversation.status != "resolved",
                )
            )
            row = found.first()
        return None if row is None else {"conversation_id": str(row[0]), "customer_id": str(row[1])}

    async def take_read(self, tenant_id: UUID, channel_id: UUID, chat: str) -> dict[str, Any] | None:
        """The customer has read what was said so far: {conversation_id}; None: no open conversation of his."""
        found: dict[str, Any] | None = await self._database.call(
            "select take_read($1, $2, $3)", tenant_id, channel_id, chat
        )
        return found

    async def _told(self, function: str, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]) -> Any:
        kept = {name: value for name, value in body.items() if value is not None}
        return await self._database.call(
            f"select {function}($1, $2, $3)", tenant_id, channel_id, orjson.dumps(kept, default=str).decode()
        )
