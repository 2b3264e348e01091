"""Roles of the team: the built-in ones, the tenant's own, and the permissions that they are made of."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.names import Key
from omnisupport.api.schemas.roles import ChangeRole, NewRole, Permissions, RoleEnvelope, Roles
from omnisupport.api.team import granter_of, rights_changed, tell_team
from omnisupport.domain.naming import key_of
from omnisupport.domain.permissions import Grant, Permission
from omnisupport.storage.access import roles as access
from omnisupport.storage.access.roles import RoleChange, TeamRole
from omnisupport.texts import DEFAULT_LOCALE
from omnisupport.texts.permissions import GROUPS, PERMISSIONS, ROLE_NAMES

router = APIRouter(prefix="/api/v1/team", tags=["team"])

Reader = Annotated[Person, Depends(requires(Permission.TEAM_READ))]
Manager = Annotated[Person, Depends(requires(Permission.ROLES_MANAGE, fresh=True))]
RoleKey = Annotated[Key, Path()]


@router.get("/permissions", response_model=Permissions)
async def list_permissions(who: Reader) -> dict[str, Any]:
    """Every permission with its words in both languages, and the groups in which to show them."""
    return {
        "groups": [{"key": key, "title": title} for key, title in GROUPS.items()],
        "items": [
            {
                "key": each.value,
                "group": each.value.partition(".")[0],
                "title": PERMISSIONS[each].title,
                "description": PERMISSIONS[each].description,
            }
            for each in Permission
        ],
    }


@router.get("/roles", response_model=Roles)
async def list_roles(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Every role with what it may; a workspace has at most 100 of its own."""
    found = await access.list_roles(at.database, who.tenant_id)
    return {"items": [_shown(each, who.locale) for each in found]}


@router.post("/roles", status_code=201, response_model=RoleEnvelope)
async def create_role(body: NewRole, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make a role that may no more than one's own."""
    made = await access.create_role(
        at.database,
        who.tenant_id,
        granter_of(who),
        key=key_of(body.name),
        name=body.name,
        grant=Grant(frozenset(body.permissions), body.scope),
    )
    await rights_changed(at, who.tenant_id)
    await tell_team(at, who.tenant_id, "roles", made.key)
    return {"role": _shown(made, who.locale)}


@router.get("/roles/{role_key}", response_model=RoleEnvelope)
async def get_role(role_key: RoleKey, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One role."""
    return {"role": _shown(await access.access_role(at.database, who.tenant_id, role_key), who.locale)}


@router.patch("/roles/{role_key}", response_model=RoleEnvelope)
async def patch_role(role_key: RoleKey, body: ChangeRole, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Change a role for everybody who has it: what he may no more ends at once."""
    changed = await access.update_role(
        at.database,
        who.tenant_id,
        granter_of(who),
        role_key,
        RoleChange(
            name=body.name,
            permissions=None if body.permissions is None else frozenset(body.permissions),
            scope=body.scope,
        ),
    )
    await rights_changed(at, who.tenant_id)
    await tell_team(at, who.tenant_id, "roles", role_key)
    return {"role": _shown(changed, who.locale)}


@router.delete("/roles/{role_key}", status_code=204)
async def delete_role(
    role_key: RoleKey, who: Manager, at: ServicesDep, move_to: Annotated[Key | None, Query()] = None
) -> Response:
    """Take a role away; `move_to` is the one that its members and invitations get."""
    await access.delete_role(at.database, who.tenant_id, granter_of(who), role_key, move_to=move_to)
    await rights_changed(at, who.tenant_id)
    await tell_team(at, who.tenant_id, "roles", role_key)
    return Response(status_code=204)


def _shown(found: TeamRole, locale: str) -> dict[str, Any]:
    names = ROLE_NAMES.get(found.key, {})
    return {
        "key": found.key,
        "name": found.name or names.get(locale) or names.get(DEFAULT_LOCALE) or found.key,
        "built_in": found.name is None,
        "permissions": sorted(found.grant.permissions),
        "scope": found.grant.scope.value,
        "members": found.members,
    }
