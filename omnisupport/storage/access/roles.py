"""Roles for a person: the built-in ones, and a tenant's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.granting import exceeds
from omnisupport.domain.permissions import Grant, Permission, Role, Scope, grant_of
from omnisupport.errors import Conflict, Forbidden, NotFound
from omnisupport.storage.access.team import Granter, check_role, count_rows, lock_team
from omnisupport.storage.audit import changed, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import CustomRole, Invitation, UserTenant

MOST = 100
"""A tenant's own."""
RESERVED = frozenset({*Role, "api_key", "api-key", "none", "me", "system"})
"""Keys that no role of a tenant's own has."""


@dataclass(frozen=True)
class TeamRole:
    """A role with how many members have it; `name` is None for a built-in one, which texts name."""

    key: str
    name: str | None
    grant: Grant
    members: int

    def line(self) -> dict[str, Any]:
        """As the audit log has it."""
        return {
            "name": self.name,
            "permissions": sorted(self.grant.permissions),
            "scope": self.grant.scope.value,
        }


@dataclass(frozen=True)
class RoleChange:
    """What to change; None leaves it."""

    name: str | None = None
    permissions: frozenset[Permission] | None = None
    scope: Scope | None = None


async def list_roles(database: Database, tenant_id: UUID) -> list[TeamRole]:
    """Every role: the built-in ones first, from the most to the least, then the tenant's own by key.

    At most `MOST` of these.
    """
    async with database.session(tenant_id) as session:
        held = dict(
            (
                await session.exec(
                    select(UserTenant.role, func.count())
                    .where(UserTenant.tenant_id == tenant_id)
                    .group_by(UserTenant.role)
                )
            ).all()
        )
        own = await session.exec(
            select(CustomRole).where(CustomRole.tenant_id == tenant_id).order_by(CustomRole.key).limit(MOST)
        )
        return [
            *(TeamRole(role, None, grant_of(role, None, None), held.get(role, 0)) for role in Role),
            *(_own(row, held.get(row.key, 0)) for row in own.all()),
        ]


async def access_role(database: Database, tenant_id: UUID, key: str) -> TeamRole:
    """One role, built-in or the tenant's own.

    Raises:
        NotFound: code `role_not_found`.
    """
    async with database.session(tenant_id) as session:
        if key in set(Role):
            return TeamRole(key, None, grant_of(key, None, None), await _members(session, tenant_id, key))
        return _own(await _load(session, tenant_id, key), await _members(session, tenant_id, key))


async def create_role(
    database: Database, tenant_id: UUID, by: Granter, *, key: str, name: str, grant: Grant
) -> TeamRole:
    """A new role.

    Raises:
        Forbidden: it may more than who makes it (code `role_exceeds_yours`).
        Conflict: codes `role_reserved`, `role_exists`, `too_many_roles`.
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        _check_within(grant, by)
        if key in RESERVED:
            raise Conflict(
                f"'{key}' is a role that every workspace has: choose another name.",
                code="role_reserved",
                field="name",
            )
        if await session.get(CustomRole, (tenant_id, key)) is not None:
            raise Conflict(f"There is a role '{key}' already.", code="role_exists", field="name")
        if await count_rows(session, CustomRole, tenant_id) >= MOST:
            raise Conflict(f"A workspace has at most {MOST} roles of its own.", code="too_many_roles")
        row = CustomRole(
            tenant_id=tenant_id,
            key=key,
            name=name,
            permissions=sorted(grant.permissions),
            scope=grant.scope,
        )
        session.add(row)
        # A member may name a role that was none until now.
        made = _own(row, await _members(session, tenant_id, key))
        record(session, tenant_id, by.actor, "role.created", target=("role", key), after=made.line())
    return made


async def update_role(
    database: Database, tenant_id: UUID, by: Granter, key: str, change: RoleChange
) -> TeamRole:
    """Change a role of the tenant's own, for everybody who has it.

    Raises:
        NotFound: code `role_not_found`.
        Conflict: it is built in (code `role_built_in`).
        Forbidden: it may, or would, more than who changes it (code `role_exceeds_yours`).
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        row = await _load_to_change(session, tenant_id, key)
        members = await _members(session, tenant_id, key)
        before = _own(row, members)
        _check_within(before.grant, by)
        if change.name is not None:
            row.name = change.name
        permissions = before.grant.permissions if change.permissions is None else change.permissions
        grant = Grant(permissions, change.scope or before.grant.scope)
        _check_within(grant, by)
        row.permissions = sorted(grant.permissions)
        row.scope = grant.scope
        after = _own(row, members)
        was, now = changed(before.line(), after.line())
        if now:
            row.updated_at = datetime.now(UTC)
            record(session, tenant_id, by.actor, "role.updated", target=("role", key), before=was, after=now)
    return after


async def delete_role(
    database: Database, tenant_id: UUID, by: Granter, key: str, *, move_to: str | None
) -> None:
    """Take a role away; members and invitations that have it go to `move_to`.

    Raises:
        NotFound: this role or `move_to` is absent (code `role_not_found`).
        Conflict: it is built in (code `role_built_in`), is had and `move_to` is not said (code `role_in_use`), or is
            moved to itself (code `move_to_itself`).
        Forbidden: one of the two may more than who asks (code `role_exceeds_yours`).
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        row = await _load_to_change(session, tenant_id, key)
        before = _own(row, await _members(session, tenant_id, key))
        _check_within(before.grant, by)
        invited = await _invited(session, tenant_id, key)
        if move_to == key:
            raise Conflict("A role cannot be moved to itself.", code="move_to_itself", field="move_to")
        if move_to is not None:
            await check_role(session, tenant_id, move_to, by)
            await _move(session, tenant_id, key, move_to)
        elif before.members or invited:
            raise Conflict(
                f"{before.members} members and {len(invited)} invitations have the role '{key}'. "
                "Say with move_to which one they get.",
                code="role_in_use",
            )
        await session.delete(row)
        record(
            session,
            tenant_id,
            by.actor,
            "role.deleted",
            target=("role", key),
            before=before.line(),
            after=None if move_to is None else {"moved_to": move_to, "members": before.members},
        )


def _check_within(grant: Grant, by: Granter) -> None:
    if exceeds(grant, by.grant):
        raise Forbidden(
            "The role may more than yours: nobody grants or changes more than he has.",
            code="role_exceeds_yours",
            field="permissions",
        )


async def _load(session: AsyncSession, tenant_id: UUID, key: str) -> CustomRole:
    found = await session.get(CustomRole, (tenant_id, key))
    if found is None:
        raise NotFound(f"There is no role '{key}'.", code="role_not_found")
    return found


async def _load_to_change(session: AsyncSession, tenant_id: UUID, key: str) -> CustomRole:
    if key in set(Role):
        raise Conflict(
            f"The role '{key}' is built in and stays as it is: make one of your own.", code="role_built_in"
        )
    return await _load(session, tenant_id, key)


async def _members(session: AsyncSession, tenant_id: UUID, key: str) -> int:
    counted = await session.exec(
        select(func.count())
        .select_from(UserTenant)
        .where(UserTenant.tenant_id == tenant_id, UserTenant.role == key)
    )
    return counted.one()


async def _invited(session: AsyncSession, tenant_id: UUID, key: str) -> Sequence[UUID]:
    rows = await session.exec(
        select(Invitation.id).where(
            Invitation.tenant_id == tenant_id,
            Invitation.role == key,
            col(Invitation.accepted_at).is_(None),
            col(Invitation.revoked_at).is_(None),
            col(Invitation.expires_at) > datetime.now(UTC),
        )
    )
    return rows.all()


async def _move(session: AsyncSession, tenant_id: UUID, key: str, heir: str) -> None:
    for table in (UserTenant, Invitation):
        await session.exec(
            update(table).where(col(table.tenant_id) == tenant_id, col(table.role) == key).values(role=heir)
        )


def _own(row: CustomRole, members: int) -> TeamRole:
    return TeamRole(row.key, row.name, grant_of(row.key, row.permissions, row.scope), members)
