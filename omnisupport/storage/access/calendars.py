"""Calendars for a person: opening hours and holidays that departments share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.scenario_uses import Named, check_unnamed
from omnisupport.storage.session import Database
from omnisupport.storage.tables import BusinessCalendar, Department


async def list_calendars(
    database: Database, tenant_id: UUID
) -> Sequence[tuple[BusinessCalendar, Sequence[Department]]]:
    """Every calendar by key, with the departments that keep it."""
    async with database.session(tenant_id) as session:
        calendars = (
            await session.exec(
                select(BusinessCalendar)
                .where(BusinessCalendar.tenant_id == tenant_id)
                .order_by(BusinessCalendar.key)
            )
        ).all()
        return [(each, await _keepers(session, tenant_id, each.id)) for each in calendars]


async def access_calendar(
    database: Database, tenant_id: UUID, calendar_id: UUID
) -> tuple[BusinessCalendar, Sequence[Department]]:
    """One calendar, with the departments that keep it.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, calendar_id)
        return found, await _keepers(session, tenant_id, calendar_id)


async def create_calendar(
    database: Database, tenant_id: UUID, actor: Actor, *, key: str, what: dict[str, Any]
) -> BusinessCalendar:
    """A new calendar; `what` holds name, timezone, hours and holidays.

    Raises:
        Conflict: the key is taken by a calendar or a department (code `calendar_exists`): scenarios ask for both alike.
    """
    made = BusinessCalendar(tenant_id=tenant_id, id=uuid4(), key=key, **what)
    taken = Conflict(
        f"A calendar or department with the key '{key}' exists already.", code="calendar_exists", field="key"
    )
    try:
        async with database.session(tenant_id) as session:
            department = await session.exec(
                select(Department.id).where(Department.tenant_id == tenant_id, Department.key == key)
            )
            if department.first() is not None:
                raise taken
            session.add(made)
            record(
                session,
                tenant_id,
                actor,
                "calendar.created",
                target=("calendar", made.id),
                after={"key": key} | what,
            )
            await session.flush()
            await session.refresh(made)
    except IntegrityError as twice:
        raise taken from twice
    return made


async def change_calendar(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    calendar_id: UUID,
    *,
    what: dict[str, Any],
    department_ids: Sequence[UUID] | None,
) -> tuple[BusinessCalendar, Sequence[Department]]:
    """Change what is given; `department_ids` are all that keep it from now on.

    Raises:
        NotFound: the calendar, or a department (code `department_not_found`), is absent or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, calendar_id, lock=True)
        before = _told(found, await _keepers(session, tenant_id, calendar_id))
        for name, value in what.items():
            setattr(found, name, value)
        found.updated_at = datetime.now(UTC)
        session.add(found)
        if department_ids is not None:
            await _give(session, tenant_id, calendar_id, department_ids)
        keepers = await _keepers(session, tenant_id, calendar_id)
        was, now = changed(before, _told(found, keepers))
        record(
            session,
            tenant_id,
            actor,
            "calendar.changed",
            target=("calendar", calendar_id),
            before=was,
            after=now,
        )
    return found, keepers


async def delete_calendar(database: Database, tenant_id: UUID, actor: Actor, calendar_id: UUID) -> None:
    """Take a calendar away.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: departments keep it (code `calendar_in_use`), or a published scenario names it (code `in_use`).
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, calendar_id, lock=True)
        keepers = await _keepers(session, tenant_id, calendar_id)
        if keepers:
            names = ", ".join(each.key for each in keepers)
            raise Conflict(
                f"Departments keep it: {names}. Give them other hours first.", code="calendar_in_use"
            )
        await check_unnamed(session, tenant_id, Named.CALENDAR, found.key)
        record(
            session,
            tenant_id,
            actor,
            "calendar.deleted",
            target=("calendar", calendar_id),
            before=_told(found, []),
        )
        await session.delete(found)


async def _give(
    session: AsyncSession, tenant_id: UUID, calendar_id: UUID, department_ids: Sequence[UUID]
) -> None:
    mine = col(Department.tenant_id) == tenant_id
    await session.exec(
        update(Department).where(mine, col(Department.calendar_id) == calendar_id).values(calendar_id=None)
    )
    for department_id in department_ids:
        department = await session.get(Department, (tenant_id, department_id), with_for_update=True)
        if department is None:
            raise NotFound("There is no such department.", code="department_not_found")
        department.calendar_id = calendar_id
        session.add(department)
    await session.flush()


async def _keepers(session: AsyncSession, tenant_id: UUID, calendar_id: UUID) -> Sequence[Department]:
    rows = await session.exec(
        select(Department)
        .where(Department.tenant_id == tenant_id, Department.calendar_id == calendar_id)
        .order_by(Department.key)
    )
    return rows.all()


def _told(calendar: BusinessCalendar, keepers: Sequence[Department]) -> dict[str, Any]:
    return {
        "name": calendar.name,
        "timezone": calendar.timezone,
        "hours": calendar.hours,
        "holidays": calendar.holidays,
        "departments": [each.key for each in keepers],
    }


async def _load(
    session: AsyncSession, tenant_id: UUID, calendar_id: UUID, *, lock: bool = False
) -> BusinessCalendar:
    found = await session.get(BusinessCalendar, (tenant_id, calendar_id), with_for_update=lock or None)
    if found is None:
        raise NotFound("There is no such calendar.")
    return found
