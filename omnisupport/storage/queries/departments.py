"""Departments and their calendars."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from omnisupport.domain.calendar import Calendar
from omnisupport.errors import NotFound
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Customer, Department
from omnisupport.texts import DEFAULT_LOCALE


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
