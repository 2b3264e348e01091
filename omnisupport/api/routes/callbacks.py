"""Where services report to a run that has asked them to: the address itself is the credential, for one report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from omnisupport.api.deps import ServicesDep, public
from omnisupport.api.reporting import JSON_OR_FORM, read_report, report_to_run

router = APIRouter(prefix="/api/v1/callbacks", tags=["callbacks"])


@router.post(
    "/{callback_link}",
    status_code=204,
    dependencies=[Depends(public)],
    response_class=Response,
    openapi_extra=JSON_OR_FORM,
)
async def post_callback(callback_link: str, request: Request, at: ServicesDep) -> Response:
    """Report to the run that gave this address out; the fields of the body become the data of its event."""
    tenant_id, callback_id = at.callback_links.read(callback_link[:200], datetime.now(UTC))
    data: dict[str, Any] = await read_report(request)
    await report_to_run(at.database, at.bell, tenant_id, callback_id, data)
    return Response(status_code=204)
