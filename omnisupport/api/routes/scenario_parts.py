"""Triggers and variables of all scenarios beside each other. A change of one edits the draft of its scenario."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Response

from omnisupport.api.deps import Person, ServicesDep
from omnisupport.api.etags import etag, read_revision
from omnisupport.api.routes.scenarios import Reader, Writer, finding_of
from omnisupport.api.scenario_gate import Report, gate
from omnisupport.api.scenario_parts import Part, parts_of
from omnisupport.api.schemas import scenario_parts as schemas
from omnisupport.api.services import Services
from omnisupport.errors import Conflict, Invalid, NotFound
from omnisupport.scenario_dsl.edits import delete_trigger, delete_variable, set_trigger, set_variable
from omnisupport.storage.access import scenarios as access
from omnisupport.storage.access.scenarios import DraftChanged
from omnisupport.storage.tables import Scenario

router = APIRouter(prefix="/api/v1", tags=["scenarios"])

IfMatch = Annotated[
    str | None, Header(description="The ETag of the scenario's draft, or `revision` of a list.")
]
Found = tuple[Scenario, Part]


@router.get("/triggers", response_model=schemas.Triggers)
async def list_triggers(who: Reader, at: ServicesDep, scenario_id: UUID | None = None) -> dict[str, Any]:
    """Triggers in the drafts of all scenarios, or of one; those of a draft that cannot be read are not told."""
    drafts = await _drafts(at, who, scenario_id)
    return {"items": [_trigger(*found) async for found in _each(drafts, _triggers)]}


@router.post("/triggers", status_code=201, response_model=schemas.TriggerEnvelope)
async def create_trigger(
    body: schemas.NewTrigger, who: Writer, at: ServicesDep, response: Response, if_match: IfMatch = None
) -> dict[str, Any]:
    """Put a trigger behind the others of a draft."""
    scenario = await _at_revision(at, who, body.scenario_id, if_match)
    if _named(_triggers(scenario), body.id) is not None:
        raise Conflict(f"The scenario has a trigger '{body.id}' already.", code="trigger_exists", field="id")
    written, report = await _edit(at, who, scenario, lambda text: set_trigger(text, body.id, body.spec))
    return _trigger_envelope(written, body.id, report, response)


@router.get("/triggers/{scenario_id}/{trigger_id}", response_model=schemas.TriggerEnvelope)
async def get_trigger(
    scenario_id: UUID, trigger_id: str, who: Reader, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """One trigger; the ETag is the draft's."""
    scenario = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    report = await gate(at.database, who.tenant_id, scenario.draft, file=f"{scenario.key}.yaml")
    return _trigger_envelope(scenario, trigger_id, report, response)


@router.patch("/triggers/{scenario_id}/{trigger_id}", response_model=schemas.TriggerEnvelope)
async def change_trigger(
    scenario_id: UUID,
    trigger_id: str,
    body: schemas.PartChange,
    who: Writer,
    at: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Write another spec for a trigger; its comments stay where what they are about stays."""
    scenario = await _at_revision(at, who, scenario_id, if_match)
    _have(_triggers(scenario), trigger_id, "trigger")
    written, report = await _edit(at, who, scenario, lambda text: set_trigger(text, trigger_id, body.spec))
    return _trigger_envelope(written, trigger_id, report, response)


@router.delete("/triggers/{scenario_id}/{trigger_id}", status_code=204)
async def remove_trigger(
    scenario_id: UUID, trigger_id: str, who: Writer, at: ServicesDep, if_match: IfMatch = None
) -> Response:
    """Take a trigger out of a draft."""
    scenario = await _at_revision(at, who, scenario_id, if_match)
    _have(_triggers(scenario), trigger_id, "trigger")
    written, _ = await _edit(at, who, scenario, lambda text: delete_trigger(text, trigger_id))
    return Response(status_code=204, headers={"ETag": etag(written.revision)})


@router.get("/variables", response_model=schemas.Variables)
async def list_variables(who: Reader, at: ServicesDep, scenario_id: UUID | None = None) -> dict[str, Any]:
    """Variables in the drafts of all scenarios, or of one; those of a draft that cannot be read are not told."""
    drafts = await _drafts(at, who, scenario_id)
    return {"items": [_variable(*found) async for found in _each(drafts, _variables)]}


@router.post("/variables", status_code=201, response_model=schemas.VariableEnvelope)
async def create_variable(
    body: schemas.NewVariable, who: Writer, at: ServicesDep, response: Response, if_match: IfMatch = None
) -> dict[str, Any]:
    """Declare a variable in a draft."""
    scenario = await _at_revision(at, who, body.scenario_id, if_match)
    if _named(_variables(scenario), body.name) is not None:
        detail = f"The scenario has a variable '{body.name}' already."
        raise Conflict(detail, code="variable_exists", field="name")
    written, report = await _edit(at, who, scenario, lambda text: set_variable(text, body.name, body.spec))
    return _variable_envelope(written, body.name, report, response)


@router.get("/variables/{scenario_id}/{variable_id}", response_model=schemas.VariableEnvelope)
async def get_variable(
    scenario_id: UUID, variable_id: str, who: Reader, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """One variable by its name; the ETag is the draft's."""
    scenario = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    report = await gate(at.database, who.tenant_id, scenario.draft, file=f"{scenario.key}.yaml")
    return _variable_envelope(scenario, variable_id, report, response)


@router.patch("/variables/{scenario_id}/{variable_id}", response_model=schemas.VariableEnvelope)
async def change_variable(
    scenario_id: UUID,
    variable_id: str,
    body: schemas.PartChange,
    who: Writer,
    at: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Declare a variable otherwise; what uses it is for the checks to find."""
    scenario = await _at_revision(at, who, scenario_id, if_match)
    _have(_variables(scenario), variable_id, "variable")
    written, report = await _edit(at, who, scenario, lambda text: set_variable(text, variable_id, body.spec))
    return _variable_envelope(written, variable_id, report, response)


@router.delete("/variables/{scenario_id}/{variable_id}", status_code=204)
async def remove_variable(
    scenario_id: UUID, variable_id: str, who: Writer, at: ServicesDep, if_match: IfMatch = None
) -> Response:
    """Take a declaration out of a draft; what uses it is for the checks to find."""
    scenario = await _at_revision(at, who, scenario_id, if_match)
    _have(_variables(scenario), variable_id, "variable")
    written, _ = await _edit(at, who, scenario, lambda text: delete_variable(text, variable_id))
    return Response(status_code=204, headers={"ETag": etag(written.revision)})


async def _drafts(at: Services, who: Person, scenario_id: UUID | None) -> Sequence[Scenario]:
    if scenario_id is not None:
        return [await access.access_scenario(at.database, who.tenant_id, scenario_id)]
    return await access.list_scenarios(at.database, who.tenant_id, archived=False)


async def _each(drafts: Sequence[Scenario], of: Callable[[Scenario], Sequence[Part]]) -> Any:
    """Each part with its scenario. Reading a draft costs milliseconds, so it is done beside the loop."""
    for scenario in drafts:
        for part in await asyncio.to_thread(of, scenario):
            yield scenario, part


def _triggers(scenario: Scenario) -> Sequence[Part]:
    return parts_of(scenario.draft).triggers


def _variables(scenario: Scenario) -> Sequence[Part]:
    return parts_of(scenario.draft).variables


async def _at_revision(at: Services, who: Person, scenario_id: UUID, if_match: str | None) -> Scenario:
    """The scenario whose draft is still at the revision that was read."""
    revision = read_revision(if_match)
    found = await access.access_scenario(at.database, who.tenant_id, scenario_id)
    if found.revision != revision:
        base = await access.find_draft(at.database, who.tenant_id, scenario_id, revision)
        raise DraftChanged(named=revision, base=base, revision=found.revision, current=found.draft)
    return found


async def _edit(
    at: Services, who: Person, scenario: Scenario, change: Callable[[str], str]
) -> tuple[Scenario, Report]:
    """Write the draft as the change makes it, unless somebody else has saved since it was read."""
    text = await asyncio.to_thread(change, scenario.draft)
    if "\x00" in text:
        raise Invalid("The spec holds a NUL, which is not text.", field="spec")
    report = await gate(at.database, who.tenant_id, text, file=f"{scenario.key}.yaml")
    if report.document is None:
        raise Invalid(
            "With this the document could not be read any more.", code="part_unreadable", field="spec"
        )
    written = await access.write_draft(
        at.database,
        who.tenant_id,
        scenario.id,
        revision=scenario.revision,
        key=scenario.key,
        name=None,
        document=text,
        actor=who.actor,
    )
    return written, report


def _named(parts: Sequence[Part], name: str) -> Part | None:
    return next((each for each in parts if each.id == name), None)


def _have(parts: Sequence[Part], name: str, noun: str) -> Part:
    found = _named(parts, name)
    if found is None:
        raise NotFound(f"The scenario has no such {noun}.", code=f"{noun}_not_found")
    return found


def _findings(report: Report) -> Iterator[dict[str, Any]]:
    return (finding_of(each) for each in report.findings)


def _trigger_envelope(scenario: Scenario, name: str, report: Report, response: Response) -> dict[str, Any]:
    part = _have(_triggers(scenario), name, "trigger")
    response.headers["ETag"] = etag(scenario.revision)
    return {"trigger": _trigger(scenario, part), "findings": list(_findings(report))}


def _variable_envelope(scenario: Scenario, name: str, report: Report, response: Response) -> dict[str, Any]:
    part = _have(_variables(scenario), name, "variable")
    response.headers["ETag"] = etag(scenario.revision)
    return {"variable": _variable(scenario, part), "findings": list(_findings(report))}


def _of(scenario: Scenario) -> dict[str, Any]:
    return {"scenario_id": scenario.id, "scenario_key": scenario.key, "revision": scenario.revision}


def _trigger(scenario: Scenario, part: Part) -> dict[str, Any]:
    return {**_of(scenario), "id": part.id, "spec": part.spec, "line": part.line}


def _variable(scenario: Scenario, part: Part) -> dict[str, Any]:
    return {**_of(scenario), "name": part.id, "spec": part.spec, "line": part.line}
