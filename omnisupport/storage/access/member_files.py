"""Members for a person who takes them out as a table."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from omnisupport.domain.actor import Actor
from omnisupport.storage.access.members import MemberFilter, list_members
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Department, Skill

PAGE = 500


async def list_lines(database: Database, tenant_id: UUID, actor: Actor) -> list[tuple[str, ...]]:
    """Every member, by name: address, name, role, keys of departments, keys of skills with levels.

    That they were taken out stands in the audit log.
    """
    async with database.session(tenant_id) as session:
        departments = dict(
            (
                await session.exec(
                    select(Department.id, Department.key).where(Department.tenant_id == tenant_id)
                )
            ).all()
        )
        skills = dict(
            (await session.exec(select(Skill.id, Skill.key).where(Skill.tenant_id == tenant_id))).all()
        )
        record(session, tenant_id, actor, "members.exported")
    lines: list[tuple[str, ...]] = []
    after: tuple[str, UUID] | None = None
    while True:
        page = await list_members(database, tenant_id, MemberFilter(), after=after, limit=PAGE)
        for each in page:
            works_in = [departments[one] for one in each.departments if one in departments]
            knows = [f"{skills[one]}:{level}" for one, level in each.skills.items() if one in skills]
            lines.append((each.email, each.name, each.role, "|".join(works_in), "|".join(knows)))
        if len(page) < PAGE:
            return lines
        after = (page[-1].name, page[-1].id)
