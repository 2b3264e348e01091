"""Members of a team for a person: lists, changes, and the end of a membership."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.availability import AvailabilityKind
from omnisupport.domain.granting import exceeds
from omnisupport.domain.permissions import NOTHING, Grant, Role, Scope
from omnisupport.errors import Forbidden, NotFound
from omnisupport.storage.access.team import (
    Granter,
    check_another_owner,
    check_departments,
    check_role,
    check_skills,
    find_grant,
    lock_team,
    words,
)
from omnisupport.storage.audit import changed, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import (
    ApiKey,
    Availability,
    Conversation,
    Member,
    MemberDepartment,
    MemberSkill,
    Session,
    User,
    UserTenant,
)


@dataclass(frozen=True)
class TeamMember:
    """A member with what his team knows of him. `skills`: id to level, 1 to 5."""

    id: UUID
    name: str
    email: str
    role: str
    availability: str
    availability_since: datetime | None
    capacity: Mapping[str, int]
    disabled_at: datetime | None
    departments: Sequence[UUID]
    skills: Mapping[UUID, int]

    def line(self) -> dict[str, Any]:
        """As the audit log has it."""
        return {
            "role": self.role,
            "departments": words(self.departments),
            "skills": {str(skill): level for skill, level in sorted(self.skills.items())},
            "capacity": dict(self.capacity),
            "disabled": self.disabled_at is not None,
        }


@dataclass(frozen=True)
class MemberFilter:
    """Which members; None leaves a condition out. `availability` is a kind or a state of the tenant's own."""

    text: str | None = None
    department_id: UUID | None = None
    role: str | None = None
    availability: str | None = None
    disabled: bool | None = None


@dataclass(frozen=True)
class MemberChange:
    """What to change; None leaves it. `skills`: id to level."""

    role: str | None = None
    departments: frozenset[UUID] | None = None
    skills: Mapping[UUID, int] | None = None
    capacity: Mapping[str, int] | None = None


@dataclass(frozen=True)
class _Extras:
    departments: dict[UUID, list[UUID]] = field(default_factory=dict)
    skills: dict[UUID, dict[UUID, int]] = field(default_factory=dict)


async def list_members(
    database: Database,
    tenant_id: UUID,
    wanted: MemberFilter,
    *,
    after: tuple[str, UUID] | None,
    limit: int,
) -> list[TeamMember]:
    """Members by name, after the name and id of the last one of the page before."""
    async with database.session(tenant_id) as session:
        query = _members(tenant_id).order_by(col(User.name), col(User.id)).limit(limit)
        for condition in _conditions(tenant_id, wanted):
            query = query.where(condition)
        if after is not None:
            query = query.where(tuple_(col(User.name), col(User.id)) > after)
        return await _whole(session, tenant_id, (await session.exec(query)).all())


async def access_member(database: Database, tenant_id: UUID, user_id: UUID) -> TeamMember:
    """One member.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        return await load_member(session, tenant_id, user_id)


async def load_member(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> TeamMember:
    """One member, within a transaction.

    Raises:
        NotFound: absent, or another tenant's.
    """
    rows = (await session.exec(_members(tenant_id).where(User.id == user_id))).all()
    if not rows:
        raise NotFound("There is no such member.", code="member_not_found")
    return (await _whole(session, tenant_id, rows))[0]


async def update_member(
    database: Database, tenant_id: UUID, by: Granter, user_id: UUID, change: MemberChange
) -> TeamMember:
    """Change a member; what is as it was is left, and an audit line tells the rest.

    Raises:
        NotFound: absent or another tenant's, or a role, department or skill is.
        Forbidden: codes `role_exceeds_yours`, `departments_exceed_yours`.
        Conflict: code `last_owner`.
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        before = await load_member(session, tenant_id, user_id)
        if change.role is not None and change.role != before.role:
            await _check_reach(session, tenant_id, before, by)
            await check_role(session, tenant_id, change.role, by)
            if before.role == Role.OWNER:
                await check_another_owner(session, tenant_id, user_id)
            await session.exec(
                update(UserTenant)
                .where(col(UserTenant.tenant_id) == tenant_id, col(UserTenant.user_id) == user_id)
                .values(role=change.role)
            )
        if change.departments is not None:
            # Both what is given and what is taken: who reaches one department does not empty another.
            touched = change.departments.symmetric_difference(before.departments)
            await check_departments(session, tenant_id, touched, by)
            await put_departments(session, tenant_id, user_id, change.departments)
        if change.skills is not None:
            await check_skills(session, tenant_id, change.skills.keys())
            await put_skills(session, tenant_id, user_id, change.skills)
        if change.capacity is not None:
            (await own_row(session, tenant_id, user_id)).capacity = dict(change.capacity)
            await session.flush()
        after = await load_member(session, tenant_id, user_id)
        _tell(session, tenant_id, by, "member.updated", before, after)
    return after


async def disable_member(database: Database, tenant_id: UUID, by: Granter, user_id: UUID) -> TeamMember:
    """Let a member in no more, with all that he has: his sessions end here, his keys open nothing.

    Raises:
        NotFound: absent, or another tenant's.
        Forbidden: he may more than who asks (code `role_exceeds_yours`).
        Conflict: code `last_owner`.
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        before = await load_member(session, tenant_id, user_id)
        if before.disabled_at is not None:
            return before
        await _check_may_go(session, tenant_id, before, by)
        (await own_row(session, tenant_id, user_id)).disabled_at = datetime.now(UTC)
        await _end_sessions(session, tenant_id, user_id)
        after = await load_member(session, tenant_id, user_id)
        _tell(session, tenant_id, by, "member.disabled", before, after)
    return after


async def enable_member(database: Database, tenant_id: UUID, by: Granter, user_id: UUID) -> TeamMember:
    """Let a member in again.

    Raises:
        NotFound: absent, or another tenant's.
        Forbidden: he may more than who asks (code `role_exceeds_yours`).
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        before = await load_member(session, tenant_id, user_id)
        await _check_reach(session, tenant_id, before, by)
        (await own_row(session, tenant_id, user_id)).disabled_at = None
        after = await load_member(session, tenant_id, user_id)
        _tell(session, tenant_id, by, "member.enabled", before, after)
    return after


async def delete_member(database: Database, tenant_id: UUID, by: Granter, user_id: UUID) -> None:
    """End a membership, with its sessions and personal keys; the person himself stays.

    Raises:
        NotFound: absent, or another tenant's.
        Forbidden: he may more than who asks (code `role_exceeds_yours`).
        Conflict: code `last_owner`.
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        before = await load_member(session, tenant_id, user_id)
        await _check_may_go(session, tenant_id, before, by)
        await _end_sessions(session, tenant_id, user_id)
        await session.exec(
            update(ApiKey)
            .where(
                col(ApiKey.tenant_id) == tenant_id,
                col(ApiKey.user_id) == user_id,
                col(ApiKey.revoked_at).is_(None),
            )
            .values(revoked_at=datetime.now(UTC))
        )
        for table in (MemberSkill, MemberDepartment, Member, UserTenant):
            await session.exec(
                delete(table).where(col(table.tenant_id) == tenant_id, col(table.user_id) == user_id)
            )
        record(
            session,
            tenant_id,
            by.actor,
            "member.removed",
            target=("member", user_id),
            before={"name": before.name, "email": before.email, **before.line()},
        )


async def list_held(database: Database, tenant_id: UUID, user_id: UUID) -> Sequence[UUID]:
    """Conversations that are not resolved and assigned to a member."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(Conversation.id).where(
                Conversation.tenant_id == tenant_id,
                Conversation.assignee_id == user_id,
                Conversation.status != "resolved",
            )
        )
        return rows.all()


async def own_row(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> Member:
    """A member's row, which is made when it is needed first."""
    await session.exec(insert(Member).values(tenant_id=tenant_id, user_id=user_id).on_conflict_do_nothing())
    found = await session.get(Member, (tenant_id, user_id), with_for_update=True, populate_existing=True)
    assert found is not None
    return found


async def put_departments(
    session: AsyncSession, tenant_id: UUID, user_id: UUID, departments: frozenset[UUID]
) -> None:
    """Let a member work in these departments and no others."""
    await session.exec(
        delete(MemberDepartment).where(
            col(MemberDepartment.tenant_id) == tenant_id,
            col(MemberDepartment.user_id) == user_id,
            col(MemberDepartment.department_id).not_in(departments),
        )
    )
    if departments:
        rows = [
            {"tenant_id": tenant_id, "user_id": user_id, "department_id": each}
            for each in sorted(departments)
        ]
        await session.exec(insert(MemberDepartment).values(rows).on_conflict_do_nothing())


async def put_skills(
    session: AsyncSession, tenant_id: UUID, user_id: UUID, skills: Mapping[UUID, int]
) -> None:
    """Let a member have these skills and no others."""
    await session.exec(
        delete(MemberSkill).where(
            col(MemberSkill.tenant_id) == tenant_id, col(MemberSkill.user_id) == user_id
        )
    )
    session.add_all(
        MemberSkill(tenant_id=tenant_id, user_id=user_id, skill_id=skill, level=level)
        for skill, level in skills.items()
    )
    await session.flush()


def _members(tenant_id: UUID) -> Any:
    return (
        select(User, UserTenant.role, Member)
        .join(UserTenant, col(UserTenant.user_id) == User.id)
        .outerjoin(Member, (col(Member.user_id) == User.id) & (col(Member.tenant_id) == UserTenant.tenant_id))
        .where(UserTenant.tenant_id == tenant_id)
        .execution_options(populate_existing=True)
    )


def _conditions(tenant_id: UUID, wanted: MemberFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.text:
        conditions.append(
            or_(
                col(User.name).icontains(wanted.text, autoescape=True),
                col(User.email).icontains(wanted.text, autoescape=True),
            )
        )
    if wanted.role is not None:
        conditions.append(UserTenant.role == wanted.role)
    if wanted.department_id is not None:
        conditions.append(
            select(MemberDepartment.user_id)
            .where(
                MemberDepartment.tenant_id == tenant_id,
                MemberDepartment.user_id == User.id,
                MemberDepartment.department_id == wanted.department_id,
            )
            .exists()
        )
    if wanted.availability is not None:
        conditions.append(_is_available(tenant_id, wanted.availability))
    if wanted.disabled is not None:
        is_enabled = col(Member.disabled_at).is_(None)
        conditions.append(~is_enabled if wanted.disabled else is_enabled)
    return conditions


def _is_available(tenant_id: UUID, wanted: str) -> Any:
    state = func.coalesce(Member.availability, AvailabilityKind.ONLINE.value)
    of_kind = select(Availability.key).where(Availability.tenant_id == tenant_id, Availability.kind == wanted)
    return or_(state == wanted, state.in_(of_kind))


async def _whole(
    session: AsyncSession, tenant_id: UUID, rows: Sequence[tuple[User, str, Member | None]]
) -> list[TeamMember]:
    extras = await _extras(session, tenant_id, [user.id for user, _, _ in rows])
    return [
        TeamMember(
            id=user.id,
            name=user.name,
            email=user.email,
            role=role,
            availability=member.availability if member else AvailabilityKind.ONLINE,
            availability_since=member.availability_since if member else None,
            capacity=member.capacity if member else {},
            disabled_at=member.disabled_at if member else None,
            departments=extras.departments.get(user.id, []),
            skills=extras.skills.get(user.id, {}),
        )
        for user, role, member in rows
    ]


async def _extras(session: AsyncSession, tenant_id: UUID, users: Sequence[UUID]) -> _Extras:
    extras = _Extras()
    works_in = select(MemberDepartment.user_id, MemberDepartment.department_id).where(
        MemberDepartment.tenant_id == tenant_id, col(MemberDepartment.user_id).in_(users)
    )
    for user_id, department_id in (
        await session.exec(works_in.order_by(col(MemberDepartment.department_id)))
    ).all():
        extras.departments.setdefault(user_id, []).append(department_id)
    knows = select(MemberSkill.user_id, MemberSkill.skill_id, MemberSkill.level).where(
        MemberSkill.tenant_id == tenant_id, col(MemberSkill.user_id).in_(users)
    )
    for user_id, skill_id, level in (await session.exec(knows.order_by(col(MemberSkill.skill_id)))).all():
        extras.skills.setdefault(user_id, {})[skill_id] = level
    return extras


async def _check_reach(session: AsyncSession, tenant_id: UUID, member: TeamMember, by: Granter) -> None:
    """Nobody decides over who may more than he."""
    grant = await find_grant(session, tenant_id, member.role) or Grant(NOTHING, Scope.OWN)
    if by.actor.id != member.id and exceeds(grant, by.grant):
        raise Forbidden(
            f"{member.name} may more than you: ask somebody who may as much.", code="role_exceeds_yours"
        )


async def _check_may_go(session: AsyncSession, tenant_id: UUID, member: TeamMember, by: Granter) -> None:
    await _check_reach(session, tenant_id, member, by)
    if member.role == Role.OWNER:
        await check_another_owner(session, tenant_id, member.id)


async def _end_sessions(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> None:
    await session.exec(
        update(Session)
        .where(
            col(Session.tenant_id) == tenant_id,
            col(Session.user_id) == user_id,
            col(Session.revoked_at).is_(None),
        )
        .values(revoked_at=datetime.now(UTC))
    )


def _tell(
    session: AsyncSession, tenant_id: UUID, by: Granter, action: str, before: TeamMember, after: TeamMember
) -> None:
    was, now = changed(before.line(), after.line())
    if was or now:
        record(session, tenant_id, by.actor, action, target=("member", after.id), before=was, after=now)
