"""Long runs about a scenario, walks and replays: asked for by a person, done by a worker, read while they go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, func
from sqlmodel import col, select, tuple_, update

from omnisupport.domain.scenario_jobs import JobAsked, JobKind, JobStatus
from omnisupport.errors import Conflict
from omnisupport.storage.session import Database
from omnisupport.storage.tables import ScenarioJob

__all__ = ["JobKind", "JobStatus", "ScenarioJobs"]
OPEN = (JobStatus.WAITING, JobStatus.RUNNING)
MOST_OPEN = 3
"""Jobs of a scenario that are under way: each takes a core for minutes."""
Place = tuple[datetime, UUID]


class ScenarioJobs:
    """Jobs of every tenant, one tenant at a time.

    A job may go at any time: an erasure takes replays away that show the customer, and those that still run. Whoever
    writes to one is told that it has gone, and then throws away what it has.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(
        self,
        tenant_id: UUID,
        scenario_id: UUID,
        kind: JobKind,
        request: Mapping[str, Any],
        created_by: UUID | None,
    ) -> ScenarioJob:
        """Write a job down; whoever may ask for it has been checked.

        Raises:
            Conflict: three of this scenario are under way (code `jobs_full`).
        """
        made = ScenarioJob(
            tenant_id=tenant_id,
            id=uuid4(),
            scenario_id=scenario_id,
            kind=kind,
            status=JobStatus.WAITING,
            request=dict(request),
            created_by=created_by,
            created_at=datetime.now(UTC),
        )
        open_ones = select(func.count()).where(
            ScenarioJob.tenant_id == tenant_id,
            ScenarioJob.scenario_id == scenario_id,
            col(ScenarioJob.status).in_(OPEN),
        )
        async with self._database.session(tenant_id) as session:
            if (await session.exec(open_ones)).one() >= MOST_OPEN:
                raise Conflict(
                    f"{MOST_OPEN} jobs of this scenario are under way. Wait for one of them, or cancel it.",
                    code="jobs_full",
                )
            session.add(made)
        return made

    async def begin(self, tenant_id: UUID, job_id: UUID) -> JobAsked | None:
        """Say that it is being worked on; None when nobody wants it any more."""
        if not await self._write(tenant_id, job_id, status=JobStatus.RUNNING):
            return None
        async with self._database.session(tenant_id) as session:
            found = await session.get(ScenarioJob, (tenant_id, job_id))
        return JobAsked(str(found.scenario_id), found.kind, found.request) if found is not None else None

    async def newest_done(self, tenant_id: UUID, scenario_id: UUID, kind: JobKind) -> ScenarioJob | None:
        """The last job of a kind that came to its end."""
        query = (
            select(ScenarioJob)
            .where(
                ScenarioJob.tenant_id == tenant_id,
                ScenarioJob.scenario_id == scenario_id,
                ScenarioJob.kind == kind,
                ScenarioJob.status == JobStatus.DONE,
            )
            .order_by(col(ScenarioJob.created_at).desc(), col(ScenarioJob.id).desc())
            .limit(1)
        )
        async with self._database.session(tenant_id) as session:
            return (await session.exec(query)).first()

    async def find(self, tenant_id: UUID, scenario_id: UUID, job_id: UUID) -> ScenarioJob | None:
        """One job of a scenario; None when there is none, or no more."""
        async with self._database.session(tenant_id) as session:
            found = await session.get(ScenarioJob, (tenant_id, job_id))
        return found if found is not None and found.scenario_id == scenario_id else None

    async def page(
        self, tenant_id: UUID, scenario_id: UUID, *, before: Place | None, limit: int
    ) -> Sequence[ScenarioJob]:
        """Jobs of a scenario, newest first."""
        order = (col(ScenarioJob.created_at), col(ScenarioJob.id))
        query = select(ScenarioJob).where(
            ScenarioJob.tenant_id == tenant_id, ScenarioJob.scenario_id == scenario_id
        )
        if before is not None:
            query = query.where(tuple_(*order) < before)
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(query.order_by(*(each.desc() for each in order)).limit(limit))
            return rows.all()

    async def tell(self, tenant_id: UUID, job_id: UUID, *, done: int, total: int) -> bool:
        """Say how far it is; False when nobody wants it any more."""
        progress = {"done": done, "total": total}
        return await self._write(tenant_id, job_id, status=JobStatus.RUNNING, progress=progress)

    async def finish(
        self,
        tenant_id: UUID,
        job_id: UUID,
        status: JobStatus,
        *,
        report: Mapping[str, Any] | None = None,
        failure: str | None = None,
    ) -> bool:
        """End it, once; False when it is over already, or nobody wants it any more."""
        values = {"report": dict(report) if report is not None else None, "failure": failure}
        return await self._write(tenant_id, job_id, status=status, finished_at=datetime.now(UTC), **values)

    async def _write(self, tenant_id: UUID, job_id: UUID, **values: Any) -> bool:
        async with self._database.session(tenant_id) as session:
            done: CursorResult[Any] = await session.exec(
                update(ScenarioJob)
                .where(
                    col(ScenarioJob.tenant_id) == tenant_id,
                    col(ScenarioJob.id) == job_id,
                    col(ScenarioJob.status).in_(OPEN),
                )
                .values(**values)
            )
            return bool(done.rowcount)
