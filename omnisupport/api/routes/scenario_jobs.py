"""Trying a scenario: cases and a transcript at once, walks, replays, mutants and the gate as jobs."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from omnisupport.api.deps import Person, ServicesDep
from omnisupport.api.openapi import may_answer
from omnisupport.api.routes.scenario_versions import document_of
from omnisupport.api.routes.scenarios import Reader, Writer
from omnisupport.api.scenario_gate import gate
from omnisupport.api.scenario_jobs import job_of, start_job
from omnisupport.api.schemas import scenario_jobs as schemas
from omnisupport.api.services import Services
from omnisupport.domain.scenario_jobs import SHOWS_CONVERSATIONS, JobKind, JobStatus
from omnisupport.errors import Forbidden, NotFound
from omnisupport.storage.access.scenarios import access_scenario
from omnisupport.storage.queries.scenario_jobs import ScenarioJobs
from omnisupport.storage.queries.scenario_tests import ScenarioTests
from omnisupport.storage.tables import Scenario, ScenarioJob

router = APIRouter(prefix="/api/v1/scenarios/{scenario_id}", tags=["scenarios"])

MOST_CASES = 200
AT_ONCE_CPU_S, AT_ONCE_S = 5.0, 30.0
"""Seconds of the processor and of the clock, for what is answered at once."""


@router.post(
    "/test",
    response_model=schemas.Tried,
    responses={202: {"model": schemas.Tried, "description": "Goes on as a job"}},
    openapi_extra=may_answer(409),
)
async def try_scenario(
    scenario_id: UUID, body: schemas.Trial, who: Writer, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """Try a scenario. Nothing is sent and nobody is asked: services answer by the stubs of the test files.

    A replay and the gate quote conversations, if masked, so they are for those who may see every one.
    """
    [(kind, asked)] = body.asked
    found = await access_scenario(at.database, who.tenant_id, scenario_id)
    document = await document_of(at, found, body.of)
    if kind in SHOWS_CONVERSATIONS and who.reach is not None:
        raise Forbidden("A replay shows conversations of every department.", code="permission_denied")
    if isinstance(asked, schemas.Cases | schemas.Transcript):
        return {"report": await _at_once(at, who, found, document, asked), "job": None}
    report = await gate(at.database, who.tenant_id, document, file=f"{found.key}.yaml")
    report.check_tryable()
    request = {"of": body.of, **asked.model_dump(mode="json")}
    job = await start_job(at, who, scenario_id, JobKind(kind), request)
    response.status_code = 202
    return {"report": None, "job": job_of(job)}


@router.get("/jobs/{job_id}", response_model=schemas.JobEnvelope)
async def get_job(scenario_id: UUID, job_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """How far a job is, and its report once it is done."""
    return {"job": job_of(await _access(at, who, scenario_id, job_id))}


@router.delete("/jobs/{job_id}", response_model=schemas.JobEnvelope)
async def cancel_job(scenario_id: UUID, job_id: UUID, who: Writer, at: ServicesDep) -> dict[str, Any]:
    """Stop a job that goes on; one that is over stays as it is. What a migration has moved stays moved."""
    found = await _access(at, who, scenario_id, job_id)
    await ScenarioJobs(at.database).finish(who.tenant_id, found.id, JobStatus.CANCELLED)
    return {"job": job_of(await _access(at, who, scenario_id, job_id))}


async def _access(at: Services, who: Person, scenario_id: UUID, job_id: UUID) -> ScenarioJob:
    await access_scenario(at.database, who.tenant_id, scenario_id)
    found = await ScenarioJobs(at.database).find(who.tenant_id, scenario_id, job_id)
    if found is None or (found.kind in SHOWS_CONVERSATIONS and who.reach is not None):
        raise NotFound("There is no such job.", code="job_not_found")
    return found


async def _at_once(
    at: Services, who: Person, scenario: Scenario, document: str, asked: schemas.Cases | schemas.Transcript
) -> dict[str, Any]:
    checked = await gate(at.database, who.tenant_id, document, file=f"{scenario.key}.yaml")
    checked.check_tryable()
    request: dict[str, Any] = {
        "kind": "cases",
        "document": document,
        "called": checked.called,
        "most_cases": MOST_CASES,
    }
    if isinstance(asked, schemas.Transcript):
        named = checked.named
        case = {"name": "transcript", **asked.model_dump(mode="json")}
        test = {"omni": "scenario-test/v1", "scenario": (named or {}).get("id"), "cases": [case]}
        request["tests"] = [{"name": "transcript.json", "document": json.dumps(test)}]
    elif asked.document is not None:
        request["tests"] = [{"name": asked.name, "document": asked.document}]
    else:
        request["tests"] = await ScenarioTests(at.database).files(who.tenant_id, scenario.id)
    if isinstance(asked, schemas.Cases) and asked.only is not None:
        request["only"] = asked.only
    return await at.trials.run(request, cpu_s=AT_ONCE_CPU_S, timeout_s=AT_ONCE_S)
