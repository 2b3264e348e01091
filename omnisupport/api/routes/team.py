"""The team: members and departments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.people import Departments as DepartmentsOut
from omnisupport.api.schemas.people import Members as MembersOut
from omnisupport.domain.calendar import opening_at
from omnisupport.domain.permissions import Permission
from omnisupport.storage.queries.departments import Departments
from omnisupport.storage.queries.members import Members

router = APIRouter(prefix="/api/v1/team", tags=["team"])

Reader = Annotated[Person, Depends(requires(Permission.TEAM_READ))]


@router.get("/members", response_model=MembersOut)
async def list_members(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Everybody of the tenant, with who has the console open now."""
    online = await at.presence.online(who.tenant_id)
    members = await Members(at.database).all(who.tenant_id)
    return {
        "items": [
            {"id": str(m.id), "name": m.name, "email": m.email, "role": m.role, "online": m.id in online}
            for m in members
        ]
    }


@router.get("/departments", response_model=DepartmentsOut)
async def list_departments(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Departments, with whether they are open."""
    now = datetime.now(UTC)
    items = []
    departments = Departments(at.database)
    calendars = await departments.calendars(who.tenant_id)
    for found in await departments.all(who.tenant_id):
        opening = opening_at(calendars[found.id], now)
        items.append(
            {
                "id": str(found.id),
                "key": found.key,
                "name": found.name.get(who.locale) or found.name.get("ru") or found.key,
                "timezone": found.timezone,
                "open": opening.open,
                "next_open": opening.next_open.isoformat() if opening.next_open else None,
            }
        )
    return {"items": items}
