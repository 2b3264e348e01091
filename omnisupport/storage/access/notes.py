"""Notes on a customer for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import Forbidden, NotFound
from omnisupport.storage.access.customers import load_customer
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import CustomerNote


async def list_notes(
    database: Database,
    tenant_id: UUID,
    reach: CustomerReach,
    customer_id: UUID,
    *,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> Sequence[CustomerNote]:
    """Notes on a customer, newest first, from before a moment and id.

    Raises:
        NotFound: no such customer in reach.
    """
    async with database.session(tenant_id) as session:
        await load_customer(session, tenant_id, reach, customer_id)
        wanted = select(CustomerNote).where(
            CustomerNote.tenant_id == tenant_id, CustomerNote.customer_id == customer_id
        )
        if before is not None:
            wanted = wanted.where(
                sa.tuple_(col(CustomerNote.created_at), col(CustomerNote.id)) < sa.tuple_(*before)
            )
        newest = col(CustomerNote.created_at).desc(), col(CustomerNote.id).desc()
        return (await session.exec(wanted.order_by(*newest).limit(limit))).all()


async def create_note(
    database: Database, tenant_id: UUID, actor: Actor, reach: CustomerReach, customer_id: UUID, text: str
) -> CustomerNote:
    """Write a note.

    Raises:
        NotFound: no such customer in reach.
    """
    async with database.session(tenant_id) as session:
        await load_customer(session, tenant_id, reach, customer_id)
        made = CustomerNote(
            tenant_id=tenant_id,
            id=uuid4(),
            customer_id=customer_id,
            author_id=reach.user_id,
            author_name=actor.name,
            text=text,
        )
        session.add(made)
        await session.flush()
        await session.refresh(made)
        _tell(session, actor, "customer_note.create", made)
    return made


async def change_note(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    note_id: UUID,
    text: str,
) -> CustomerNote:
    """Write one's own note anew.

    Raises:
        NotFound: no such customer in reach, or no such note on him.
        Forbidden: it is somebody else's (code `not_your_note`).
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, reach, customer_id, note_id)
        _check_own(found, reach)
        if found.text != text:
            found.text, found.updated_at = text, datetime.now(UTC)
            session.add(found)
            _tell(session, actor, "customer_note.update", found)
    return found


async def delete_note(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    note_id: UUID,
    *,
    own_only: bool,
) -> None:
    """Delete a note; `own_only`: somebody else's is refused.

    Raises:
        NotFound, Forbidden: as above.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, reach, customer_id, note_id)
        if own_only:
            _check_own(found, reach)
        _tell(session, actor, "customer_note.delete", found)
        await session.delete(found)


async def _load(
    session: AsyncSession, tenant_id: UUID, reach: CustomerReach, customer_id: UUID, note_id: UUID
) -> CustomerNote:
    await load_customer(session, tenant_id, reach, customer_id)
    found = await session.get(CustomerNote, (tenant_id, note_id), with_for_update=True)
    if found is None or found.customer_id != customer_id:
        raise NotFound("There is no such note.")
    return found


def _check_own(note: CustomerNote, reach: CustomerReach) -> None:
    if note.author_id != reach.user_id:
        raise Forbidden("This note is somebody else's.", code="not_your_note")


def _tell(session: AsyncSession, actor: Actor, action: str, note: CustomerNote) -> None:
    """Who and when; the text stays in its row, so that its deletion deletes it."""
    record(
        session,
        note.tenant_id,
        actor,
        action,
        target=("customer", note.customer_id),
        after={"note_id": str(note.id), "author_id": str(note.author_id)},
    )
