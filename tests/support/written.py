"""Conversations on channels whose provider nobody plays: planted as the receiver would have taken them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from omnisupport.settings import Settings
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Conversation, Identity
from tests.support.tenants import TestTenant


async def written(
    settings: Settings,
    tenant: TestTenant,
    type: str,
    *,
    provider: str | None = None,
    last_in_at: datetime | None = None,
    unreachable: str | None = None,
    facts: dict[str, Any] | None = None,
    text: str = "раз",
) -> UUID:
    """The id of a conversation in which a customer has written once, by default just now."""
    database = Database(settings.database_url or "", pool_size=1)
    channel = Channel(
        tenant_id=tenant.id,
        id=uuid4(),
        type=type,
        provider=provider or type,
        name=type,
        external_id=uuid4().hex,
        settings=facts or {},
    )
    try:
        async with database.session(tenant.id) as session:
            session.add(channel)
        body = {"key": uuid4().hex, "external_id": uuid4().hex, "chat": "79990000000", "aliases": []}
        body |= {"name": "Иван", "text": text, "content": {}, "stop": False, "locale": "ru"}
        taken = await InboundStore(database).accept(tenant.id, channel.id, body)
        conversation_id = UUID(taken["message"]["conversation_id"])
        async with database.session(tenant.id) as session:
            row = await session.get_one(Conversation, (tenant.id, conversation_id))
            identity = await session.get_one(Identity, (tenant.id, row.identity_id))
            identity.last_in_at = last_in_at or identity.last_in_at
            identity.unreachable = unreachable
            session.add(identity)
    finally:
        await database.close()
    return conversation_id
