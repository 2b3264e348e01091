"""Events for a person or key: what happened elsewhere, taken once by its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.access.customer_keys import find_customers
from omnisupport.storage.access.customers import in_reach, parse_values, who_remains
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Customer, EventRow

OF_WHOM = """exists (
  with recursive up as (
    select c.id, c.merged_into from customer c where c.tenant_id = event.tenant_id and c.id = event.customer_id
    union all select c.id, c.merged_into from customer c join up on c.id = up.merged_into
      where c.tenant_id = event.tenant_id
  ) select from customer c join up on up.id = c.id
    where c.tenant_id = event.tenant_id and up.merged_into is null and customer_in_reach(c, cast(:reach as jsonb)))"""
"""That an event is of a customer in reach: of who remains of him, for the events of one who was merged keep his id."""


async def take_event(
    database: Database,
    tenant_id: UUID,
    actor: Actor | None,
    reach: CustomerReach | None,
    *,
    event_id: str,
    name: str,
    customer_id: UUID | None,
    data: dict[str, Any],
    source: str,
    known_by: Mapping[str, str] | None = None,
) -> EventRow:
    """Write an event down; the same one again is the same row.

    `actor` and `reach` are None for what a visitor's page tells: that is no action of a person. `known_by` is one of
    external_id, email and phone, in the place of `customer_id`. Who was merged is who remains of him.

    Raises:
        NotFound: the customer is absent, another tenant's, or out of reach (code `customer_not_found`).
        Invalid: what he is known by cannot be that, with the field.
        Conflict: several customers are known by this (code `customer_ambiguous`).
        Conflict: an event with this id says something else (code `event_differs`).
    """
    async with database.session(tenant_id) as session:
        if known_by is not None:
            customer_id = await _known(session, tenant_id, reach, known_by)
        elif customer_id is not None:
            customer_id = await who_remains(session, tenant_id, customer_id)
        if customer_id is not None and not await _reached(session, tenant_id, reach, {customer_id}):
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
        told_of = row.customer_id and await who_remains(session, tenant_id, row.customer_id)
        if (row.name, told_of, row.data) != (name, customer_id, data):
            raise Conflict(
                f"An event with the id '{event_id}' was told already and said something else.",
                code="event_differs",
                field="id",
            )
        if is_new and actor is not None:
            record(session, tenant_id, actor, "event.told", target=("event", event_id), after={"name": name})
        return row


async def _reached(
    session: AsyncSession, tenant_id: UUID, reach: CustomerReach | None, ids: set[UUID]
) -> set[UUID]:
    wanted = select(Customer.id).where(Customer.tenant_id == tenant_id, col(Customer.id).in_(ids))
    if reach is not None and not reach.is_all:
        wanted = wanted.where(in_reach(reach))
    return set((await session.exec(wanted)).all())


async def _known(
    session: AsyncSession, tenant_id: UUID, reach: CustomerReach | None, known_by: Mapping[str, str]
) -> UUID:
    ((field, value),) = parse_values(known_by).items()
    found = await find_customers(session, tenant_id, [(field, value)])
    ids = await _reached(session, tenant_id, reach, {each.id for each in found.get((field, value), ())})
    if not ids:
        raise NotFound(
            f"No customer has this {field.replace('_', ' ')}. Make him first, or tell the event without a customer.",
            code="customer_not_found",
        )
    if len(ids) > 1:
        raise Conflict(
            f"Several customers have this {field}. Merge them, or name an external id.",
            code="customer_ambiguous",
        )
    return ids.pop()


def _with_merged(tenant_id: UUID, customer_id: UUID) -> Any:
    """The ids of a customer and of all who were merged into him: an undo takes their events back with them."""
    one = select(Customer.id).where(Customer.tenant_id == tenant_id, Customer.id == customer_id)
    ids = one.cte("with_merged", recursive=True)
    more = select(Customer.id).where(Customer.tenant_id == tenant_id, Customer.merged_into == ids.c.id)
    return select(ids.union_all(more).c.id)


async def list_events(
    database: Database,
    tenant_id: UUID,
    reach: CustomerReach,
    *,
    customer_id: UUID | None,
    name: str | None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[EventRow]:
    """Events, newest first; those of a customer with those of everybody who was merged into him.

    Within a narrow reach those of its customers only.
    """
    query = select(EventRow).where(EventRow.tenant_id == tenant_id)
    if not reach.is_all:
        query = query.where(sa.text(OF_WHOM).bindparams(reach=reach.as_json()))
    if customer_id is not None:
        query = query.where(col(EventRow.customer_id).in_(_with_merged(tenant_id, customer_id)))
    if name is not None:
        query = query.where(EventRow.name == name)
    if before is not None:
        query = query.where(tuple_(col(EventRow.created_at), col(EventRow.id)) < before)
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            query.order_by(col(EventRow.created_at).desc(), col(EventRow.id).desc()).limit(limit)
        )
        return rows.all()
