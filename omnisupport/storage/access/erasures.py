"""Erasures for a person: asking for one, and how far they are. The work is done by `workflows/erasure.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.domain.erasure import ErasureOrigin
from omnisupport.errors import Conflict, Invalid, NotFound
from omnisupport.storage.access.customers import load_customer
from omnisupport.storage.audit import record
from omnisupport.storage.erasing import (
    add_counts,
    check_not_held,
    collect,
    erase_conversations,
    erase_customers,
    family_of,
    subjects_of,
)
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Customer, Erasure

SHORTEST_NAMED = 3
"""Letters of a word of a name that a reason must not have; shorter ones are in every sentence."""


async def create_erasure(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    *,
    reason: str | None,
) -> Erasure:
    """Ask for the erasure of a customer in reach and of whoever was merged into him.

    Raises:
        NotFound: absent, another tenant's, out of reach, or merged (code `customer_merged`).
        Conflict: he is held (code `legal_hold`), or is being erased already (code `erasure_running`).
        Invalid: the reason, which outlives him, names him (code `reason_names_customer`).
    """
    with twins_refused():
        async with database.session(tenant_id) as session:
            customer = await load_customer(session, tenant_id, reach, customer_id, lock=True)
            await check_not_held(session, tenant_id, customer_id)
            if reason is not None:
                await _check_names_nobody(session, customer, reason)
            made = begin_erasure(session, tenant_id, actor, reach, customer_id, ErasureOrigin.REQUEST, reason)
            await session.flush()
            await session.refresh(made)
            return made


async def delete_customer(
    database: Database, tenant_id: UUID, actor: Actor, reach: CustomerReach, customer_id: UUID
) -> UUID:
    """Delete a customer at once, and begin the erasure of what else tells of him; gives its id.

    Raises:
        NotFound, Conflict: as above.
        Conflict: a conversation of his is not resolved (code `conversation_open`).
    """
    with twins_refused():
        async with database.session(tenant_id) as session:
            found = await load_customer(session, tenant_id, reach, customer_id, lock=True)
            await check_not_held(session, tenant_id, customer_id)
            number = await _resolved(session, tenant_id, customer_id)
            told = {"external_id": found.external_id, "conversations": number}
            record(
                session, tenant_id, actor, "customer.delete", target=("customer", customer_id), before=told
            )
            made = begin_erasure(session, tenant_id, actor, reach, customer_id, ErasureOrigin.DELETION, None)
            await session.flush()
            await session.refresh(made)
            family = await collect(session, made)
            conversations = await subjects_of(session, made, "conversation")
            counts, _ = await erase_conversations(session, tenant_id, conversations)
            add_counts(made, counts)
            add_counts(made, await erase_customers(session, tenant_id, family))
            session.add(made)
            return made.id


async def _resolved(session: AsyncSession, tenant_id: UUID, customer_id: UUID) -> int:
    """How many conversations he has, all of them resolved."""
    counted = (
        await session.exec(
            select(Conversation.status, sa.func.count())
            .where(Conversation.tenant_id == tenant_id, Conversation.customer_id == customer_id)
            .group_by(col(Conversation.status))
        )
    ).all()
    if any(status != "resolved" for status, _ in counted):
        raise Conflict(
            "A conversation of this customer is not resolved. Resolve it, then delete the customer.",
            code="conversation_open",
        )
    return sum(number for _, number in counted)


def begin_erasure(
    session: AsyncSession,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    origin: ErasureOrigin,
    reason: str | None,
) -> Erasure:
    """Write an erasure down in this transaction; its workflow is started when that has been committed."""
    made = Erasure(
        tenant_id=tenant_id,
        id=uuid4(),
        customer_id=customer_id,
        origin=origin.value,
        reason=reason,
        requested_by=reach.user_id,
    )
    session.add(made)
    told = {"customer_id": str(customer_id), "origin": origin.value}
    record(session, tenant_id, actor, "erasure.requested", target=("erasure", made.id), after=told)
    return made


async def access_erasure(
    database: Database, tenant_id: UUID, reach: CustomerReach, erasure_id: UUID
) -> Erasure:
    """How far an erasure is. Its customer has gone, so within a narrow reach it is of whoever asked for it.

    Raises:
        NotFound: absent, another tenant's, or out of reach.
    """
    async with database.session(tenant_id) as session:
        found = await session.get(Erasure, (tenant_id, erasure_id))
        if found is None or not (reach.is_all or found.requested_by == reach.user_id):
            raise NotFound("There is no such erasure.")
        return found


async def list_erasures(
    database: Database,
    tenant_id: UUID,
    reach: CustomerReach,
    *,
    limit: int,
    before: tuple[datetime, UUID] | None,
) -> Sequence[Erasure]:
    """Erasures in reach, the one that was asked for last first."""
    wanted = select(Erasure).where(Erasure.tenant_id == tenant_id)
    if not reach.is_all:
        wanted = wanted.where(Erasure.requested_by == reach.user_id)
    if before is not None:
        wanted = wanted.where(sa.tuple_(col(Erasure.requested_at), col(Erasure.id)) < before)
    newest = col(Erasure.requested_at).desc(), col(Erasure.id).desc()
    async with database.session(tenant_id) as session:
        return (await session.exec(wanted.order_by(*newest).limit(limit))).all()


@contextmanager
def twins_refused() -> Iterator[None]:
    """Around a transaction: a second erasure of the same customer is a refusal."""
    try:
        yield
    except IntegrityError as twice:
        if "erasure_open" not in str(twice.orig):
            raise
        raise Conflict("This customer is being erased already.", code="erasure_running") from twice


async def _check_names_nobody(session: AsyncSession, customer: Customer, reason: str) -> None:
    family = await family_of(session, customer.tenant_id, customer.id)
    rows = await session.exec(
        select(Customer.name, Customer.email, Customer.phone, Customer.external_id).where(
            Customer.tenant_id == customer.tenant_id, col(Customer.id).in_(family)
        )
    )
    said = reason.casefold()
    for name, *others in rows.all():
        words = [*(name or "").split(), *(other for other in others if other)]
        if any(len(word) >= SHORTEST_NAMED and word.casefold() in said for word in words):
            raise Invalid(
                "The reason is kept when the customer is gone. Leave his name, address, phone and id out of it.",
                code="reason_names_customer",
                field="reason",
            )
