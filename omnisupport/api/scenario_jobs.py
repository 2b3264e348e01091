"""Asks for long runs about scenarios: the row first, then its workflow; and tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from temporalio.service import RPCError

from omnisupport.api.deps import Person
from omnisupport.api.services import Services
from omnisupport.domain.scenario_jobs import JobKind, JobStatus
from omnisupport.errors import Unavailable
from omnisupport.storage.queries.scenario_jobs import ScenarioJobs
from omnisupport.storage.tables import ScenarioJob


async def start_job(
    at: Services, who: Person, scenario_id: UUID, kind: JobKind, request: Mapping[str, Any]
) -> ScenarioJob:
    """Start a job.

    Raises:
        Conflict: enough of this scenario are under way (code `jobs_full`).
        Unavailable: the engine does not take it now (code `jobs_unavailable`); safe to repeat.
    """
    jobs = ScenarioJobs(at.database)
    made = await jobs.ask(who.tenant_id, scenario_id, kind, request, who.user_id)
    try:
        await at.bell.start_job(who.tenant_id, made.id, migration=kind == JobKind.MIGRATION)
    except (TimeoutError, RPCError, RuntimeError) as away:
        await jobs.finish(who.tenant_id, made.id, JobStatus.FAILED, failure="jobs_unavailable")
        raise Unavailable(
            "Jobs cannot be taken at the moment, so nothing was begun. Try again in a moment.",
            code="jobs_unavailable",
        ) from away
    return made


def job_of(found: ScenarioJob) -> dict[str, Any]:
    """A job as the api tells it."""
    return {
        "id": found.id,
        "kind": found.kind,
        "status": found.status,
        "progress": found.progress or None,
        "report": found.report,
        "failure": found.failure,
        "created_at": found.created_at.isoformat(),
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
    }
