"""Departments and their calendars."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from omnisupport.domain.calendar import Calendar
from omnisupport.errors import NotFound
from omnisupport.storage.session import Database
from omnisupport.storage.tables import BusinessCalendar, Conversation, Customer, Department, Tenant
from omnisupport.texts import DEFAULT_LOCALE

SHARED = (col(BusinessCalendar.tenant_id) == Department.tenant_id) & (
    col(BusinessCalendar.id) == Department.calendar_id
)


class Departments:
    """Departments of a tenant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def calendar(self, tenant_id: UUID, key: str | None) -> Calendar:
        """The calendar of the department `key` (None: the default one), else the one that has this key itself.

        Raises:
            NotFound: there is neither.
        """
        async with self._database.session(tenant_id) as session:
            if key is None:
                tenant = await session.get(Tenant, tenant_id)
                key = tenant.settings.get("default_department") if tenant else None
                if key is None:
                    raise NotFound("There is no default department, whose hours would be these.")
            found = (
                await session.exec(
                    select(Department, BusinessCalendar)
                    .outerjoin(BusinessCalendar, SHARED)
                    .where(Department.tenant_id == tenant_id, Department.key == key)
                )
            ).first()
            if found is not None:
                return hours_of(*found)
            alone = (
                await session.exec(
                    select(BusinessCalendar).where(
                        BusinessCalendar.tenant_id == tenant_id, BusinessCalendar.key == key
                    )
                )
            ).first()
        if alone is None:
            raise NotFound(f"There is no department or calendar '{key}'.")
        return as_calendar(alone)

    async def calendars(self, tenant_id: UUID) -> dict[UUID, Calendar]:
        """The opening hours of every department, by its id."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(Department, BusinessCalendar)
                .outerjoin(BusinessCalendar, SHARED)
                .where(Department.tenant_id == tenant_id)
            )
            return {department.id: hours_of(department, shared) for department, shared in rows.all()}

    async def all(self, tenant_id: UUID) -> Sequence[Department]:
        """Every department, by key."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(Department).where(Department.tenant_id == tenant_id).order_by(Department.key)
            )
            return rows.all()

    async def name_for(self, tenant_id: UUID, department_id: UUID, conversation_id: UUID) -> str | None:
        """A department's name in the language of a conversation's customer; None for an absent department."""
        async with self._database.session(tenant_id) as session:
            found = (
                await session.exec(
                    select(Department, Customer.locale)
                    .outerjoin(
                        Conversation,
                        (col(Conversation.tenant_id) == Department.tenant_id)
                        & (col(Conversation.id) == conversation_id),
                    )
                    .outerjoin(
                        Customer,
                        (col(Customer.tenant_id) == Conversation.tenant_id)
                        & (col(Customer.id) == Conversation.customer_id),
                    )
                    .where(Department.tenant_id == tenant_id, Department.id == department_id)
                )
            ).first()
        if found is None:
            return None
        department, locale = found
        return department.name.get(locale) or department.name.get(DEFAULT_LOCALE) or department.key


def hours_of(department: Department, shared: BusinessCalendar | None) -> Calendar:
    """When a department is open: by the calendar that it shares, else by its own hours."""
    return as_calendar(shared) if shared else Calendar(department.timezone, department.hours)


def as_calendar(row: BusinessCalendar) -> Calendar:
    """A stored calendar as opening hours are looked up in it."""
    return Calendar(row.timezone, row.hours, {each["date"]: each["hours"] for each in row.holidays})
