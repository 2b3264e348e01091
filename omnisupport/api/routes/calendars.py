"""Calendars: opening hours with holidays, shared by departments and asked for by scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas import settings as schemas
from omnisupport.domain.calendar import opening_at
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import calendars as access
from omnisupport.storage.queries.departments import as_calendar
from omnisupport.storage.tables import BusinessCalendar, Department

router = APIRouter(prefix="/api/v1/settings/calendars", tags=["settings"])

Reader = Annotated[Person, Depends(requires(Permission.SETTINGS_READ))]
Manager = Annotated[Person, Depends(requires(Permission.SETTINGS_MANAGE))]


@router.get("", response_model=schemas.CalendarList)
async def list_calendars(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Every calendar, by key."""
    found = await access.list_calendars(at.database, who.tenant_id)
    return {"items": [_out(calendar, keepers) for calendar, keepers in found]}


@router.post("", status_code=201, response_model=schemas.CalendarEnvelope)
async def create_calendar(body: schemas.NewCalendar, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make a calendar. Its key is what a scenario's `business_hours` asks for."""
    what = body.model_dump(mode="json", exclude={"key"})
    made = await access.create_calendar(at.database, who.tenant_id, who.actor, key=body.key, what=what)
    return {"calendar": _out(made, [])}


@router.get("/{calendar_id}", response_model=schemas.CalendarEnvelope)
async def get_calendar(calendar_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One calendar."""
    return {"calendar": _out(*await access.access_calendar(at.database, who.tenant_id, calendar_id))}


@router.patch("/{calendar_id}", response_model=schemas.CalendarEnvelope)
async def change_calendar(
    calendar_id: UUID, body: schemas.CalendarChange, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Change what is given; scenarios see it at their next look."""
    what = body.model_dump(mode="json", exclude={"department_ids"}, exclude_none=True)
    found = await access.change_calendar(
        at.database, who.tenant_id, who.actor, calendar_id, what=what, department_ids=body.department_ids
    )
    return {"calendar": _out(*found)}


@router.delete("/{calendar_id}", status_code=204)
async def delete_calendar(calendar_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """Take a calendar away that no department keeps."""
    await access.delete_calendar(at.database, who.tenant_id, who.actor, calendar_id)
    return Response(status_code=204)


def _out(row: BusinessCalendar, keepers: Sequence[Department]) -> dict[str, Any]:
    opening = opening_at(as_calendar(row), datetime.now(UTC))
    return {
        "id": str(row.id),
        "key": row.key,
        "name": row.name,
        "timezone": row.timezone,
        "hours": row.hours,
        "holidays": row.holidays,
        "departments": [{"id": str(each.id), "key": each.key} for each in keepers],
        "open": opening.open,
        "next_open": opening.next_open.isoformat() if opening.next_open else None,
    }
