"""Scenarios: drafts, checks, and publishing what has no errors."""

from __future__ import annotations

from asyncio import sleep
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.errors import problem
from omnisupport.api.schemas.scenarios import Document, Published, ScenarioEnvelope, Scenarios, Validation
from omnisupport.api.services import Services
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid, OmniError
from omnisupport.scenario_dsl import Finding, Resources, check_document, compile_document, load_document
from omnisupport.storage import tables
from omnisupport.storage.access import scenarios as access
from omnisupport.storage.queries.resources import TenantResources
from omnisupport.storage.queries.scenarios import FRESH_FOR_S

router = APIRouter(prefix="/api/v1/scenarios", tags=["scenarios"])

Reader = Annotated[Person, Depends(requires(Permission.SCENARIOS_READ))]
Writer = Annotated[Person, Depends(requires(Permission.SCENARIOS_WRITE))]
Publisher = Annotated[Person, Depends(requires(Permission.SCENARIOS_PUBLISH))]


@router.get("", response_model=Scenarios)
async def list_scenarios(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Every scenario, by key."""
    return {"items": [_line(each) for each in await access.list_scenarios(at.database, who.tenant_id)]}


@router.post("", status_code=201, response_model=ScenarioEnvelope)
async def create_scenario(body: Document, who: Writer, at: ServicesDep, response: Response) -> dict[str, Any]:
    """Make a scenario from a document; a draft may have errors, but it must name its id."""
    document, findings = await _check(at, who, body.document)
    if document is None:
        raise Invalid("The document cannot be read. POST it to /validate to see why.", field="document")
    made = await access.create_scenario(
        at.database,
        who.tenant_id,
        key=document["id"],
        name=document["name"],
        document=body.document,
        actor=who.actor,
    )
    response.headers["ETag"] = _etag(made)
    return {"scenario": _whole(made), "findings": findings}


@router.post("/validate", response_model=Validation)
async def validate(body: Document, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Check a document; nothing is kept."""
    document, findings = await _check(at, who, body.document)
    valid = document is not None and not any(f["severity"] == "error" for f in findings)
    return {"valid": valid, "findings": findings}


@router.get("/{scenario_id}", response_model=ScenarioEnvelope)
async def get_scenario(scenario_id: UUID, who: Reader, at: ServicesDep, response: Response) -> dict[str, Any]:
    """A scenario with its draft; the ETag is what `If-Match` wants."""
    found = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    response.headers["ETag"] = _etag(found)
    return {"scenario": _whole(found), "findings": (await _check(at, who, found.draft))[1]}


@router.put("/{scenario_id}", response_model=ScenarioEnvelope)
async def put_draft(
    scenario_id: UUID,
    body: Document,
    who: Writer,
    at: ServicesDep,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Write the draft over the revision that `If-Match` names."""
    if "\x00" in body.document:
        raise Invalid("The document holds a NUL, which is not text.", field="document")
    document, findings = await _check(at, who, body.document)
    written = await access.write_draft(
        at.database,
        who.tenant_id,
        scenario_id,
        revision=_revision(if_match),
        key=document["id"] if document else None,
        name=document["name"] if document else None,
        document=body.document,
        actor=who.actor,
    )
    response.headers["ETag"] = _etag(written)
    return {"scenario": _whole(written), "findings": findings}


@router.post("/{scenario_id}/publish", response_model=Published)
async def publish(scenario_id: UUID, who: Publisher, at: ServicesDep) -> Any:
    """Publish the draft. One with errors is refused, with every finding; running conversations keep their version."""
    found = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    loaded = load_document(found.draft, file=f"{found.key}.yaml")
    findings = list(loaded.findings)
    if loaded.document is not None:
        resources = await _resources(at, who)
        findings = check_document(loaded.document, resources=resources)
    errors = [f for f in findings if f.severity == "error"]
    if loaded.document is None or errors:
        return problem(
            422,
            "scenario_has_errors",
            f"The scenario has {len(errors)} errors and was not published.",
            errors=[{"field": f"{f.line}:{f.column}", "message": str(f)} for f in errors],
        )
    ir = compile_document(loaded.document)
    version = await access.publish_version(
        at.database,
        who.tenant_id,
        scenario_id,
        ir=ir,
        source=found.draft,
        author_id=who.user_id,
        actor=who.actor,
    )
    await sleep(FRESH_FOR_S)  # the next message is routed by what has been published
    return {
        "scenario_id": scenario_id,
        "version": version,
        "ir_hash": ir["hash"],
        "findings": [_finding(f) for f in findings],
    }


async def _check(at: Services, who: Person, text: str) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """{id, name} of a document that can be read, and everything that the checks say."""
    loaded = load_document(text)
    if loaded.document is None:
        return None, [_finding(f) for f in loaded.findings]
    findings = check_document(loaded.document, resources=await _resources(at, who))
    analysis = loaded.document.analysis
    header = analysis.header if analysis else None
    named = {"id": header.id, "name": dict(header.name)} if header and header.id else None
    return named, [_finding(f) for f in findings]


async def _resources(at: Services, who: Person) -> Resources:
    names = await TenantResources(at.database).names(who.tenant_id)
    return Resources(
        departments=names.departments,
        calendars=names.calendars,
        connections=names.connections,
        knowledge=names.knowledge,
    )


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity,
        "message": dict(found.message),
        "line": found.line,
        "column": found.column,
        "node": found.node,
        "field": found.field,
        "fix": found.fix,
    }


def _line(found: tables.Scenario) -> dict[str, Any]:
    return {
        "id": found.id,
        "key": found.key,
        "name": found.name,
        "revision": found.revision,
        "live_version": found.live_version,
        "updated_at": found.updated_at.isoformat(),
    }


def _whole(found: tables.Scenario) -> dict[str, Any]:
    return {**_line(found), "document": found.draft}


def _etag(found: tables.Scenario) -> str:
    return f'"{found.revision}"'


def _revision(if_match: str | None) -> int:
    if if_match is None:
        raise OmniError(
            "Say with If-Match which revision you read.",
            code="precondition_required",
            status=428,
            field="If-Match",
        )
    try:
        return int(if_match.removeprefix("W/").strip('"'))
    except ValueError as wrong:
        raise Invalid('If-Match is the ETag of the scenario, such as "3".', field="If-Match") from wrong
