"""Conversations that a person begins: the customer's address, and the conversation over it, open or new."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import orjson
import sqlalchemy as sa

from omnisupport.domain.actor import Actor
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import NotFound
from omnisupport.storage.access.customers import load_customer
from omnisupport.storage.access.identities import Address, addresses_of
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Customer

OPEN = sa.text(
    "select (open_conversation(i.tenant_id, i, cast(:p as jsonb))).id from identity i"
    " where i.tenant_id = :tenant and i.id = :identity"
)


@dataclass(frozen=True)
class Recipient:
    """Who is written to, and where."""

    customer: Customer
    at: Address


async def access_recipient(
    database: Database,
    tenant_id: UUID,
    reach: CustomerReach,
    customer_id: UUID,
    *,
    identity_id: UUID | None = None,
    channel_id: UUID | None = None,
    address: str | None = None,
) -> Recipient | None:
    """An address of a customer: by its id, else on a channel the one that is named, or the first; None: he has none.

    Raises:
        NotFound: no such customer in reach, or no such address of his (code `identity_not_found`).
    """
    async with database.session(tenant_id) as session:
        customer = await load_customer(session, tenant_id, reach, customer_id)
        found = [
            each
            for each in await addresses_of(session, tenant_id, customer_id)
            if (identity_id is None or each.identity.id == identity_id)
            and (channel_id is None or each.channel.id == channel_id)
            and (address is None or each.identity.external_id == address)
        ]
    if not found:
        if identity_id is not None:
            raise NotFound("This customer has no such address.", code="identity_not_found")
        return None
    one = next((each for each in found if each.is_primary), found[0])
    return Recipient(customer, one)


async def open_conversation(
    database: Database, tenant_id: UUID, actor: Actor, to: Recipient, *, by: UUID, name: str
) -> UUID:
    """The conversation that is open at an address, or a new one of this operator's."""
    told = {"controller": "operator", "assignee_id": str(by), "assignee_name": name}
    async with database.session(tenant_id) as session:
        names = {"p": orjson.dumps(told).decode(), "tenant": tenant_id, "identity": to.at.identity.id}
        conversation_id: UUID = (await session.execute(OPEN, names)).scalar_one()
        if conversation_id != to.at.conversation_id:
            after = {"channel": str(to.at.channel.id)}
            target = ("conversation", conversation_id)
            record(session, tenant_id, actor, "conversation.begun", target=target, after=after)
    return conversation_id
