"""Long trials of scenarios: walks, replays, mutants and the gate, with progress in the job's row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.activities.scenario_material import digest_of
from omnisupport.activities.trials import DocumentInvalid, Tell, TrialFailed, TrialTooLong, Unwanted
from omnisupport.domain.scenario_jobs import JobAsked, JobStatus
from omnisupport.temporal import parse_workflow_id

JOB_CPU_S = 1_800
JOB_AT_MOST_S = 5_400
"""With the wait for the jobs before it."""


class JobStore(Protocol):
    """`storage/queries/scenario_jobs.py`."""

    async def begin(self, tenant_id: UUID, job_id: UUID) -> JobAsked | None:
        """Say that it is being worked on; None: nobody wants it any more."""

    async def tell(self, tenant_id: UUID, job_id: UUID, *, done: int, total: int) -> bool:
        """Say how far it is; false: nobody wants it any more."""

    async def finish(
        self,
        tenant_id: UUID,
        job_id: UUID,
        status: JobStatus,
        *,
        report: Mapping[str, Any] | None = None,
        failure: str | None = None,
    ) -> bool:
        """End it, once."""


class Documents(Protocol):
    """`storage/queries/scenario_tests.py`."""

    async def document(self, tenant_id: UUID, scenario_id: UUID, of: str) -> str | None:
        """A document of a scenario by its name."""


class Material(Protocol):
    """`scenario_material.py`."""

    async def request(
        self, tenant_id: UUID, scenario_id: UUID, document: str, kind: str, asked: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What a trial is made from."""


class Runner(Protocol):
    """`trials.py`."""

    async def run(
        self,
        request: Mapping[str, Any],
        *,
        cpu_s: float,
        timeout_s: float,
        tell: Tell | None = None,
        background: bool = False,
    ) -> dict[str, Any]:
        """Run a trial."""


class ScenarioJobActivities:
    """Activities on queue `channels`; tenant and job come from the workflow's id."""

    def __init__(self, jobs: JobStore, documents: Documents, material: Material, trials: Runner) -> None:
        self._jobs = jobs
        self._documents = documents
        self._material = material
        self._trials = trials

    @activity.defn
    async def run_job(self) -> str:
        """Do it, and say what became of it: a status, or `unwanted`. Each attempt begins anew."""
        tenant_id, job_id = whose_job()
        asked = await self._jobs.begin(tenant_id, job_id)
        if asked is None:
            return "unwanted"
        scenario_id = UUID(asked.scenario_id)
        document = await self._documents.document(tenant_id, scenario_id, asked.request.get("of", "draft"))
        if document is None:
            return await self._fail(tenant_id, job_id, "version_not_found")
        request = await self._material.request(tenant_id, scenario_id, document, asked.kind, asked.request)

        async def tell(done: int, total: int) -> bool:
            return await self._jobs.tell(tenant_id, job_id, done=done, total=total)

        try:
            report = await self._trials.run(
                request, cpu_s=JOB_CPU_S, timeout_s=JOB_AT_MOST_S, tell=tell, background=True
            )
        except Unwanted:
            return "unwanted"
        except DocumentInvalid as invalid:
            return await self._fail(tenant_id, job_id, invalid.code, {"findings": invalid.findings})
        except (TrialTooLong, TrialFailed) as failed:
            return await self._fail(tenant_id, job_id, failed.code)
        whole = {**report, "tests_hash": digest_of(request["tests"])}
        done = await self._jobs.finish(tenant_id, job_id, JobStatus.DONE, report=whole)
        return JobStatus.DONE if done else "unwanted"

    @activity.defn
    async def fail_job(self, code: str) -> None:
        """Write down that it could not be done."""
        await self._fail(*whose_job(), code)

    async def _fail(
        self, tenant_id: UUID, job_id: UUID, code: str, report: Mapping[str, Any] | None = None
    ) -> str:
        await self._jobs.finish(tenant_id, job_id, JobStatus.FAILED, report=report, failure=code)
        return JobStatus.FAILED


def whose_job() -> tuple[UUID, UUID]:
    """Tenant and job of the workflow that runs this activity."""
    workflow_id = activity.info().workflow_id
    assert workflow_id is not None
    tenant_id, job_id = parse_workflow_id(workflow_id)
    return tenant_id, UUID(job_id)
