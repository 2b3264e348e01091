"""The steps of an erasure for its workflow: each goes on where it was interrupted, and may come twice."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.bundle import KEPT
from omnisupport.domain.erasure import OPEN, ErasureOrigin, ErasureStatus, Standing, write_receipt
from omnisupport.net.sealing import SealBroken, Sealer, derive_key
from omnisupport.storage.audit import record
from omnisupport.storage.erasing import (
    add_counts,
    collect,
    erase_conversations,
    erase_customers,
    family_of,
    is_held,
    subjects_of,
)
from omnisupport.storage.keys import DatabaseKeyRing
from omnisupport.storage.queries.erased import ErasedAddresses
from omnisupport.storage.queries.idempotency import PURPOSE, place_of
from omnisupport.storage.queries.retention import IS_IDLE
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Erasure, File, Idempotency

CONVERSATIONS_AT_ONCE = 20
SEEN_AT_ONCE = 2_000
"""Rows looked at in one transaction where no index leads to those that are his."""
DELETED_AT_ONCE = 500
JOBS_AT_ONCE = 20
"""Reports of replays are long."""

DAY = timedelta(days=1)
BUNDLES = text(
    "update bundle set status = case when status in ('ready', 'expired') then 'expired' else 'failed' end, "
    "failure = case when status in ('waiting', 'running') then 'customer_erased' else failure end "
    "where tenant_id = :tenant and (kind = 'tenant' or customer_id = any(:customers)) "
    "and requested_at > now() - cast(:kept as interval) returning storage_key"
)
LEFT = text("select id from conversation where tenant_id = :tenant and id = any(:ids) limit :most")
DETAILS = text(
    "delete from audit_detail where tenant_id = :tenant and audit_id in (select audit_id from audit_detail "
    "where tenant_id = :tenant and (customer_id = any(:customers) or other_id = any(:customers)) limit :most)"
)
# A feed tells ids only; those of what has gone are taken out too, but for the row that says so.
CHANGES = text(
    """
    with seen as materialized (
      select id, kind, conversation_id from change where tenant_id = :tenant and id > :after order by id limit :most),
    deleted as (
      delete from change where tenant_id = :tenant
        and id in (select id from seen where kind <> 'gone' and conversation_id = any(:conversations)) returning id)
    select (select max(id) from seen), (select count(*) from deleted)
    """
)
DELIVERIES = text(
    """
    with seen as materialized (
      select id, body -> 'data' as data from webhook_delivery where tenant_id = :tenant and id > :after
        order by id limit :most),
    deleted as (
      delete from webhook_delivery where tenant_id = :tenant and id in (select id from seen
        where data #>> '{conversation,id}' = any(:ids) or data #>> '{conversation,customer,id}' = any(:ids)
          or data #>> '{message,conversation_id}' = any(:ids)) returning id)
    select (select max(id::text)::uuid from seen), (select count(*) from deleted)
    """
)

# A report of a replay, alone or before a publish, shows conversations; one that is still being written goes too,
# and its worker finds no row.
JOBS = text(
    """
    with seen as materialized (
      select id, kind, finished_at, report::text as report from scenario_job
        where tenant_id = :tenant and id > :after order by id limit :most),
    deleted as (
      delete from scenario_job where tenant_id = :tenant and id in (select id from seen
        where kind in ('replay', 'gate') and (finished_at is null
          or exists (select from unnest(cast(:ids as text[])) i where strpos(report, i) > 0)))
        returning id)
    select (select max(id::text)::uuid from seen), (select count(*) from deleted)
    """
)


class Erasures:
    """Erasures of every tenant, one tenant at a time."""

    def __init__(self, database: Database, keys: DatabaseKeyRing) -> None:
        self._database = database
        self._keys = keys
        self._addresses = ErasedAddresses(database, keys)

    async def begin(self, tenant_id: UUID, erasure_id: UUID) -> Standing:
        """Sign the customer out and write down what is his, unless a hold keeps him."""
        async with self._opened(tenant_id, erasure_id) as (session, erasure):
            if erasure is None:
                return Standing.OVER
            if erasure.status == ErasureStatus.RUNNING:
                return Standing.GO
            family = await family_of(session, tenant_id, erasure.customer_id)
            held = await is_held(session, tenant_id, family)
            if erasure.origin == ErasureOrigin.RETENTION and (held or not await _is_idle(session, erasure)):
                erasure.status, erasure.finished_at = ErasureStatus.REFUSED, datetime.now(UTC)
                return Standing.OVER
            if held:
                return Standing.HELD
            await collect(session, erasure)
            await self._addresses.remember(session, tenant_id, erasure_id)
            erasure.status = ErasureStatus.RUNNING
            return Standing.GO

    async def end_bundles(self, tenant_id: UUID, erasure_id: UUID) -> Sequence[str]:
        """End the bundles that he may be in; gives the storage keys of their bytes, also when it is asked again.

        One that is being made finds at its end that nobody wants it, and takes its own bytes away.
        """
        async with self._opened(tenant_id, erasure_id) as (session, erasure):
            if erasure is None:
                return ()
            customers = await subjects_of(session, erasure, "customer")
            values = {"tenant": tenant_id, "customers": customers, "kept": KEPT + DAY}
            return [row[0] for row in (await session.exec(BUNDLES, params=values)).all()]  # type: ignore[call-overload]

    async def erase_rows(self, tenant_id: UUID, erasure_id: UUID) -> tuple[bool, Sequence[UUID]]:
        """Take a batch of conversations away, or at last the customer; gives whether that was all, and what went."""
        async with self._opened(tenant_id, erasure_id) as (session, erasure):
            if erasure is None:
                return True, ()
            customers = await collect(session, erasure)  # he may have written, or been merged, meanwhile
            await self._addresses.remember(session, tenant_id, erasure_id)
            ids = await subjects_of(session, erasure, "conversation")
            left = await _column(session, LEFT, tenant=tenant_id, ids=ids, most=CONVERSATIONS_AT_ONCE)
            if left:
                counts, gone = await erase_conversations(session, tenant_id, left)
                add_counts(erasure, counts)
                return False, gone
            add_counts(erasure, await erase_customers(session, tenant_id, customers))
            return True, ()

    async def conversations(self, tenant_id: UUID, erasure_id: UUID) -> Sequence[UUID]:
        """All whose workflows are to go."""
        async with self._opened(tenant_id, erasure_id) as (session, erasure):
            return () if erasure is None else await subjects_of(session, erasure, "conversation")

    async def files(self, tenant_id: UUID, erasure_id: UUID) -> Sequence[tuple[UUID, str]]:
        """His files that are still there: id and storage key."""
        async with self._opened(tenant_id, erasure_id) as (session, erasure):
            if erasure is None:
                return ()
            ids = await subjects_of(session, erasure, "file")
            rows = await session.exec(
                select(File.id, File.storage_key).where(File.tenant_id == tenant_id, col(File.id).in_(ids))
            )
            return list(rows.all())

    async def forget_file(self, tenant_id: UUID, erasure_id: UUID, file_id: UUID) -> None:
        """Take the row of a file away, whose bytes have gone."""
        async with self._opened(tenant_id, erasure_id) as (session, erasure):
            file = await session.get(File, (tenant_id, file_id), with_for_update=True)
            if erasure is not None and file is not None:
                await session.delete(file)
                add_counts(erasure, {"files": 1})

    async def count(self, tenant_id: UUID, erasure_id: UUID, counts: dict[str, int]) -> None:
        """Add what was done elsewhere."""
        async with self._opened(tenant_id, erasure_id) as (_, erasure):
            if erasure is not None:
                add_counts(erasure, counts)

    async def erase_traces(self, tenant_id: UUID, erasure_id: UUID) -> AsyncIterator[None]:
        """Take away what tells of him elsewhere in the database: one transaction a step."""
        more = True
        while more:
            async with self._opened(tenant_id, erasure_id) as (session, erasure):
                if erasure is None:
                    return
                customers = await subjects_of(session, erasure, "customer")
                values = {"tenant": tenant_id, "customers": customers, "most": DELETED_AT_ONCE}
                done = await session.exec(DETAILS, params=values)  # type: ignore[call-overload]
                add_counts(erasure, {"audit_details": done.rowcount})
                more = done.rowcount == DELETED_AT_ONCE
            yield
        for name, statement, first in (
            ("changes", CHANGES, 0),
            ("webhook_deliveries", DELIVERIES, UUID(int=0)),
            ("scenario_jobs", JOBS, UUID(int=0)),
        ):
            async for _ in self._walk(tenant_id, erasure_id, name, statement, first):
                yield
        async for _ in self._forget_answers(tenant_id, erasure_id):
            yield

    async def finish(self, tenant_id: UUID, erasure_id: UUID) -> None:
        """Write the receipt, and a line that tells of the end."""
        async with self._opened(tenant_id, erasure_id) as (session, erasure):
            if erasure is None:
                return
            now = datetime.now(UTC)
            erasure.status, erasure.finished_at = ErasureStatus.DONE, now
            erasure.receipt = write_receipt(
                tenant_id, erasure_id, erasure.customer_id, erasure.counts, now.isoformat()
            )
            _tell(session, erasure, "erasure.done", {"digest": erasure.receipt["digest"]})

    async def give_up(self, tenant_id: UUID, erasure_id: UUID) -> None:
        """It could not be done; what is gone stays gone, and another may be asked for."""
        async with self._opened(tenant_id, erasure_id) as (session, erasure):
            if erasure is not None:
                erasure.status, erasure.finished_at = ErasureStatus.FAILED, datetime.now(UTC)
                _tell(session, erasure, "erasure.failed", {})

    async def _walk(
        self, tenant_id: UUID, erasure_id: UUID, name: str, statement: Any, after: int | UUID
    ) -> AsyncIterator[None]:
        place: int | UUID | None = after
        while place is not None:
            async with self._opened(tenant_id, erasure_id) as (session, erasure):
                if erasure is None:
                    return
                conversations = await subjects_of(session, erasure, "conversation")
                ids = [str(i) for i in (*conversations, *await subjects_of(session, erasure, "customer"))]
                values: dict[str, Any] = {"tenant": tenant_id, "after": place, "most": SEEN_AT_ONCE}
                if name == "scenario_jobs":
                    values["most"] = JOBS_AT_ONCE
                values |= {"conversations": conversations} if name == "changes" else {"ids": ids}
                place, count = (await session.exec(statement, params=values)).one()
                add_counts(erasure, {name: count})
            yield

    async def _forget_answers(self, tenant_id: UUID, erasure_id: UUID) -> AsyncIterator[None]:
        """Answers of POSTs are sealed: each is opened, and looked through for ids of his."""
        sealer = Sealer([derive_key(key, PURPOSE) for key in await self._keys.data_keys(tenant_id)])
        place: tuple[bytes, str] | None = (b"", "")
        while place is not None:
            async with self._opened(tenant_id, erasure_id) as (session, erasure):
                if erasure is None:
                    return
                needles = [
                    str(each).encode()
                    for kind in ("customer", "conversation", "note", "file")
                    for each in await subjects_of(session, erasure, kind)
                ]
                page = await _answers_after(session, tenant_id, place)
                his = [row for row in page if _names(sealer, row, needles)]
                for row in his:
                    await session.delete(row)
                add_counts(erasure, {"kept_answers": len(his)})
                place = (page[-1].caller, page[-1].key) if page else None
            yield

    @asynccontextmanager
    async def _opened(
        self, tenant_id: UUID, erasure_id: UUID
    ) -> AsyncIterator[tuple[AsyncSession, Erasure | None]]:
        """A transaction with the row of an erasure locked; None when it is over."""
        async with self._database.session(tenant_id) as session:
            found = await session.get(Erasure, (tenant_id, erasure_id), with_for_update=True)
            if found is not None and found.status not in OPEN:
                found = None
            yield session, found
            if found is not None:
                session.add(found)


async def _answers_after(
    session: AsyncSession, tenant_id: UUID, place: tuple[bytes, str]
) -> Sequence[Idempotency]:
    rows = await session.exec(
        select(Idempotency)
        .where(
            Idempotency.tenant_id == tenant_id,
            tuple_(col(Idempotency.caller), col(Idempotency.key)) > place,
        )
        .order_by(col(Idempotency.caller), col(Idempotency.key))
        .limit(DELETED_AT_ONCE)
    )
    return rows.all()


def _names(sealer: Sealer, row: Idempotency, needles: Sequence[bytes]) -> bool:
    if row.answer is None:
        return False
    try:
        kept = orjson.loads(sealer.open(row.answer, place_of(row.tenant_id, row.caller, row.key)))
    except SealBroken:
        return False  # its key is lost: nobody reads it any more
    body = base64.b64decode(kept["body"])
    return any(needle in body for needle in needles)


async def _is_idle(session: AsyncSession, erasure: Erasure) -> bool:
    values = {"tenant": erasure.tenant_id, "customer": erasure.customer_id}
    return bool(await session.scalar(IS_IDLE, values))


def _tell(session: AsyncSession, erasure: Erasure, action: str, more: dict[str, Any]) -> None:
    after = {"customer_id": str(erasure.customer_id), **more}
    record(session, erasure.tenant_id, SYSTEM, action, target=("erasure", erasure.id), after=after)


async def _column(session: AsyncSession, statement: Any, **values: Any) -> list[UUID]:
    return [row[0] for row in (await session.exec(statement, params=values)).all()]
