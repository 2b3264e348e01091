"""Events for a person or key: what happened elsewhere, taken once by its id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Customer, EventRow


async def take_event(
    database: Database,
    tenant_id: UUID,
    actor: Actor | None,
    *,
    event_id: str,
    name: str,
    customer_id: UUID | None,
    data: dict[str, Any],
    source: str,
) -> EventRow:
    """Write an event down; the same one again is the same row.

    `actor` is None for what a visitor's page tells: that is no action of a person.

    Raises:
        NotFound: the customer is absent, or another tenant's (code `customer_not_found`).
        Conflict: an event with this id says something else (code `event_differs`).
    """
    async with database.session(tenant_id) as session:
        if customer_id is not None and await session.get(Customer, (tenant_id, customer_id)) is None:
            raise NotFound("There is no such customer.", code="customer_not_found")
        values = {"tenant_id": tenant_id, "id": event_id, "name": name, "customer_id": customer_id}
        written = await session.exec(
            insert(EventRow)
            .values(**values, data=data, source=source)
            .on_conflict_do_nothing()
            .returning(col(EventRow.id))
        )
        is_new = written.first() is not None
        row = await session.get_one(EventRow, (tenant_id, event_id))
        if (row.name, row.customer_id, row.data) != (name, customer_id, data):
            raise Conflict(
                f"An event with the id '{event_id}' was told already and said something else.",
                code="event_differs",
                field="id",
            )
        if is_new and actor is not None:
            record(session, tenant_id, actor, "event.told", target=("event", event_id), after={"name": name})
        return row


async def list_events(
    database: Database,
    tenant_id: UUID,
    *,
    customer_id: UUID | None,
    name: str | None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[EventRow]:
    """Events, newest first."""
    query = select(EventRow).where(EventRow.tenant_id == tenant_id)
    if customer_id is not None:
        query = query.where(EventRow.customer_id == customer_id)
    if name is not None:
        query = query.where(EventRow.name == name)
    if before is not None:
        query = query.where(tuple_(col(EventRow.created_at), col(EventRow.id)) < before)
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            query.order_by(col(EventRow.created_at).desc(), col(EventRow.id).desc()).limit(limit)
        )
        return rows.all()
