"""What changes of a team share: one at a time, never beyond one's own rights, and only to what the tenant has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.granting import exceeds
from omnisupport.domain.permissions import Grant, Role, Scope, grant_of
from omnisupport.errors import Conflict, Forbidden, NotFound
from omnisupport.storage.tables import (
    CustomRole,
    Department,
    Member,
    Skill,
    Tenant,
    User,
    UserTenant,
)


@dataclass(frozen=True)
class Granter:
    """Who changes something of a team, and how far he may go himself."""

    actor: Actor
    grant: Grant
    departments: frozenset[UUID]


async def lock_team(session: AsyncSession, tenant_id: UUID) -> Tenant:
    """Let one change of a tenant's people happen at a time, until the transaction ends.

    The last owner, the use of a role and of a department are then what they were found to be.
    """
    found = await session.get(Tenant, tenant_id, with_for_update={"key_share": True}, populate_existing=True)
    if found is None:
        raise NotFound("There is no such workspace.")
    return found


async def find_grant(session: AsyncSession, tenant_id: UUID, role: str) -> Grant | None:
    """What a role of the tenant comes to; None for one that does not exist."""
    if role in set(Role):
        return grant_of(role, None, None)
    custom = await session.get(CustomRole, (tenant_id, role))
    return grant_of(role, custom.permissions, custom.scope) if custom else None


async def check_role(session: AsyncSession, tenant_id: UUID, role: str, by: Granter) -> None:
    """Refuse to give a role that is absent, or more than the giver has.

    Raises:
        NotFound: code `role_not_found`.
        Forbidden: code `role_exceeds_yours`.
    """
    grant = await find_grant(session, tenant_id, role)
    if grant is None:
        raise NotFound(f"There is no role '{role}'.", code="role_not_found", field="role")
    if exceeds(grant, by.grant):
        raise Forbidden(
            f"The role '{role}' may more than yours: ask somebody who has it.",
            code="role_exceeds_yours",
            field="role",
        )


async def check_departments(
    session: AsyncSession, tenant_id: UUID, ids: Collection[UUID], by: Granter
) -> None:
    """Refuse departments that are absent, or outside the reach of who gives them.

    Raises:
        NotFound: code `department_not_found`.
        Forbidden: code `departments_exceed_yours`.
    """
    if not ids:
        return
    rows = await session.exec(
        select(Department.id).where(Department.tenant_id == tenant_id, col(Department.id).in_(ids))
    )
    if set(rows.all()) != set(ids):
        raise NotFound("There is no such department.", code="department_not_found", field="department_ids")
    if by.grant.scope != Scope.ALL and not set(ids) <= by.departments:
        raise Forbidden(
            "You reach your own departments only, and can give no others.",
            code="departments_exceed_yours",
            field="department_ids",
        )


async def check_skills(session: AsyncSession, tenant_id: UUID, ids: Collection[UUID]) -> None:
    """Refuse skills that are absent.

    Raises:
        NotFound: code `skill_not_found`.
    """
    if not ids:
        return
    rows = await session.exec(select(Skill.id).where(Skill.tenant_id == tenant_id, col(Skill.id).in_(ids)))
    if set(rows.all()) != set(ids):
        raise NotFound("There is no such skill.", code="skill_not_found", field="skills")


async def check_another_owner(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> None:
    """Refuse to lose the last owner who can sign in; the team is locked.

    Raises:
        Conflict: code `last_owner`.
    """
    others = await session.exec(
        select(func.count())
        .select_from(UserTenant)
        .join(User, col(User.id) == UserTenant.user_id)
        .outerjoin(
            Member,
            (col(Member.user_id) == UserTenant.user_id) & (col(Member.tenant_id) == UserTenant.tenant_id),
        )
        .where(
            UserTenant.tenant_id == tenant_id,
            UserTenant.role == Role.OWNER,
            UserTenant.user_id != user_id,
            col(User.disabled_at).is_(None),
            col(Member.disabled_at).is_(None),
        )
    )
    if others.one() == 0:
        raise Conflict(
            "This is the last owner of the workspace. Make somebody else an owner first.", code="last_owner"
        )


async def count_rows(session: AsyncSession, table: type, tenant_id: UUID) -> int:
    """How many rows of a table a tenant has."""
    counted = await session.exec(
        select(func.count()).select_from(table).where(table.tenant_id == tenant_id)  # type: ignore[attr-defined]
    )
    return counted.one()


def words(ids: Sequence[UUID] | Collection[UUID]) -> list[str]:
    """Ids for the audit log, in one order."""
    return sorted(str(each) for each in ids)
