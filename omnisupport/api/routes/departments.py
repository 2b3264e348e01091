"""Departments of the team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from omnisupport.api.cursors import read_cursor, write_cursor
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.base import Plain
from omnisupport.api.schemas.team import (
    ChangeDepartment,
    DepartmentEnvelope,
    DepartmentPage,
    NewDepartment,
)
from omnisupport.api.services import Services
from omnisupport.api.team import rights_changed, tell_team
from omnisupport.domain.calendar import Opening, opening_at
from omnisupport.domain.naming import key_of
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid
from omnisupport.storage.access import departments as access
from omnisupport.storage.access.departments import DepartmentChange, Found
from omnisupport.storage.queries.departments import Departments

router = APIRouter(prefix="/api/v1/team/departments", tags=["team"])

Reader = Annotated[Person, Depends(requires(Permission.TEAM_READ))]
Manager = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE))]
Mover = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE, whole=True))]
"""Who moves a department's conversations to another decides who reaches them."""

PAGE = 200


@router.get("", response_model=DepartmentPage)
async def list_departments(
    who: Reader,
    at: ServicesDep,
    cursor: Annotated[Plain | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
) -> dict[str, Any]:
    """Departments by key, with whether they are open."""
    after = read_cursor(cursor, lambda key: str(key))
    found = await access.list_departments(at.database, who.tenant_id, after=after, limit=limit)
    return {
        "items": await _shown(at, who, found),
        "next_cursor": write_cursor(found[-1].row.key) if len(found) == limit else None,
    }


@router.post("", status_code=201, response_model=DepartmentEnvelope)
async def create_department(body: NewDepartment, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make a department; scenarios name it by its key, which never changes."""
    name = body.name.both()
    if name is None:
        raise Invalid("A department has a name in one language at least.", field="name")
    found = await access.create_department(
        at.database,
        who.tenant_id,
        who.actor,
        key=body.key or key_of(name["en"]),
        made=DepartmentChange(name=name, hours=body.hours, default=body.default),
        timezone=body.timezone,
    )
    await tell_team(at, who.tenant_id, "departments", found.row.id)
    return {"department": (await _shown(at, who, [found]))[0]}


@router.get("/{department_id}", response_model=DepartmentEnvelope)
async def get_department(department_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One department."""
    found = await access.access_department(at.database, who.tenant_id, department_id)
    return {"department": (await _shown(at, who, [found]))[0]}


@router.patch("/{department_id}", response_model=DepartmentEnvelope)
async def patch_department(
    department_id: UUID, body: ChangeDepartment, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Change a department's name, time zone and hours, and whether it takes what names no department."""
    name = body.name.both() if body.name else None
    change = DepartmentChange(name, body.timezone, body.hours, body.default)
    found = await access.update_department(at.database, who.tenant_id, who.actor, department_id, change)
    await tell_team(at, who.tenant_id, "departments", department_id)
    return {"department": (await _shown(at, who, [found]))[0]}


@router.delete("/{department_id}", status_code=204)
async def delete_department(
    department_id: UUID, who: Mover, at: ServicesDep, move_to: UUID | None = None
) -> Response:
    """Take a department away; `move_to` is the one that gets its conversations."""
    await access.delete_department(at.database, who.tenant_id, who.actor, department_id, move_to=move_to)
    await rights_changed(at, who.tenant_id)
    await tell_team(at, who.tenant_id, "departments", department_id)
    return Response(status_code=204)


async def _shown(at: Services, who: Person, found: Sequence[Found]) -> list[dict[str, Any]]:
    calendars, now = await Departments(at.database).calendars(who.tenant_id), datetime.now(UTC)
    return [_line(each, who.locale, opening_at(calendars[each.row.id], now)) for each in found]


def _line(found: Found, locale: str, opening: Opening) -> dict[str, Any]:
    row = found.row
    return {
        "id": str(row.id),
        "key": row.key,
        "name": row.name.get(locale) or row.name.get("ru") or row.key,
        "names": row.name,
        "timezone": row.timezone,
        "hours": row.hours,
        "default": found.default,
        "open": opening.open,
        "next_open": opening.next_open.isoformat() if opening.next_open else None,
    }
