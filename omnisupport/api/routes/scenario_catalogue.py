"""What a builder can begin with and build of: templates and types of nodes; and a document to take along."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response

from omnisupport.api.deps import ServicesDep
from omnisupport.api.routes.scenario_versions import document_of
from omnisupport.api.routes.scenarios import Reader, Writer, finding_of
from omnisupport.api.scenario_gate import gate
from omnisupport.api.schemas import scenario_catalogue as schemas
from omnisupport.api.schemas.scenarios import Ref
from omnisupport.storage.access.scenarios import access_scenario

router = APIRouter(prefix="/api/v1", tags=["scenarios"])

YAML = "application/yaml"


@router.get("/scenarios/templates", response_model=schemas.Templates)
@router.get("/templates", response_model=schemas.Templates)
async def list_templates(who: Reader) -> dict[str, Any]:
    """Scenarios to begin with, each with its test file."""
    from omnisupport.scenario_dsl.templates import (
        list_templates,  # the loader, which the api needs not to start
    )

    found = await asyncio.to_thread(list_templates)
    return {"items": [asdict(each) for each in found]}


@router.get("/scenarios/nodes", response_model=schemas.NodeCatalogue)
@router.get("/nodes", response_model=schemas.NodeCatalogue)
async def list_nodes(who: Reader) -> Response:
    """Types of nodes, kinds of answers and of triggers, each with its JSON Schema, exits, examples and words."""
    return Response(await asyncio.to_thread(_catalogue), media_type="application/json")


@router.post("/scenarios/import", response_model=schemas.Imported)
async def import_scenario(body: schemas.Import, who: Writer, at: ServicesDep) -> dict[str, Any]:
    """Turn a file of another system into a document, and say what is lost on the way. Save it with POST /scenarios."""
    from omnisupport.scenario_dsl.importers import import_document

    named = body.name or f"{body.kind} file"
    made = await asyncio.to_thread(import_document, body.kind, body.document, file=named, more=body.more)
    report = await gate(at.database, who.tenant_id, made.text, file="scenario.yaml") if made.text else None
    return {
        "document": made.text,
        "losses": [each.to_dict() for each in made.losses],
        "valid": report is not None and not report.errors,
        "findings": [finding_of(each) for each in report.findings] if report is not None else [],
    }


@router.get(
    "/scenarios/{scenario_id}/export",
    response_class=Response,
    responses={200: {"content": {YAML: {"schema": {}}}}},
)
async def export_scenario(
    scenario_id: UUID, who: Reader, at: ServicesDep, version: Annotated[Ref, Query()] = "draft"
) -> Response:
    """A document as a file: the draft, a pointer, or a version by its number."""
    scenario = await access_scenario(at.database, who.tenant_id, scenario_id)
    document = await document_of(at, scenario, version)
    name = f'attachment; filename="{scenario.key}.yaml"'
    return Response(document, media_type=YAML, headers={"Content-Disposition": name})


@cache
def _catalogue() -> bytes:
    """Made once a process: it is 570 KB of words that a release does not change."""
    from omnisupport.scenario_dsl.schema import node_catalogue

    return orjson.dumps(node_catalogue())
