"""Skills of the team."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from omnisupport.api.cursors import read_cursor, write_cursor
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.base import Plain
from omnisupport.api.schemas.team import ChangeSkill, NewSkill, SkillEnvelope, SkillPage
from omnisupport.api.team import tell_team
from omnisupport.domain.naming import key_of
from omnisupport.domain.permissions import Permission
from omnisupport.storage import tables
from omnisupport.storage.access import skills as access

router = APIRouter(prefix="/api/v1/team/skills", tags=["team"])

Reader = Annotated[Person, Depends(requires(Permission.TEAM_READ))]
Manager = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE))]

PAGE = 200


@router.get("", response_model=SkillPage)
async def list_skills(
    who: Reader,
    at: ServicesDep,
    cursor: Annotated[Plain | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
) -> dict[str, Any]:
    """Skills by key."""
    after = read_cursor(cursor, lambda key: str(key))
    found = await access.list_skills(at.database, who.tenant_id, after=after, limit=limit)
    return {
        "items": [_shown(skill, members) for skill, members in found],
        "next_cursor": write_cursor(found[-1][0].key) if len(found) == limit else None,
    }


@router.post("", status_code=201, response_model=SkillEnvelope)
async def create_skill(body: NewSkill, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make a skill; scenarios name it by its key, which never changes."""
    made = await access.create_skill(
        at.database, who.tenant_id, who.actor, key=body.key or key_of(body.name), name=body.name
    )
    await tell_team(at, who.tenant_id, "skills", made.id)
    return {"skill": _shown(made, 0)}


@router.get("/{skill_id}", response_model=SkillEnvelope)
async def get_skill(skill_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One skill."""
    return {"skill": _shown(*await access.access_skill(at.database, who.tenant_id, skill_id))}


@router.patch("/{skill_id}", response_model=SkillEnvelope)
async def patch_skill(skill_id: UUID, body: ChangeSkill, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Give a skill another name."""
    found = await access.rename_skill(at.database, who.tenant_id, who.actor, skill_id, body.name)
    await tell_team(at, who.tenant_id, "skills", skill_id)
    return {"skill": _shown(*found)}


@router.delete("/{skill_id}", status_code=204)
async def delete_skill(skill_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """Take a skill away, from its members too."""
    await access.delete_skill(at.database, who.tenant_id, who.actor, skill_id)
    await tell_team(at, who.tenant_id, "skills", skill_id)
    return Response(status_code=204)


def _shown(skill: tables.Skill, members: int) -> dict[str, Any]:
    return {"id": str(skill.id), "key": skill.key, "name": skill.name, "members": members}
