"""Departments and their calendars."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from omnisupport.domain.calendar import Calendar
from omnisupport.errors import NotFound
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Department


class Departments:
    """Departments of a tenant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def calendar(self, tenant_id: UUID, key: str) -> Calendar:
        """The calendar of the department `key`."""
        async with self._database.session(tenant_id) as session:
            found = (
                await session.exec(
                    select(Department).where(Department.tenant_id == tenant_id, Department.key == key)
                )
            ).first()
        if found is None:
            raise NotFound(f"There is no department '{key}'.")
        return Calendar(found.timezone, found.hours)

    async def all(self, tenant_id: UUID) -> Sequence[Department]:
        """Every department, by key."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(Department).where(Department.tenant_id == tenant_id).order_by(Department.key)
            )
            return rows.all()

    async def find(self, tenant_id: UUID, department_id: UUID) -> Department | None:
        """One department by id."""
        async with self._database.session(tenant_id) as session:
            return await session.get(Department, (tenant_id, department_id))
