"""Members of a tenant, for who runs the platform."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from omnisupport.api.cursors import read_cursor, write_cursor
from omnisupport.api.deps import ServicesDep
from omnisupport.api.routes.admin import Limit, Reader, reach_of
from omnisupport.api.schemas.admin_members import AdminMembers
from omnisupport.api.schemas.base import Plain
from omnisupport.storage.access.platform_members import list_tenant_members

router = APIRouter(prefix="/admin/v1", tags=["admin"])


@router.get("/tenants/{tenant_id}/members", response_model=AdminMembers)
async def list_members(
    tenant_id: UUID,
    who: Reader,
    at: ServicesDep,
    cursor: Annotated[Plain | None, Query(max_length=2000)] = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Members of one tenant by e-mail address; to a manager, a tenant that is not his is absent."""
    after = read_cursor(cursor, lambda email: str(email))
    found = await list_tenant_members(at.database, reach_of(who), tenant_id, after=after, limit=limit)
    return {
        "items": [asdict(each) for each in found],
        "next_cursor": write_cursor(found[-1].email) if len(found) == limit else None,
    }
