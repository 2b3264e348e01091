"""Scenarios: drafts and their checks. What is published of them is `scenario_versions.py`."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Response

from omnisupport.activities.triggers import watch_triggers
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.etags import etag, read_revision
from omnisupport.api.scenario_gate import Report, gate, tags_of
from omnisupport.api.schemas import scenarios as schemas
from omnisupport.api.services import Services
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid, NotFound
from omnisupport.scenario_dsl import Finding
from omnisupport.scenario_dsl.sarif import to_sarif
from omnisupport.storage import tables
from omnisupport.storage.access import scenarios as access
from omnisupport.storage.access.scenarios import DraftChanged
from omnisupport.storage.queries.scenarios import FRESH_FOR_S
from omnisupport.storage.queries.triggers import Triggers

router = APIRouter(prefix="/api/v1/scenarios", tags=["scenarios"])

Reader = Annotated[Person, Depends(requires(Permission.SCENARIOS_READ))]
Writer = Annotated[Person, Depends(requires(Permission.SCENARIOS_WRITE))]
Publisher = Annotated[Person, Depends(requires(Permission.SCENARIOS_PUBLISH))]
SARIF = "application/sarif+json"
DOCS = "urn:omnisupport:docs/scenarios"
"""Where the pages of the checks are: in the repository, which has no address of ours."""
IfMatch = Annotated[str | None, Header()]


@router.get("", response_model=schemas.Scenarios)
async def list_scenarios(
    who: Reader, at: ServicesDep, archived: Annotated[bool, Query()] = False
) -> dict[str, Any]:
    """Every scenario, by key; `archived` those that were put away instead."""
    found = await access.list_scenarios(at.database, who.tenant_id, archived=archived)
    return {"items": [line_of(each) for each in found]}


@router.post("", status_code=201, response_model=schemas.ScenarioEnvelope)
async def create_scenario(
    body: schemas.NewScenario, who: Writer, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """Make a scenario from a document, which may have errors but must name its id, or from a template with its tests.

    The tags that a template sets are made with it. What the findings say of one is what has yet to be set up before
    it goes live.
    """
    document, tests = await _beginning(body)
    report = await gate(at.database, who.tenant_id, document, file="scenario.yaml")
    if report.named is None:
        raise Invalid("The document cannot be read. POST it to /validate to see why.", field="document")
    made = await access.create_scenario(
        at.database,
        who.tenant_id,
        key=report.named["id"],
        name=report.named["name"],
        document=document,
        tests=tests,
        tags=tags_of(report.document) if body.template is not None and report.document is not None else (),
        actor=who.actor,
    )
    if body.template is not None:  # its tags are there now
        report = await gate(at.database, who.tenant_id, document, file="scenario.yaml")
    return _envelope(made, report, response)


async def _beginning(body: schemas.NewScenario) -> tuple[str, dict[str, str]]:
    """The document that a scenario begins with, and its test files by name."""
    if body.document is not None:
        return body.document, {}
    # The loader, which the api needs not to start.
    from omnisupport.scenario_dsl.templates import find_template

    template = await asyncio.to_thread(find_template, body.template or "")
    if template is None:
        raise NotFound(f"There is no template '{body.template}'.", code="template_not_found")
    name = f"{template.id}.test.yaml"
    if body.id is not None:
        template = await asyncio.to_thread(template.called, body.id)
    return template.document, {} if template.tests is None else {name: template.tests}


@router.post(
    "/validate", response_model=schemas.Validation, responses={200: {"content": {SARIF: {"schema": {}}}}}
)
async def validate(
    body: schemas.Document,
    who: Reader,
    at: ServicesDep,
    format: Annotated[Literal["json", "sarif"], Query()] = "json",
) -> Any:
    """Check a document; nothing is kept. As SARIF 2.1.0 for editors and code review."""
    report = await gate(at.database, who.tenant_id, body.document, file="scenario.yaml")
    if format == "sarif":
        log = to_sarif(report.findings, docs=DOCS, tool_version=version("omnisupport"), locale=who.locale)
        return Response(orjson.dumps(log), media_type=SARIF)
    valid = report.document is not None and not report.errors
    return {"valid": valid, "findings": [finding_of(each) for each in report.findings]}


@router.get("/{scenario_id}", response_model=schemas.ScenarioEnvelope)
async def get_scenario(scenario_id: UUID, who: Reader, at: ServicesDep, response: Response) -> dict[str, Any]:
    """A scenario with its draft; the ETag is what `If-Match` wants."""
    found = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    report = await gate(at.database, who.tenant_id, found.draft, file=f"{found.key}.yaml")
    return _envelope(found, report, response)


@router.patch("/{scenario_id}", response_model=schemas.ScenarioPointers)
async def change_scenario(
    scenario_id: UUID, body: schemas.ScenarioChange, who: Publisher, at: ServicesDep
) -> dict[str, Any]:
    """Put a scenario away as DELETE does, or take it out again: then its live version answers as before."""
    before = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    if body.archived:
        await access.archive_scenario(at.database, who.tenant_id, who.actor, scenario_id)
    else:
        await access.restore_scenario(at.database, who.tenant_id, who.actor, scenario_id)
    return {"scenario": line_of(await settled(at, before))}


@router.delete("/{scenario_id}", status_code=204)
async def delete_scenario(scenario_id: UUID, who: Publisher, at: ServicesDep) -> Response:
    """Put a scenario away; refused while runs of it go on. Its versions stay, for what has been said in its name."""
    before = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    await access.archive_scenario(at.database, who.tenant_id, who.actor, scenario_id)
    await settled(at, before)
    return Response(status_code=204)


@router.get("/{scenario_id}/draft", response_model=schemas.DraftOut)
async def get_draft(scenario_id: UUID, who: Reader, at: ServicesDep, response: Response) -> dict[str, Any]:
    """The draft alone; the ETag is what `If-Match` wants."""
    found = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    response.headers["ETag"] = etag(found.revision)
    return {
        "revision": found.revision,
        "document": found.draft,
        "updated_at": found.updated_at.isoformat(),
    }


@router.put("/{scenario_id}", response_model=schemas.ScenarioEnvelope)
@router.put("/{scenario_id}/draft", response_model=schemas.ScenarioEnvelope)
async def put_draft(
    scenario_id: UUID,
    body: schemas.Draft,
    who: Writer,
    at: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Write the draft over the revision that `If-Match` names; a stale save is told what it has missed."""
    if "\x00" in body.document:
        raise Invalid("The document holds a NUL, which is not text.", field="document")
    revision = read_revision(if_match)
    report = await gate(at.database, who.tenant_id, body.document, file="scenario.yaml")
    named = report.named or {}
    try:
        written = await access.write_draft(
            at.database,
            who.tenant_id,
            scenario_id,
            revision=revision,
            key=named.get("id"),
            name=named.get("name"),
            document=body.document,
            actor=who.actor,
        )
    except DraftChanged as stale:
        stale.base = body.base if stale.base is None else stale.base
        raise
    return _envelope(written, report, response)


async def settled(at: Services, before: tables.Scenario) -> tables.Scenario:
    """The scenario as it stands, once the next message is routed by it; at once where nothing has changed."""
    now = await access.access_scenario(at.database, before.tenant_id, before.id)
    if _route(now) != _route(before):
        await asyncio.sleep(FRESH_FOR_S)
        await watch_triggers(at.scenarios, Triggers(at.database), before.tenant_id)
    return now


def _route(found: tables.Scenario) -> tuple[Any, ...]:
    return (found.live_version, found.canary_version, found.canary_percent, found.archived_at is None)


def finding_of(found: Finding) -> dict[str, Any]:
    """A finding as the api tells it: of one document, so without its file."""
    return {name: value for name, value in found.to_dict().items() if name != "file"}


def line_of(found: tables.Scenario) -> dict[str, Any]:
    """A scenario without its document."""
    return {
        "id": found.id,
        "key": found.key,
        "name": found.name,
        "revision": found.revision,
        "live_version": found.live_version,
        "canary_version": found.canary_version,
        "canary_percent": found.canary_percent,
        "archived_at": found.archived_at.isoformat() if found.archived_at else None,
        "updated_at": found.updated_at.isoformat(),
    }


def _envelope(found: tables.Scenario, report: Report, response: Response) -> dict[str, Any]:
    response.headers["ETag"] = etag(found.revision)
    whole = {**line_of(found), "document": found.draft}
    return {"scenario": whole, "findings": [finding_of(each) for each in report.findings]}
