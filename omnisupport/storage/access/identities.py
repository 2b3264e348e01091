"""A customer's addresses for a person: which there are, which is written to first, in which order they are tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import Conflict, Invalid, NotFound
from omnisupport.storage.access.customers import load_customer
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Conversation, Customer, Identity, IdentityAlias

REMOVED = "removed"
BY_OPERATOR = "operator"
MOST_IDENTITIES = 100
"""Of a customer, by hand: those whom he makes by writing are not counted."""


@dataclass(frozen=True)
class Address:
    """An identity, its channel, whether it is the one to write to first there, and its open conversation.

    `is_denied`: its customer wants no messages on a channel of this type.
    """

    identity: Identity
    channel: Channel
    is_primary: bool
    conversation_id: UUID | None
    is_denied: bool = False


async def list_identities(
    database: Database, tenant_id: UUID, reach: CustomerReach, customer_id: UUID
) -> list[Address]:
    """His addresses in the order in which they are tried: as people have set it, else the one used last first.

    Raises:
        NotFound: no such customer in reach.
    """
    async with database.session(tenant_id) as session:
        await load_customer(session, tenant_id, reach, customer_id)
        return await addresses_of(session, tenant_id, customer_id)


async def addresses_of(session: AsyncSession, tenant_id: UUID, customer_id: UUID) -> list[Address]:
    """The same inside a transaction, of a customer who is known to be there."""
    of_channel = (col(Channel.tenant_id) == Identity.tenant_id) & (col(Channel.id) == Identity.channel_id)
    of_identity = (
        (col(Conversation.tenant_id) == Identity.tenant_id)
        & (col(Conversation.identity_id) == Identity.id)
        & (col(Conversation.status) != "resolved")
    )
    rows = await session.exec(
        select(Identity, Channel, Conversation.id)
        .join(Channel, of_channel)
        .outerjoin(Conversation, of_identity)
        .where(
            Identity.tenant_id == tenant_id,
            Identity.customer_id == customer_id,
            col(Identity.unreachable).is_distinct_from(REMOVED),
            col(Identity.bound_to).is_(None),
        )
    )
    found = sorted(rows.all(), key=lambda row: _order(row[0]))
    first: dict[UUID, UUID] = {}
    for identity, _, _ in sorted(found, key=lambda row: _preference(row[0])):
        first.setdefault(identity.channel_id, identity.id)
    customer = await session.get_one(Customer, (tenant_id, customer_id))
    denied = {name for name, told in customer.consents.items() if told.get("status") == "denied"}
    return [
        Address(
            identity,
            channel,
            first[identity.channel_id] == identity.id,
            conversation_id,
            channel.type in denied,
        )
        for identity, channel, conversation_id in found
    ]


async def add_identity(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    *,
    channel_id: UUID,
    external_id: str,
) -> list[Address]:
    """Write down an address that nobody has vouched for; gives all of them.

    Raises:
        NotFound: no such customer in reach, or no such channel (code `channel_not_found`).
        Conflict: somebody has this address there (code `identity_taken`), or he has too many (`too_many_identities`).
    """
    try:
        async with database.session(tenant_id) as session:
            await load_customer(session, tenant_id, reach, customer_id, lock=True)
            await active_channel(session, tenant_id, channel_id)
            if len(await addresses_of(session, tenant_id, customer_id)) >= MOST_IDENTITIES:
                raise Conflict(
                    f"A customer has at most {MOST_IDENTITIES} addresses. Remove one first.",
                    code="too_many_identities",
                )
            made = Identity(
                tenant_id=tenant_id,
                id=uuid4(),
                channel_id=channel_id,
                customer_id=customer_id,
                external_id=external_id,
            )
            session.add(made)
            await session.flush()
            alias = {"tenant_id": tenant_id, "channel_id": channel_id, "identity_id": made.id}
            await session.exec(
                insert(IdentityAlias).values(alias | {"alias": external_id}).on_conflict_do_nothing()
            )
            _tell(session, actor, made, "customer.identity_add", after=_told(made))
            return await addresses_of(session, tenant_id, customer_id)
    except IntegrityError as twice:
        raise Conflict(
            "This address is written down already on this channel, for this customer or another one. "
            "Find it in the list of customers; if the two are one person, merge them.",
            code="identity_taken",
            field="address",
        ) from twice


async def change_identity(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    identity_id: UUID,
    *,
    primary: bool,
    reachable: bool | None,
) -> list[Address]:
    """Make it the one to write to first on its channel, or say whether anything arrives there; gives all of them.

    Raises:
        NotFound: no such customer in reach, or no such address of his (code `identity_not_found`).
    """
    async with database.session(tenant_id) as session:
        customer, found = await _load(session, tenant_id, reach, customer_id, identity_id)
        before = _told(found)
        if primary:
            found.primary_at = datetime.now(UTC)
        if reachable is not None:
            found.unreachable = None if reachable else found.unreachable or BY_OPERATOR
        session.add(found)
        await session.flush()
        _tell(session, actor, found, "customer.identity_update", before=before, after=_told(found))
        return await addresses_of(session, tenant_id, customer.id)


async def order_identities(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    identity_ids: Sequence[UUID],
) -> list[Address]:
    """Say in which order his addresses are tried; those that are not named come after, the one used last first.

    Raises:
        NotFound: no such customer in reach, or one of them is not his (code `identity_not_found`).
        Invalid: one is named twice (code `identity_twice`).
    """
    if len(set(identity_ids)) < len(identity_ids):
        raise Invalid("Name each address once.", code="identity_twice", field="identity_ids")
    async with database.session(tenant_id) as session:
        customer = await load_customer(session, tenant_id, reach, customer_id, lock=True)
        there = {
            each.identity.id: each.identity for each in await addresses_of(session, tenant_id, customer_id)
        }
        if not set(identity_ids) <= there.keys():
            raise _absent()
        before = _ordered(there.values())
        for identity in there.values():
            identity.place = None
        for place, identity_id in enumerate(identity_ids):
            there[identity_id].place = place
        session.add_all(there.values())
        await session.flush()
        after = _ordered(there.values())
        target = ("customer", customer.id)
        record(
            session,
            tenant_id,
            actor,
            "customer.identity_order",
            target=target,
            before=before,
            after=after,
        )
        return await addresses_of(session, tenant_id, customer_id)


async def remove_identity(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    identity_id: UUID,
    *,
    reason: str | None,
) -> None:
    """It is his no longer: whoever writes from there next is somebody new. What was said over it stays his.

    Raises:
        NotFound: as in `change_identity`.
        Conflict: it is a browser (code `identity_of_widget`), or a conversation over it is open
            (code `identity_in_conversation`).
    """
    async with database.session(tenant_id) as session:
        _, found = await _load(session, tenant_id, reach, customer_id, identity_id)
        before = _told(found)
        if found.token_hash is not None:
            raise Conflict(
                "This is a visitor's browser, no address: it is forgotten with the customer.",
                code="identity_of_widget",
            )
        of_it = (Conversation.tenant_id == tenant_id, Conversation.identity_id == identity_id)
        rows = (await session.exec(select(Conversation.status).where(*of_it).with_for_update())).all()
        if any(status != "resolved" for status in rows):
            raise Conflict(
                "A conversation over this address is open. Resolve it first.", code="identity_in_conversation"
            )
        _tell(session, actor, found, "customer.identity_remove", before=before, after={"reason": reason})
        if not rows:
            await session.delete(found)
            return
        await session.exec(
            sa.delete(IdentityAlias).where(
                col(IdentityAlias.tenant_id) == tenant_id, col(IdentityAlias.identity_id) == identity_id
            )
        )
        found.external_id = f"{REMOVED}:{found.id}"
        found.unreachable = REMOVED
        found.vouched = found.thread = found.primary_at = found.place = None
        session.add(found)


async def active_channel(session: AsyncSession, tenant_id: UUID, channel_id: UUID) -> Channel:
    """A channel that is connected.

    Raises:
        NotFound: code `channel_not_found`.
    """
    found = await session.get(Channel, (tenant_id, channel_id))
    if found is None or found.status != "active":
        raise NotFound("There is no such channel.", code="channel_not_found")
    return found


async def _load(
    session: AsyncSession, tenant_id: UUID, reach: CustomerReach, customer_id: UUID, identity_id: UUID
) -> tuple[Customer, Identity]:
    customer = await load_customer(session, tenant_id, reach, customer_id, lock=True)
    found = await session.get(Identity, (tenant_id, identity_id), with_for_update=True)
    if found is None or found.customer_id != customer_id or found.unreachable == REMOVED:
        raise _absent()
    return customer, found


def _absent() -> NotFound:
    return NotFound("This customer has no such address.", code="identity_not_found")


def _order(identity: Identity) -> tuple[bool, int, float]:
    """As people have set it, then by when it was used last."""
    used = identity.last_in_at or identity.created_at
    return identity.place is None, identity.place or 0, -used.timestamp()


def _preference(identity: Identity) -> tuple[float, float]:
    """On one channel: what was made the first last, then by when it was used last."""
    chosen = identity.primary_at.timestamp() if identity.primary_at else 0.0
    used = identity.last_in_at or identity.created_at
    return -chosen, -used.timestamp()


def _ordered(identities: Any) -> dict[str, Any]:
    placed = sorted((each for each in identities if each.place is not None), key=lambda each: each.place)
    return {"order": [str(each.id) for each in placed]}


def _told(identity: Identity) -> dict[str, Any]:
    return {
        "identity": str(identity.id),
        "channel": str(identity.channel_id),
        "address": identity.external_id,
        "primary_at": identity.primary_at.isoformat() if identity.primary_at else None,
        "unreachable": identity.unreachable,
    }


def _tell(session: AsyncSession, actor: Actor, identity: Identity, action: str, **values: Any) -> None:
    record(session, identity.tenant_id, actor, action, target=("customer", identity.customer_id), **values)
