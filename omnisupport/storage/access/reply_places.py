"""Where an operator's reply goes: the account, the customer's address there, and when he wrote last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from omnisupport.domain.account import Account
from omnisupport.domain.reach import Reach
from omnisupport.storage.access.conversations import absent, access_conversation
from omnisupport.storage.queries.inbox import Inbox
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Conversation, Customer, Identity


@dataclass(frozen=True)
class ReplyPlace:
    """`unreachable` says why nothing arrives there: blocked, channel_closed; None: it does, as far as is known."""

    account: Account
    channel_name: str
    address: str
    last_in_at: datetime | None
    thread: dict[str, Any]
    locale: str
    unreachable: str | None


async def access_reply_place(
    database: Database, inbox: Inbox, tenant_id: UUID, reach: Reach | None, conversation_id: UUID
) -> ReplyPlace:
    """The place of a conversation, without the account's secrets.

    Raises:
        NotFound: absent, another tenant's, or out of reach.
    """
    await access_conversation(inbox, tenant_id, reach, conversation_id)
    async with database.session(tenant_id) as session:
        row = await session.get(Conversation, (tenant_id, conversation_id))
        if row is None:
            raise absent()
        channel = await session.get_one(Channel, (tenant_id, row.channel_id))
        identity = await session.get_one(Identity, (tenant_id, row.identity_id))
        customer = await session.get_one(Customer, (tenant_id, row.customer_id))
    return ReplyPlace(
        account_without_secrets(channel, customer.locale),
        channel.name,
        identity.external_id,
        identity.last_in_at,
        identity.thread or {},
        customer.locale,
        "channel_closed" if channel.status != "active" else identity.unreachable,
    )


def account_without_secrets(channel: Channel, locale: str) -> Account:
    """What a rendering needs of a channel's account."""
    return Account(
        channel.tenant_id,
        channel.id,
        channel.type,
        channel.provider,
        channel.external_id or "",
        channel.settings,
        {},
        locale=locale,
    )
