"""The names that a tenant's scenarios may refer to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select

from omnisupport.storage.session import Database
from omnisupport.storage.tables import Connection, Department, KnowledgeDocument


@dataclass(frozen=True)
class ResourceNames:
    """Keys of departments (each has a calendar), connections and knowledge bases."""

    departments: frozenset[str]
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
            connections = await session.exec(select(Connection.key).where(Connection.tenant_id == tenant_id))
            knowledge = await session.exec(
                select(KnowledgeDocument.knowledge).where(KnowledgeDocument.tenant_id == tenant_id).distinct()
            )
            return ResourceNames(
                departments=frozenset(departments.all()),
                connections=frozenset(connections.all()),
                knowledge=frozenset(knowledge.all()),
            )
