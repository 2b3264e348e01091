"""Versions of a scenario: publishing the draft, to everybody or to a share; comparing; going back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from omnisupport.api.cursors import read_cursor, write_cursor
from omnisupport.api.deps import ServicesDep
from omnisupport.api.etags import read_revision
from omnisupport.api.openapi import may_answer
from omnisupport.api.routes.scenarios import (
    IfMatch,
    Publisher,
    Reader,
    finding_of,
    line_of,
    settled,
)
from omnisupport.api.scenario_gate import gate, signature_of, tried
from omnisupport.api.scenario_jobs import start_job
from omnisupport.api.scenario_migration import foresee, with_migration
from omnisupport.api.schemas import scenarios as schemas
from omnisupport.api.services import Services
from omnisupport.api.stale_drafts import diff_of
from omnisupport.domain.scenario_jobs import JobKind, Policy
from omnisupport.errors import NotFound
from omnisupport.storage.access import scenario_versions as access
from omnisupport.storage.access.scenarios import (
    DraftChanged,
    access_scenario,
    check_not_archived,
    find_draft,
)
from omnisupport.storage.tables import Scenario, ScenarioVersion

router = APIRouter(prefix="/api/v1/scenarios/{scenario_id}", tags=["scenarios"])

VersionNumber = Annotated[int, Path(ge=1, le=10**9)]


@router.post("/publish", response_model=schemas.Published)
async def publish(
    scenario_id: UUID,
    who: Publisher,
    at: ServicesDep,
    body: schemas.Release | None = None,
    if_match: IfMatch = None,
) -> Any:
    """Publish the draft; with `If-Match` only the one that was read. Running conversations keep their version.

    One with errors is refused, with every finding, and so is one with warnings that nobody has taken on: of the checks,
    of what is proved, of other live scenarios and of callers. Its tests, a thousand walks and the last thousand
    conversations are run through, or the report of a `gate` job of this very draft is taken (`POST /test`); where they
    take longer than a request waits, such a job is asked for (409 `gate_needed`).
    """
    asked = body or schemas.Release()
    found = await access_scenario(at.database, who.tenant_id, scenario_id)
    check_not_archived(found)
    if if_match is not None and (named := read_revision(if_match)) != found.revision:
        base = await find_draft(at.database, who.tenant_id, scenario_id, named)
        raise DraftChanged(named=named, base=base, revision=found.revision, current=found.draft)
    report = await gate(at.database, who.tenant_id, found.draft, file=f"{found.key}.yaml")
    report = await with_migration(at.database, who.tenant_id, scenario_id, report, asked.migrate)
    ir = report.compiled()
    report = await tried(at.database, at.trials, who.tenant_id, scenario_id, report)
    report.check_open(asked.acknowledge)
    assert report.document is not None
    version = await access.publish_version(
        at.database,
        who.tenant_id,
        scenario_id,
        ir=ir,
        source=found.draft,
        author_id=who.user_id,
        actor=who.actor,
        release=access.Release(
            message=asked.message,
            report=report.to_dict(),
            signature=signature_of(report.document),
            acknowledged=report.warned,
            canary_percent=asked.percent,
        ),
    )
    job = None
    if asked.migrate != Policy.KEEP:
        request = {"to": version, "policy": asked.migrate, "text": asked.farewell}
        job = await start_job(at, who, scenario_id, JobKind.MIGRATION, request)
    await settled(at, found)
    return {
        "scenario_id": scenario_id,
        "version": version,
        "ir_hash": ir["hash"],
        "to": asked.to,
        "findings": [finding_of(f) for f in report.findings],
        "points": [each.to_dict() for each in report.points],
        "job_id": job.id if job is not None else None,
    }


@router.post("/rollback", response_model=schemas.ScenarioPointers)
async def roll_back(
    scenario_id: UUID, body: schemas.Rollback, who: Publisher, at: ServicesDep
) -> dict[str, Any]:
    """Let new runs take a version of before; a canary ends, and conversations that are going on keep theirs."""
    before = await access_scenario(at.database, who.tenant_id, scenario_id)
    await access.roll_back(at.database, who.tenant_id, who.actor, scenario_id, body.to)
    return {"scenario": line_of(await settled(at, before))}


@router.put("/canary", response_model=schemas.ScenarioPointers)
async def set_canary(
    scenario_id: UUID, body: schemas.CanaryShare, who: Publisher, at: ServicesDep
) -> dict[str, Any]:
    """Give the canary to another share of the customers; 0 ends it. To give it to all, roll forward to its version."""
    before = await access_scenario(at.database, who.tenant_id, scenario_id)
    await access.set_canary(at.database, who.tenant_id, who.actor, scenario_id, body.percent)
    return {"scenario": line_of(await settled(at, before))}


@router.post(
    "/migrate",
    response_model=schemas.MigrationPlan,
    responses={202: {"model": schemas.MigrationPlan, "description": "They are being moved"}},
    openapi_extra=may_answer(409),
)
async def migrate(
    scenario_id: UUID, body: schemas.Migration, who: Publisher, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """Say what would become of the conversations that are in other versions; one with errors has no plan.

    Without `dry_run` they are moved by a job: its report counts who moved, who will at the next wait, and who could
    not and why. Runs without a conversation (`kept`) stay in theirs to the end: nobody talks in them.
    """
    scenario = await access_scenario(at.database, who.tenant_id, scenario_id)
    text = await document_of(at, scenario, body.to)
    report = await gate(at.database, who.tenant_id, text, file=f"{scenario.key}.yaml")
    seen = await foresee(at.database, who.tenant_id, scenario_id, report.compiled(), report)
    if body.dry_run:
        return {"items": seen.items, "kept": seen.kept, "job_id": None}
    number = scenario.live_version if body.to == "live" else int(body.to)
    request = {"to": number, "policy": body.policy, "text": body.farewell}
    job = await start_job(at, who, scenario_id, JobKind.MIGRATION, request)
    response.status_code = 202
    return {"items": seen.items, "kept": seen.kept, "job_id": job.id}


@router.get("/versions", response_model=schemas.VersionPage)
async def list_versions(
    scenario_id: UUID,
    who: Reader,
    at: ServicesDep,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """What was published, newest first."""
    before = read_cursor(cursor, _place)
    found = await access.list_versions(at.database, who.tenant_id, scenario_id, before=before, limit=limit)
    more = write_cursor(str(found[-1].version)) if len(found) == limit else None
    return {"items": [_line(each) for each in found], "next_cursor": more}


@router.get("/versions/{version}", response_model=schemas.VersionEnvelope)
async def get_version(
    scenario_id: UUID, version: VersionNumber, who: Reader, at: ServicesDep
) -> dict[str, Any]:
    """A version with its document and the report of the gate."""
    found = await access.access_version(at.database, who.tenant_id, scenario_id, version)
    more = {"document": found.source, "report": found.report, "signature": found.signature}
    return {"version": _line(found) | more}


@router.get("/diff", response_model=schemas.ScenarioDiff)
async def get_diff(
    scenario_id: UUID,
    who: Reader,
    at: ServicesDep,
    from_: Annotated[schemas.Ref, Query(alias="from")] = "live",
    to: schemas.Ref = "draft",
) -> dict[str, Any]:
    """What is different between two documents of a scenario: numbers of versions, `draft`, `live` or `canary`."""
    scenario = await access_scenario(at.database, who.tenant_id, scenario_id)
    before, after = [await document_of(at, scenario, name) for name in (from_, to)]
    return await diff_of(before, after, from_, to)


async def document_of(at: Services, scenario: Scenario, name: str) -> str:
    """A document of a scenario by its name.

    Raises:
        NotFound: code `version_not_found`.
    """
    if name == "draft":
        return scenario.draft
    pointers = {"live": scenario.live_version, "canary": scenario.canary_version}
    number = pointers[name] if name in pointers else int(name)
    if number is None:
        raise NotFound(f"The scenario '{scenario.key}' has no {name} version.", code="version_not_found")
    found = await access.access_version(at.database, scenario.tenant_id, scenario.id, number)
    return found.source


def _place(version: str) -> int:
    number = int(version[:20])
    if not 0 < number <= 10**9:
        raise ValueError("no number of a version")
    return number


def _line(found: ScenarioVersion) -> dict[str, Any]:
    return {
        "version": found.version,
        "ir_hash": found.ir_hash,
        "engine": found.engine,
        "message": found.message,
        "author_id": found.author_id,
        "acknowledged": found.acknowledged or None,
        "created_at": found.created_at.isoformat(),
        "published_at": found.published_at.isoformat() if found.published_at else None,
    }
