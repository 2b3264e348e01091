"""Test files of a scenario; running them is `POST /{scenario_id}/test`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from omnisupport.api.deps import ServicesDep
from omnisupport.api.etags import etag, read_revision
from omnisupport.api.routes.scenarios import IfMatch, Reader, Writer
from omnisupport.api.schemas import scenario_tests as schemas
from omnisupport.storage.access import scenario_tests as access
from omnisupport.storage.tables import ScenarioTest

router = APIRouter(prefix="/api/v1/scenarios/{scenario_id}/tests", tags=["scenarios"])


@router.get("", response_model=schemas.TestFiles)
async def list_tests(scenario_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Every test file, by name."""
    found = await access.list_tests(at.database, who.tenant_id, scenario_id)
    return {"items": [_line(each) for each in found]}


@router.post("", status_code=201, response_model=schemas.TestFileEnvelope)
async def create_test(
    scenario_id: UUID, body: schemas.TestFile, who: Writer, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """Add a test file."""
    made = await access.create_test(
        at.database, who.tenant_id, who.actor, scenario_id, name=body.name, document=body.document
    )
    return _envelope(made, response)


@router.get("/{test_id}", response_model=schemas.TestFileEnvelope)
async def get_test(
    scenario_id: UUID, test_id: UUID, who: Reader, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """One test file; the ETag is what `If-Match` wants."""
    found = await access.access_test(at.database, who.tenant_id, scenario_id, test_id)
    return _envelope(found, response)


@router.put("/{test_id}", response_model=schemas.TestFileEnvelope)
async def put_test(
    scenario_id: UUID,
    test_id: UUID,
    body: schemas.TestFile,
    who: Writer,
    at: ServicesDep,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Write a test file over the revision that `If-Match` names."""
    written = await access.change_test(
        at.database,
        who.tenant_id,
        who.actor,
        scenario_id,
        test_id,
        revision=read_revision(if_match),
        name=body.name,
        document=body.document,
    )
    return _envelope(written, response)


@router.delete("/{test_id}", status_code=204)
async def delete_test(scenario_id: UUID, test_id: UUID, who: Writer, at: ServicesDep) -> Response:
    """Take a test file away."""
    await access.delete_test(at.database, who.tenant_id, who.actor, scenario_id, test_id)
    return Response(status_code=204)


def _line(found: ScenarioTest) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "revision": found.revision,
        "updated_at": found.updated_at.isoformat(),
    }


def _envelope(found: ScenarioTest, response: Response) -> dict[str, Any]:
    response.headers["ETag"] = etag(found.revision)
    return {"test": {**_line(found), "document": found.document}}
