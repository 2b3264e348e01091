"""Members of the team."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from omnisupport.api.cursors import read_cursor, write_cursor
from omnisupport.api.deps import Person, ServicesDep, requires, signed_in
from omnisupport.api.schemas.base import Plain
from omnisupport.api.schemas.names import Key
from omnisupport.api.schemas.team import ChangeMember, Leave, MemberEnvelope, Members
from omnisupport.api.services import Services
from omnisupport.api.team import give_back, granter_of, rights_changed, tell_team
from omnisupport.domain.availability import kind_of
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Conflict, Invalid
from omnisupport.storage.access import members as access
from omnisupport.storage.access.availability import kinds
from omnisupport.storage.access.members import MemberChange, MemberFilter, TeamMember
from omnisupport.storage.tables import Tenant

router = APIRouter(prefix="/api/v1/team", tags=["team"])

Reader = Annotated[Person, Depends(requires(Permission.TEAM_READ))]
Manager = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE))]
SignedIn = Annotated[Person, Depends(signed_in)]

PAGE = 200


@router.get("/members", response_model=Members)
async def list_members(
    who: Reader,
    at: ServicesDep,
    q: Annotated[Plain | None, Query(max_length=100)] = None,
    department_id: UUID | None = None,
    role: Annotated[Key | None, Query()] = None,
    availability: Annotated[Key | None, Query()] = None,
    disabled: bool | None = None,
    cursor: Annotated[Plain | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
) -> dict[str, Any]:
    """The team by name, with who has the console open now.

    `q` is a part of a name or an address; `availability` a kind or a state of the tenant's own.
    """
    wanted = MemberFilter(q, department_id, role, availability, disabled)
    after = read_cursor(cursor, _place)
    found = await access.list_members(at.database, who.tenant_id, wanted, after=after, limit=limit)
    last = found[-1] if len(found) == limit else None
    return {
        "items": await _shown(at, who, found),
        "next_cursor": write_cursor(last.name, str(last.id)) if last else None,
    }


def _place(name: str, user_id: str) -> tuple[str, UUID]:
    return name, UUID(user_id)


@router.get("/members/{user_id}", response_model=MemberEnvelope)
async def get_member(user_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One member."""
    return await _envelope(at, who, await access.access_member(at.database, who.tenant_id, user_id))


@router.patch("/members/{user_id}", response_model=MemberEnvelope)
async def patch_member(user_id: UUID, body: ChangeMember, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Change a member's role, departments, skills and capacity; nobody gives more than he has."""
    change = MemberChange(
        role=body.role,
        departments=None if body.department_ids is None else frozenset(body.department_ids),
        skills=None if body.skills is None else {each.skill_id: each.level for each in body.skills},
        capacity=body.capacity,
    )
    found = await access.update_member(at.database, who.tenant_id, granter_of(who), user_id, change)
    if change.role is not None or change.departments is not None:
        await rights_changed(at, who.tenant_id)
    await tell_team(at, who.tenant_id, "members", user_id)
    return await _envelope(at, who, found)


@router.post("/members/{user_id}/disable", response_model=MemberEnvelope)
async def disable_member(user_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Let a member in no more: his sessions end, his conversations wait for somebody else."""
    return await _envelope(at, who, await _disable(at, who, user_id))


@router.post("/members/{user_id}/enable", response_model=MemberEnvelope)
async def enable_member(user_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Let a member in again; he signs in anew."""
    found = await access.enable_member(at.database, who.tenant_id, granter_of(who), user_id)
    await rights_changed(at, who.tenant_id)
    await tell_team(at, who.tenant_id, "members", user_id)
    return await _envelope(at, who, found)


@router.delete("/members/{user_id}", status_code=204)
async def delete_member(user_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """End a membership: sessions and personal keys end, conversations wait for somebody else."""
    await _remove(at, who, user_id)
    return Response(status_code=204)


@router.post("/leave", status_code=204)
async def leave(body: Leave, who: SignedIn, at: ServicesDep) -> Response:
    """Leave the workspace oneself; the last owner cannot."""
    if who.session_id is None:
        raise Conflict("A key is no member: revoke it instead.", code="not_a_session")
    if who.impersonator_id is not None:
        raise Conflict("Nobody leaves in another's name.", code="impersonated")
    async with at.database.session(who.tenant_id) as session:
        tenant = await session.get(Tenant, who.tenant_id)
    if tenant is None or tenant.slug != body.slug:
        raise Invalid("This is not the slug of the workspace that you are in.", field="slug")
    await _remove(at, who, who.user_id)
    return Response(status_code=204)


async def _disable(at: Services, who: Person, user_id: UUID) -> TeamMember:
    found = await access.disable_member(at.database, who.tenant_id, granter_of(who), user_id)
    await rights_changed(at, who.tenant_id)
    await tell_team(at, who.tenant_id, "members", user_id)
    # He is shut out before the engine is asked, so an engine that is away keeps nobody in.
    await give_back(at, who, user_id)
    return found


async def _remove(at: Services, who: Person, user_id: UUID) -> None:
    await _disable(at, who, user_id)
    await access.delete_member(at.database, who.tenant_id, granter_of(who), user_id)
    await tell_team(at, who.tenant_id, "members", user_id)


async def _envelope(at: Services, who: Person, found: TeamMember) -> dict[str, Any]:
    return {"member": (await _shown(at, who, [found]))[0]}


async def _shown(at: Services, who: Person, found: list[TeamMember]) -> list[dict[str, Any]]:
    online = await at.presence.online(who.tenant_id)
    own = await kinds(at.database, who.tenant_id)
    return [
        {
            "id": str(each.id),
            "name": each.name,
            "email": each.email,
            "role": each.role,
            "online": each.id in online,
            "availability": {
                "state": each.availability,
                "kind": kind_of(each.availability, own).value,
                "since": each.availability_since.isoformat() if each.availability_since else None,
            },
            "departments": [str(department) for department in each.departments],
            "skills": [{"skill_id": str(skill), "level": level} for skill, level in each.skills.items()],
            "capacity": dict(each.capacity),
            "disabled": each.disabled_at is not None,
        }
        for each in found
    ]
