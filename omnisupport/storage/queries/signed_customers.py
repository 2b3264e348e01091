"""The customer of a person whom the company has signed: the one who has the company's id, or has it from now on."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.customer import LONGEST_EXTERNAL_ID, parse_line
from omnisupport.errors import Invalid
from omnisupport.storage.tables import Change, Conversation, Customer, CustomerNote, Identity


async def signed_customer(session: AsyncSession, person: Identity, subject: str) -> Customer:
    """Whose identity `person` is from now on, locked; `subject` is the company's id of him.

    The customer who bears this id gets the identity and the conversations that it began. Where nobody bears it, the
    customer of the identity does, unless people have given him another one.
    """
    external_id = _as_kept(subject)
    bearer = await _bearer(session, person.tenant_id, external_id) if external_id is not None else None
    ids = sorted({person.customer_id, bearer or person.customer_id})
    # In the order of ids, as merges lock them.
    locked = {each: await _lock(session, person.tenant_id, each) for each in ids}
    mine = locked[person.customer_id]
    if bearer is None or bearer == mine.id or locked[bearer].merged_into is not None:
        if bearer is None and external_id is not None:
            mine.external_id = mine.external_id or external_id
        return mine
    await _give(session, person, mine, locked[bearer])
    return locked[bearer]


def _as_kept(subject: str) -> str | None:
    try:
        return parse_line(subject, "sub", LONGEST_EXTERNAL_ID)
    except Invalid:
        return None  # with characters that nobody sees it stays an id of the identity alone


async def _bearer(session: AsyncSession, tenant_id: UUID, external_id: str) -> UUID | None:
    found = await session.exec(
        select(Customer.id).where(
            Customer.tenant_id == tenant_id,
            Customer.external_id == external_id,
            col(Customer.merged_into).is_(None),
        )
    )
    return found.first()


async def _lock(session: AsyncSession, tenant_id: UUID, customer_id: UUID) -> Customer:
    return await session.get_one(
        Customer, (tenant_id, customer_id), with_for_update=True, populate_existing=True
    )


async def _give(session: AsyncSession, person: Identity, mine: Customer, bearer: Customer) -> None:
    """Move the identity and what it began; whom nothing else holds is hidden, and his id leads on."""
    tenant_id = person.tenant_id
    person.customer_id = bearer.id
    await session.flush()
    moved = await session.exec(
        sa.update(Conversation)
        .where(
            col(Conversation.tenant_id) == tenant_id,
            col(Conversation.identity_id) == person.id,
            col(Conversation.customer_id) == mine.id,
        )
        .values(customer_id=bearer.id)
        .returning(col(Conversation.id))
        .execution_options(synchronize_session=False)
    )
    news = [
        {"tenant_id": tenant_id, "kind": "conversation", "conversation_id": each} for each in moved.scalars()
    ]
    if news:
        await session.exec(sa.insert(Change).values(news))
    if mine.created_by is not None or await _is_held(session, mine):
        return
    await session.exec(
        sa.update(CustomerNote)
        .where(col(CustomerNote.tenant_id) == tenant_id, col(CustomerNote.customer_id) == mine.id)
        .values(customer_id=bearer.id)
        .execution_options(synchronize_session=False)
    )
    mine.merged_into = bearer.id
    session.add(mine)


async def _is_held(session: AsyncSession, customer: Customer) -> bool:
    for table in (Identity, Conversation):
        found = await session.exec(
            select(table.id)
            .where(table.tenant_id == customer.tenant_id, table.customer_id == customer.id)
            .limit(1)
        )
        if found.first() is not None:
            return True
    return False
