"""What goes over when two customers become one, and what comes back when they are two again.

An address belongs to one customer, and its conversations to him: whoever has the address has what was said over it,
also what was said while the two were one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.errors import Conflict
from omnisupport.storage.tables import (
    Change,
    Conversation,
    Customer,
    CustomerMerge,
    CustomerNote,
    Effect,
    Identity,
    InboundFile,
    Message,
    Rating,
    ScenarioRun,
)

MOVED: Mapping[str, Any] = {"identity": Identity, "conversation": Conversation, "customer_note": CustomerNote}
OF_CONVERSATIONS = (Rating, Effect, ScenarioRun)
"""Tables with the customer of a conversation beside it."""


async def move(session: AsyncSession, merge: CustomerMerge) -> None:
    """Give the target what is the source's, and write down what it was."""
    merge.moved = {
        name: await _give(session, table, merge, merge.source_id, merge.target_id)
        for name, table in MOVED.items()
    }
    await _tell(session, merge.tenant_id, merge.moved["conversation"])


async def move_back(session: AsyncSession, merge: CustomerMerge, source: Customer, target: Customer) -> None:
    """Give the source its addresses with all that was said over them, and its notes.

    An address that was met since goes with the one by which it was recognised: it has the same phone or mail, vouched
    for by its channel. Every other one stays, and so do notes that were written since. The two are as they were before.
    """
    addresses = [UUID(each) for each in merge.moved["identity"]]
    addresses += await _recognised(session, merge, addresses, source, target)
    notes = [UUID(each) for each in merge.moved["customer_note"]]
    pair = merge.target_id, merge.source_id
    await _give(session, Identity, merge, *pair, col(Identity.id).in_(addresses))
    said = await _give(session, Conversation, merge, *pair, col(Conversation.identity_id).in_(addresses))
    await _give(session, CustomerNote, merge, *pair, col(CustomerNote.id).in_(notes))
    conversations = [UUID(each) for each in said]
    for table in OF_CONVERSATIONS:
        await _give(session, table, merge, *pair, col(table.conversation_id).in_(conversations))
    messages = sa.select(col(Message.id)).where(
        col(Message.tenant_id) == merge.tenant_id, col(Message.conversation_id).in_(conversations)
    )
    await _give(session, InboundFile, merge, *pair, col(InboundFile.message_id).in_(messages))
    await _tell(session, merge.tenant_id, said)


async def check_in_place(session: AsyncSession, merge: CustomerMerge) -> None:
    """Refuse an undo when something that the merge moved was given to a third customer since.

    Raises:
        Conflict: code `moved_since_merge`.
    """
    for name, ids in merge.moved.items():
        table = MOVED[name]
        strayed = await session.exec(
            select(table.id)
            .where(
                col(table.tenant_id) == merge.tenant_id,
                col(table.id).in_([UUID(each) for each in ids]),
                col(table.customer_id) != merge.target_id,
            )
            .limit(1)
        )
        if strayed.first() is not None:
            raise Conflict(
                "Something that the merge moved is with another customer by now. Nothing was undone.",
                code="moved_since_merge",
            )


async def _recognised(
    session: AsyncSession, merge: CustomerMerge, returning: Sequence[UUID], source: Customer, target: Customer
) -> list[UUID]:
    rows = await session.exec(
        select(Identity).where(
            Identity.tenant_id == merge.tenant_id,
            Identity.customer_id == merge.target_id,
            col(Identity.vouched).is_not(None),
        )
    )
    theirs, ours, since = _contacts(source), _contacts(target), []
    for identity in rows.all():
        if identity.id in returning:
            theirs.add(str(identity.vouched))
        elif identity.created_at > merge.created_at:
            since.append(identity)
        else:
            ours.add(str(identity.vouched))
    return [identity.id for identity in since if identity.vouched in theirs - ours]


def _contacts(customer: Customer) -> set[str]:
    if not customer.verified:
        return set()
    found = {f"phone:{customer.phone}"} if customer.phone else set()
    return found | ({f"email:{customer.email.lower()}"} if customer.email else set())


async def _give(
    session: AsyncSession,
    table: Any,
    merge: CustomerMerge,
    giver: UUID,
    taker: UUID,
    *conditions: sa.ColumnElement[bool],
) -> list[str]:
    given = await session.exec(
        sa.update(table)
        .where(col(table.tenant_id) == merge.tenant_id, col(table.customer_id) == giver, *conditions)
        .values(customer_id=taker)
        .returning(col(table.id))
        .execution_options(synchronize_session=False)
    )
    return [str(each) for each in given.scalars()]


async def _tell(session: AsyncSession, tenant_id: UUID, ids: Sequence[str]) -> None:
    if ids:
        news = [
            {"tenant_id": tenant_id, "kind": "conversation", "conversation_id": UUID(each)} for each in ids
        ]
        await session.exec(sa.insert(Change).values(news))
