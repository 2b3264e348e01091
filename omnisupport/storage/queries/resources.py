"""The names that a tenant's scenarios may refer to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select

from omnisupport.storage.session import Database
from omnisupport.storage.tables import (
    BusinessCalendar,
    Connection,
    Department,
    KnowledgeDocument,
    Skill,
    TagRow,
)


@dataclass(frozen=True)
class ResourceNames:
    """Keys of departments (each has opening hours), calendars, connections, knowledge bases, skills and tags.

    `operations` are what assistants may read, by `connection.operation`.
    """

    departments: frozenset[str]
    calendars: frozenset[str]
    """Of departments, and calendars of their own."""
    connections: frozenset[str]
    knowledge: frozenset[str]
    skills: frozenset[str]
    tags: frozenset[str]
    operations: frozenset[str]


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
            connections = (
                await session.exec(
                    select(Connection.key, Connection.operations).where(Connection.tenant_id == tenant_id)
                )
            ).all()
            knowledge = await session.exec(
                select(KnowledgeDocument.knowledge).where(KnowledgeDocument.tenant_id == tenant_id).distinct()
            )
            skills = await session.exec(select(Skill.key).where(Skill.tenant_id == tenant_id))
            tags = await session.exec(select(TagRow.key).where(TagRow.tenant_id == tenant_id))
            keys = frozenset(departments.all())
            return ResourceNames(
                departments=keys,
                calendars=keys | frozenset(calendars.all()),
                connections=frozenset(key for key, _ in connections),
                knowledge=frozenset(knowledge.all()),
                skills=frozenset(skills.all()),
                tags=frozenset(tags.all()),
                operations=frozenset(f"{key}.{each['key']}" for key, held in connections for each in held),
            )
