"""What is over its term: found and ended a batch at a time, one tenant at a time; whoever is held is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.erasure import OPEN, ErasureOrigin
from omnisupport.domain.retention import DEAD, VISITOR_TOKENS_KEPT, Terms
from omnisupport.storage.erasing import erase_conversations
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Erasure, Retention, TenantSlug

IS_IDLE = text(
    "select exists (select from customer c join retention r on r.tenant_id = c.tenant_id "
    "where c.tenant_id = :tenant and c.id = :customer "
    "and customer_is_idle(c, now() - make_interval(days => r.customers)))"
)
"""Whether a customer is still one that retention takes."""
CUSTOMERS = text(
    "select c.id from customer c where c.tenant_id = :tenant and c.id > :after and c.id <= :last "
    "and customer_is_idle(c, :before) and not exists (select from erasure x where x.tenant_id = c.tenant_id "
    "and x.customer_id = c.id and x.status in ('waiting', 'running')) order by c.id limit :most"
)
LAST_CUSTOMER = text(
    "select max(id::text)::uuid from (select id from customer where tenant_id = :tenant and id > :after "
    "order by id limit :seen) c"
)
CONVERSATIONS = text(
    "select c.id from conversation c where c.tenant_id = :tenant and c.status = 'resolved' and c.updated_at < :before "
    "and c.customer_id not in (select held_customers(:tenant)) order by c.updated_at limit :most"
)
RUNS = text(
    "delete from scenario_run where tenant_id = :tenant and id in (select r.id from scenario_run r "
    "where r.tenant_id = :tenant and r.ended_at < :before and r.conversation_id is null and (r.customer_id is null "
    "or r.customer_id not in (select held_customers(:tenant))) limit :most) returning id"
)
FILES = text(
    "select f.id, f.storage_key from file f where f.tenant_id = :tenant and f.created_at < :before "
    "and f.uploader_kind = 'customer' and f.uploader_id not in (select held_customers(:tenant)) "
    "order by f.created_at limit :most"
)
FORGET_FILE = text("delete from file where tenant_id = :tenant and id = :id")
EVENTS = text(
    "delete from event where tenant_id = :tenant and id in (select e.id from event e where e.tenant_id = :tenant "
    "and e.created_at < :before and (e.customer_id is null or e.customer_id not in (select held_customers(:tenant))) "
    "limit :most)"
)
DELIVERIES = text(
    "delete from webhook_delivery where tenant_id = :tenant and id in (select d.id from webhook_delivery d "
    "where d.tenant_id = :tenant and d.created_at < :before and d.status <> 'pending' and coalesce("
    "d.body #>> '{data,conversation,customer,id}', '') not in (select h::text from held_customers(:tenant) h) "
    "limit :most)"
)
TOKENS = text(
    "update identity set token_hash = null, expires_at = null where tenant_id = :tenant and id in "
    "(select id from identity where tenant_id = :tenant and expires_at < :before limit :most)"
)
AT_ONCE = 500
CONVERSATIONS_AT_ONCE = 20
CUSTOMERS_SEEN = 1_000
MOST_ERASURES = 100
"""Customers that one sweep of a tenant begins to erase: each is a workflow."""


class Sweeps:
    """Sweeps of every tenant, one tenant at a time, as the app role."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tenants(self, after: UUID, limit: int) -> Sequence[UUID]:
        """Tenants in the order of their ids."""
        async with self._database.session(None) as session:
            rows = await session.exec(
                select(TenantSlug.tenant_id)
                .where(col(TenantSlug.tenant_id) > after)
                .order_by(col(TenantSlug.tenant_id))
                .limit(limit)
            )
            # The driver's own kind of UUID goes into no payload.
            return [UUID(int=each.int) for each in rows.all()]

    async def terms(self, tenant_id: UUID) -> Terms:
        """What the tenant has set."""
        async with self._database.session(tenant_id) as session:
            found = await session.get(Retention, tenant_id)
            return terms_of(found)

    async def open_erasures(self, tenant_id: UUID, limit: int) -> Sequence[UUID]:
        """Those whose workflow may not have been started, the oldest first."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(Erasure.id)
                .where(Erasure.tenant_id == tenant_id, col(Erasure.status).in_(OPEN))
                .order_by(col(Erasure.requested_at))
                .limit(limit)
            )
            return list(rows.all())

    async def end_conversations(self, tenant_id: UUID, before: datetime) -> tuple[dict[str, int], list[UUID]]:
        """A batch of resolved conversations without activity since; gives counts and what has gone."""
        async with self._database.session(tenant_id) as session:
            values = {"tenant": tenant_id, "before": before, "most": CONVERSATIONS_AT_ONCE}
            ids = await _ids(session, CONVERSATIONS, **values)
            return await erase_conversations(session, tenant_id, ids)

    async def end_runs(self, tenant_id: UUID, before: datetime) -> list[UUID]:
        """A batch of runs beside conversations that have ended; gives what has gone."""
        async with self._database.session(tenant_id) as session:
            return await _ids(session, RUNS, tenant=tenant_id, before=before, most=AT_ONCE)

    async def old_files(self, tenant_id: UUID, before: datetime) -> Sequence[tuple[UUID, str]]:
        """A batch of customers' files: id and storage key."""
        async with self._database.session(tenant_id) as session:
            values = {"tenant": tenant_id, "before": before, "most": AT_ONCE}
            return [(row[0], row[1]) for row in await session.exec(FILES, params=values)]  # type: ignore[call-overload]

    async def forget_file(self, tenant_id: UUID, file_id: UUID) -> None:
        """Take the row of a file away, whose bytes have gone."""
        async with self._database.session(tenant_id) as session:
            await session.exec(FORGET_FILE, params={"tenant": tenant_id, "id": file_id})  # type: ignore[call-overload]

    async def end_events(self, tenant_id: UUID, before: datetime) -> int:
        """A batch of events."""
        return await self._delete(tenant_id, EVENTS, before)

    async def end_deliveries(self, tenant_id: UUID, before: datetime) -> int:
        """A batch of webhook deliveries that were told or given up."""
        return await self._delete(tenant_id, DELIVERIES, before)

    async def end_dead(self, tenant_id: UUID, name: str) -> int:
        """A batch of the platform's own rows that are over."""
        dead = DEAD[name]
        statement = text(
            f"delete from {dead.table} where tenant_id = :tenant and ctid in "  # noqa: S608 - words of ours
            f"(select ctid from {dead.table} where tenant_id = :tenant and {dead.ended_at} < :before limit :most)"
        )
        return await self._delete(tenant_id, statement, datetime.now(UTC) - dead.kept)

    async def end_visitor_tokens(self, tenant_id: UUID) -> int:
        """A batch of tokens that open nothing any more."""
        return await self._delete(tenant_id, TOKENS, datetime.now(UTC) - VISITOR_TOKENS_KEPT)

    async def begin_erasures(self, tenant_id: UUID, before: datetime) -> int:
        """Begin to erase customers that nobody has heard of since; gives how many."""
        begun, after = 0, UUID(int=0)
        while begun < MOST_ERASURES:
            async with self._database.session(tenant_id) as session:
                seen = {"tenant": tenant_id, "after": after, "seen": CUSTOMERS_SEEN}
                last = await session.scalar(LAST_CUSTOMER, seen)
                if last is None:
                    break
                values = {"tenant": tenant_id, "after": after, "last": last, "before": before}
                idle = await _ids(session, CUSTOMERS, **values, most=MOST_ERASURES - begun)
                session.add_all(
                    Erasure(
                        tenant_id=tenant_id,
                        id=uuid4(),
                        customer_id=each,
                        origin=ErasureOrigin.RETENTION.value,
                        reason=ErasureOrigin.RETENTION.value,
                    )
                    for each in idle
                )
                begun, after = begun + len(idle), last
        return begun

    async def _delete(self, tenant_id: UUID, statement: Any, before: datetime) -> int:
        async with self._database.session(tenant_id) as session:
            values = {"tenant": tenant_id, "before": before, "most": AT_ONCE}
            done = await session.exec(statement, params=values)
            return int(done.rowcount)


def terms_of(row: Retention | None) -> Terms:
    """What a tenant has set; without a row the terms that everybody begins with."""
    if row is None:
        return Terms()
    return Terms(row.conversations, row.customers, row.events, row.webhook_deliveries, row.audit, row.files)


async def _ids(session: AsyncSession, statement: Any, **values: Any) -> list[UUID]:
    return [row[0] for row in (await session.exec(statement, params=values)).all()]
