"""Bundles: asked for, made by a workflow, downloaded by links of five minutes, removed after a week.

Whoever may look after privacy sees all of them; who may take customers out sees those of customers that he asked for.
A bundle has all of a customer, whatever the department, so there are none for a scope that is narrower than `all`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response, StreamingResponse

from omnisupport.api.cursors import read_moment, write_moment
from omnisupport.api.deps import Person, ServicesDep, check_fresh, public, requires, signed_in
from omnisupport.api.exporting import start_export
from omnisupport.api.openapi import may_answer
from omnisupport.api.reach import reach_of
from omnisupport.api.routes.files import BINARY, CONTENT_HEADERS
from omnisupport.api.schemas.exports import BundleLink, BundleOut, BundlePage, NewBundle
from omnisupport.api.services import Services
from omnisupport.auth.links import LIFETIME
from omnisupport.domain.bundle import BundleKind
from omnisupport.domain.permissions import Permission, Scope
from omnisupport.errors import NotFound
from omnisupport.storage.access import bundles as access
from omnisupport.storage.tables import Bundle

router = APIRouter(prefix="/api/v1", tags=["privacy"])

Exporter = Annotated[Person, Depends(requires(Permission.CUSTOMERS_EXPORT, whole=True))]
Manager = Annotated[Person, Depends(requires(Permission.PRIVACY_MANAGE, fresh=True, whole=True))]
Anybody = Annotated[Person, Depends(signed_in)]
LIMITED = may_answer(409, 429)
PAGE = 50


@router.post(
    "/customers/{customer_id}/export", status_code=202, response_model=BundleOut, openapi_extra=LIMITED
)
async def export_customer(customer_id: UUID, who: Exporter, at: ServicesDep) -> dict[str, Any]:
    """Ask for all that is known of a customer: a zip with his data, his conversations, notes and files."""
    return await _ask(at, who, customer_id)


@router.post("/privacy/exports", status_code=202, response_model=BundleOut, openapi_extra=LIMITED)
async def create_export(body: NewBundle, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Ask for a customer, or for the whole workspace: without secrets, to be imported by another deployment."""
    return await _ask(at, who, body.customer_id)


@router.get("/privacy/exports", response_model=BundlePage)
async def list_exports(
    who: Anybody,
    at: ServicesDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = PAGE,
) -> dict[str, Any]:
    """Exports, the newest first: all of them with privacy.manage, else the customers that you asked for."""
    found = await access.list_bundles(
        at.database, who.tenant_id, _reach(who), before=read_moment(cursor), limit=limit
    )
    last = found[-1] if len(found) == limit else None
    return {
        "items": [_out(each) for each in found],
        "next_cursor": write_moment(last.requested_at, last.id) if last is not None else None,
    }


@router.get("/privacy/exports/{export_id}", response_model=BundleOut)
async def get_export(export_id: UUID, who: Anybody, at: ServicesDep) -> dict[str, Any]:
    """How far an export is."""
    return _out(await access.access_bundle(at.database, who.tenant_id, _reach(who), export_id))


@router.post(
    "/privacy/exports/{export_id}/link", response_model=BundleLink, openapi_extra=may_answer(403, 409)
)
async def link_export(export_id: UUID, who: Anybody, at: ServicesDep) -> dict[str, Any]:
    """A link to the file, for five minutes. That of a whole workspace asks for the password again."""
    found = await access.access_bundle(at.database, who.tenant_id, _reach(who), export_id)
    if found.kind == BundleKind.TENANT:
        check_fresh(who)
    opened = await access.open_bundle(at.database, who.tenant_id, who.actor, _reach(who), export_id)
    now = datetime.now(UTC)
    link = at.bundle_links.sign(who.tenant_id, opened.id, now)
    return {
        "url": f"{at.public_origin}/api/v1/export-content/{link}",
        "expires_at": (now + LIFETIME).isoformat(),
    }


@router.delete("/privacy/exports/{export_id}", status_code=204)
async def delete_export(export_id: UUID, who: Anybody, at: ServicesDep) -> Response:
    """Remove an export and its file, or end its making."""
    await access.delete_bundle(at.database, at.files, who.tenant_id, who.actor, _reach(who), export_id)
    return Response(status_code=204)


@router.get(
    "/export-content/{bundle_link}",
    dependencies=[Depends(public)],
    response_class=Response,
    responses={200: {"content": {"application/zip": {"schema": BINARY}}, "description": "The bundle."}},
)
async def get_content(bundle_link: str, at: ServicesDep) -> Response:
    """The bundle behind a link."""
    tenant_id, bundle_id = at.bundle_links.read(bundle_link[:200], datetime.now(UTC))
    found = await access.find_bundle(at.database, tenant_id, bundle_id)
    try:
        pieces = await at.files.get(found.storage_key)
    except FileNotFoundError as gone:
        raise NotFound("There is no such file.") from gone
    name = f"{found.kind}-{found.requested_at:%Y-%m-%d}-{str(found.id)[:8]}.zip"
    headers = CONTENT_HEADERS | {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(found.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


async def _ask(at: Services, who: Person, customer_id: UUID | None) -> dict[str, Any]:
    start = partial(start_export, at.client, who.tenant_id)
    made = await access.create_bundle(
        at.database, who.tenant_id, who.actor, reach_of(who), customer_id=customer_id, start=start
    )
    return _out(made)


def _reach(who: Person) -> access.BundleReach:
    reaches_all = who.scope == Scope.ALL
    return access.BundleReach(
        who.user_id,
        all_of_them=reaches_all and Permission.PRIVACY_MANAGE in who.permissions,
        own=reaches_all and Permission.CUSTOMERS_EXPORT in who.permissions,
    )


def _out(row: Bundle) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "customer_id": str(row.customer_id) if row.customer_id else None,
        "status": row.status,
        "progress": round(row.progress, 3),
        "size": row.size,
        "files": row.files,
        "failure": row.failure,
        "requested_by": str(row.requested_by),
        "requested_name": row.requested_name,
        "requested_at": row.requested_at.isoformat(),
        "ready_at": row.ready_at.isoformat() if row.ready_at else None,
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
    }
