"""The names that a tenant's scenarios may refer to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select

from omnisupport.storage.session import Database
from omnisupport.storage.tables import BusinessCalendar, Connection, Department, KnowledgeDocument


@dataclass(frozen=True)
class ResourceNames:
    """Keys of departments (each has opening hours), calendars, connections and knowledge bases."""

    departments: frozenset[str]
    calendars: frozenset[str]
    """Of departments, and calendars of their own."""
    connections: frozenset[str]
    knowledge: frozenset[str]


class TenantResources:
    """Resources of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def names(self, tenant_id: UUID) -> ResourceNames:
        """What exists now."""
        async with self._database.session(tenant_id) as session:
            departments = await session.exec(select(Department.key).where(Department.tenant_id == tenant_id))
            calendars = await session.exec(
                select(BusinessCalendar.key).where(BusinessCalendar.tenant_id == tenant_id)
            )
            connections = await session.exec(select(Connection.key).where(Connection.tenant_id == tenant_id))
            knowledge = await session.exec(
                select(KnowledgeDocument.knowledge).where(KnowledgeDocument.tenant_id == tenant_id).distinct()
            )
            keys = frozenset(departments.all())
            return ResourceNames(
                departments=keys,
                calendars=keys | frozenset(calendars.all()),
                connections=frozenset(connections.all()),
                knowledge=frozenset(knowledge.all()),
            )
