"""Skills for a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.access.team import count_rows, lock_team
from omnisupport.storage.audit import record
from omnisupport.storage.queries.scenario_uses import Named, check_unnamed
from omnisupport.storage.session import Database
from omnisupport.storage.tables import MemberSkill, Skill

MOST = 500
"""Of one tenant."""


async def list_skills(
    database: Database, tenant_id: UUID, *, after: str | None, limit: int
) -> list[tuple[Skill, int]]:
    """Skills by key, after a key, each with how many members have it."""
    async with database.session(tenant_id) as session:
        query = _skills(tenant_id)
        if after is not None:
            query = query.where(col(Skill.key) > after)
        rows = (await session.exec(query.order_by(col(Skill.key)).limit(limit))).all()
        return [(row, members) for row, members in rows]


async def access_skill(database: Database, tenant_id: UUID, skill_id: UUID) -> tuple[Skill, int]:
    """One skill, and how many members have it.

    Raises:
        NotFound: absent, or another tenant's (code `skill_not_found`).
    """
    async with database.session(tenant_id) as session:
        return await _load(session, tenant_id, skill_id)


async def create_skill(database: Database, tenant_id: UUID, actor: Actor, *, key: str, name: str) -> Skill:
    """A new skill.

    Raises:
        Conflict: codes `skill_exists`, `too_many_skills`.
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        if await count_rows(session, Skill, tenant_id) >= MOST:
            raise Conflict(f"A workspace has at most {MOST} skills.", code="too_many_skills")
        same = select(Skill.id).where(Skill.tenant_id == tenant_id, Skill.key == key)
        if (await session.exec(same)).first() is not None:
            raise Conflict(f"A skill with the key '{key}' exists already.", code="skill_exists", field="key")
        made = Skill(tenant_id=tenant_id, id=uuid4(), key=key, name=name)
        session.add(made)
        record(
            session,
            tenant_id,
            actor,
            "skill.created",
            target=("skill", made.id),
            after={"key": key, "name": name},
        )
    return made


async def rename_skill(
    database: Database, tenant_id: UUID, actor: Actor, skill_id: UUID, name: str | None
) -> tuple[Skill, int]:
    """Give a skill another name; its key stays.

    Raises:
        NotFound: absent, or another tenant's (code `skill_not_found`).
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        found, members = await _load(session, tenant_id, skill_id)
        if name is not None and name != found.name:
            record(
                session,
                tenant_id,
                actor,
                "skill.updated",
                target=("skill", skill_id),
                before={"name": found.name},
                after={"name": name},
            )
            found.name = name
    return found, members


async def delete_skill(database: Database, tenant_id: UUID, actor: Actor, skill_id: UUID) -> None:
    """Take a skill away, from its members too.

    Raises:
        NotFound: absent, or another tenant's (code `skill_not_found`).
        Conflict: a published scenario names it (code `in_use`).
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        found, members = await _load(session, tenant_id, skill_id)
        await check_unnamed(session, tenant_id, Named.SKILL, found.key)
        await session.exec(
            delete(MemberSkill).where(
                col(MemberSkill.tenant_id) == tenant_id, col(MemberSkill.skill_id) == skill_id
            )
        )
        await session.delete(found)
        record(
            session,
            tenant_id,
            actor,
            "skill.deleted",
            target=("skill", skill_id),
            before={"key": found.key, "name": found.name, "members": members},
        )


async def _load(session: AsyncSession, tenant_id: UUID, skill_id: UUID) -> tuple[Skill, int]:
    found = (await session.exec(_skills(tenant_id).where(col(Skill.id) == skill_id))).first()
    if found is None:
        raise NotFound("There is no such skill.", code="skill_not_found")
    row, members = found
    return row, members


def _skills(tenant_id: UUID) -> Any:
    members = (
        select(func.count())
        .select_from(MemberSkill)
        .where(MemberSkill.tenant_id == tenant_id, col(MemberSkill.skill_id) == col(Skill.id))
        .correlate(Skill)
        .scalar_subquery()
    )
    return select(Skill, members).where(col(Skill.tenant_id) == tenant_id)
