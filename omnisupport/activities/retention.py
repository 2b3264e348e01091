"""Retention: one tenant's rows that are over their term, ended a batch at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.domain.retention import DEAD, Terms
from omnisupport.temporal import conversation_workflow_id, workflow_id

BATCH = 500
OPEN_ERASURES = 500


@dataclass(frozen=True)
class Swept:
    """Kind of thing to how many were ended."""

    counts: dict[str, int] = field(default_factory=dict)


class SweepStore(Protocol):
    """`storage/queries/retention.py`."""

    async def tenants(self, after: UUID, limit: int) -> Sequence[UUID]:
        """Tenants in the order of their ids."""

    async def terms(self, tenant_id: UUID) -> Terms:
        """What the tenant has set."""

    async def open_erasures(self, tenant_id: UUID, limit: int) -> Sequence[UUID]:
        """Those whose workflow may not have been started."""

    async def end_conversations(self, tenant_id: UUID, before: datetime) -> tuple[dict[str, int], list[UUID]]:
        """A batch; gives counts and what has gone."""

    async def end_runs(self, tenant_id: UUID, before: datetime) -> list[UUID]:
        """A batch; gives what has gone."""

    async def old_files(self, tenant_id: UUID, before: datetime) -> Sequence[tuple[UUID, str]]:
        """A batch of files: id and storage key."""

    async def forget_file(self, tenant_id: UUID, file_id: UUID) -> None:
        """Take the row of a file away, whose bytes have gone."""

    async def end_events(self, tenant_id: UUID, before: datetime) -> int:
        """A batch."""

    async def end_deliveries(self, tenant_id: UUID, before: datetime) -> int:
        """A batch."""

    async def end_dead(self, tenant_id: UUID, name: str) -> int:
        """A batch of the platform's own rows."""

    async def end_visitor_tokens(self, tenant_id: UUID) -> int:
        """A batch."""

    async def begin_erasures(self, tenant_id: UUID, before: datetime) -> int:
        """Begin to erase customers that nobody has heard of since; gives how many."""


class AuditStore(Protocol):
    """`storage/queries/sweeping.py`, as the sweeper's role."""

    async def end_audit(self, tenant_id: UUID, limit: int) -> int:
        """A batch of lines; gives how many."""


class Runs(Protocol):
    """`activities/executions.py`."""

    async def end(self, workflow_id: str) -> int:
        """End and delete every run of this id."""


class Files(Protocol):
    """`storage/files.py`."""

    async def delete(self, key: str) -> None:
        """Remove a file; one that is absent is no error."""


class Bell(Protocol):
    """Who starts erasures (`temporal.py`)."""

    async def ring_erasure(self, tenant_id: UUID, erasure_id: UUID) -> bool:
        """Signal-with-start; false when the engine did not take it."""


class Hints(Protocol):
    """`storage/redis.py`."""

    async def publish(self, tenant_id: UUID | str, kind: str, conversation_id: UUID | str) -> None:
        """Tell the tenant's listeners that something of a conversation changed."""


class RetentionActivities:
    """Activities on queue `channels`. Without the sweeper's role no line of the audit log ends."""

    def __init__(
        self,
        store: SweepStore,
        audit: AuditStore | None,
        runs: Runs,
        files: Files,
        bell: Bell,
        hints: Hints,
    ) -> None:
        self._store = store
        self._audit = audit
        self._runs = runs
        self._files = files
        self._bell = bell
        self._hints = hints

    @activity.defn
    async def list_tenants(self, after: UUID, limit: int) -> list[UUID]:
        """A page of tenants after one, in the order of their ids."""
        return list(await self._store.tenants(after, limit))

    @activity.defn
    async def sweep_tenant(self, tenant_id: UUID) -> Swept:
        """End what is over its term; what is cut off goes on with the next sweep."""
        terms, store = await self._store.terms(tenant_id), self._store
        counts: dict[str, int] = {}
        for days, sweep in (
            (terms.conversations, self._end_conversations),
            (terms.conversations, self._end_scenario_runs),
            (terms.files, self._end_files),
            (terms.events, self._batches("events", store.end_events)),
            (terms.webhook_deliveries, self._batches("webhook_deliveries", store.end_deliveries)),
            (terms.customers, self._begin_erasures),
        ):
            if days is not None:
                _add(counts, await sweep(tenant_id, datetime.now(UTC) - timedelta(days=days)))
        if terms.audit is not None and self._audit is not None:
            ended = BATCH
            while ended == BATCH:
                ended = await self._audit.end_audit(tenant_id, BATCH)
                _add(counts, {"audit": ended})
        await self._end_dead(tenant_id, counts)
        for erasure_id in await store.open_erasures(tenant_id, OPEN_ERASURES):
            await self._bell.ring_erasure(tenant_id, erasure_id)
        return Swept({name: count for name, count in counts.items() if count})

    async def _end_dead(self, tenant_id: UUID, counts: dict[str, int]) -> None:
        for name in DEAD:
            ended = BATCH
            while ended == BATCH:
                ended = await self._store.end_dead(tenant_id, name)
                _add(counts, {name: ended})
        _add(counts, {"visitor_tokens": await self._store.end_visitor_tokens(tenant_id)})

    async def _end_conversations(self, tenant_id: UUID, before: datetime) -> dict[str, int]:
        counts: dict[str, int] = {}
        while True:
            ended, gone = await self._store.end_conversations(tenant_id, before)
            if not gone:
                return counts
            _add(counts, ended)
            for conversation_id in gone:
                ended_id = conversation_workflow_id(tenant_id, conversation_id)
                _add(counts, {"workflow_executions": await self._runs.end(ended_id)})
                await self._hints.publish(tenant_id, "commit", conversation_id)

    async def _end_scenario_runs(self, tenant_id: UUID, before: datetime) -> dict[str, int]:
        counts = {"scenario_runs": 0}
        while gone := await self._store.end_runs(tenant_id, before):
            counts["scenario_runs"] += len(gone)
            for run_id in gone:
                _add(
                    counts,
                    {"workflow_executions": await self._runs.end(workflow_id(tenant_id, "run", run_id))},
                )
        return counts

    async def _end_files(self, tenant_id: UUID, before: datetime) -> dict[str, int]:
        counts: dict[str, int] = {}
        while found := await self._store.old_files(tenant_id, before):
            for file_id, key in found:
                await self._files.delete(key)
                await self._store.forget_file(tenant_id, file_id)
            _add(counts, {"files": len(found)})
        return counts

    async def _begin_erasures(self, tenant_id: UUID, before: datetime) -> dict[str, int]:
        return {"customers": await self._store.begin_erasures(tenant_id, before)}

    def _batches(
        self, name: str, end: Callable[[UUID, datetime], Awaitable[int]]
    ) -> Callable[[UUID, datetime], Awaitable[dict[str, int]]]:
        async def sweep(tenant_id: UUID, before: datetime) -> dict[str, int]:
            counts, ended = {name: 0}, BATCH
            while ended == BATCH:
                ended = await end(tenant_id, before)
                counts[name] += ended
            return counts

        return sweep


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count
