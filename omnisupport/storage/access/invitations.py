"""Invitations: made, sent again and revoked by a person; looked at and accepted by who holds the token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.errors import Conflict, NotFound, OmniError
from omnisupport.storage.access.members import own_row, put_departments, put_skills
from omnisupport.storage.access.team import (
    Granter,
    check_departments,
    check_role,
    check_skills,
    find_grant,
    lock_team,
    words,
)
from omnisupport.storage.audit import record
from omnisupport.storage.queries.accounts import end_all
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Department, Invitation, Skill, Tenant, User, UserTenant

GOOD_FOR = timedelta(days=7)
MOST_OPEN = 5_000
"""Of one tenant; expired ones count until they are revoked or sent again."""


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


@dataclass(frozen=True)
class NewInvitation:
    """Whom to ask, and as what. `skills`: id to level; the token itself is known to the mail only."""

    email: str
    name: str | None
    role: str
    departments: frozenset[UUID]
    skills: Mapping[UUID, int]
    token_hash: bytes


@dataclass(frozen=True)
class Offer:
    """What the holder of a token may know, and whose account it would be; `password_hash` None: nobody's yet.

    `inviter` is the name of the member who asks; None for a key of the tenant, and for who has left since.
    """

    invitation: Invitation
    tenant: Tenant
    inviter: str | None
    user_id: UUID | None
    password_hash: str | None


@dataclass(frozen=True)
class Joining:
    """Who accepts: a known person, or a new one with a name and a hashed password."""

    user_id: UUID | None
    name: str
    password_hash: str
    address: str | None
    user_agent: str | None


class AccountChanged(Exception):
    """The address has an account since it was looked at, or has it no more: look again."""


Send = Callable[[Sequence[Invitation]], Awaitable[None]]
"""Hands the mails over, inside the transaction: what it refuses was never made."""


def state_of(found: Invitation) -> InvitationState:
    """Where an invitation stands now."""
    if found.accepted_at is not None:
        return InvitationState.ACCEPTED
    if found.revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.OPEN if found.expires_at > datetime.now(UTC) else InvitationState.EXPIRED


async def list_invitations(
    database: Database,
    tenant_id: UUID,
    *,
    state: InvitationState | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Invitation]:
    """Invitations, the newest first, after the moment and id of the last one of the page before."""
    async with database.session(tenant_id) as session:
        query = select(Invitation).where(Invitation.tenant_id == tenant_id)
        for condition in _in_state(state):
            query = query.where(condition)
        if after is not None:
            query = query.where(tuple_(col(Invitation.created_at), col(Invitation.id)) < after)
        newest = query.order_by(col(Invitation.created_at).desc(), col(Invitation.id).desc())
        return (await session.exec(newest.limit(limit))).all()


async def create_invitations(
    database: Database, tenant_id: UUID, by: Granter, wanted: Sequence[NewInvitation], send: Send | None
) -> list[Invitation | OmniError]:
    """Make invitations, in one step; one that may not be is its refusal instead. Without `send` nothing is kept.

    Refusals: `already_member`, `invitation_exists`, `too_many_invitations`, and those of roles, departments and skills.
    """
    answers: list[Invitation | OmniError] = []
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        open_ones = await _open_addresses(session, tenant_id)
        for each in wanted:
            try:
                answers.append(await _admit(session, tenant_id, by, each, open_ones))
            except OmniError as refused:
                answers.append(refused)
        made = [each for each in answers if isinstance(each, Invitation)]
        if send is not None:
            for row in made:
                await _revoke_expired(session, tenant_id, row.email)
                session.add(row)
                _tell(session, tenant_id, by.actor, "invitation.created", row, after=_line(row))
            await session.flush()
            if made:
                await send(made)
    return answers


async def resend_invitation(
    database: Database, tenant_id: UUID, by: Granter, invitation_id: UUID, token_hash: bytes, send: Send
) -> Invitation:
    """Send an invitation again, with a new token and seven more days; the token before opens nothing.

    Raises:
        NotFound: absent, or another tenant's (code `invitation_not_found`), or its role is (`role_not_found`).
        Conflict: it was accepted or revoked (code `invitation_closed`).
        Forbidden: its role may more than who asks (code `role_exceeds_yours`).
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        found = await _load_open(session, tenant_id, invitation_id)
        await check_role(session, tenant_id, found.role, by)
        found.token_hash = token_hash
        found.expires_at = datetime.now(UTC) + GOOD_FOR
        _tell(session, tenant_id, by.actor, "invitation.resent", found)
        await session.flush()
        await send([found])
    return found


async def revoke_invitation(database: Database, tenant_id: UUID, actor: Actor, invitation_id: UUID) -> None:
    """Let an invitation open nothing from now on.

    Raises:
        NotFound: absent, or another tenant's (code `invitation_not_found`).
        Conflict: it was accepted or revoked (code `invitation_closed`).
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        found = await _load_open(session, tenant_id, invitation_id)
        found.revoked_at = datetime.now(UTC)
        _tell(session, tenant_id, actor, "invitation.revoked", found, before=_line(found))


async def find_offer(database: Database, tenant_id: UUID, token_hash: bytes) -> Offer | None:
    """What a token offers; None for one that is unknown, used, revoked or expired, alike."""
    async with database.session(tenant_id) as session:
        found = await _of_token(session, tenant_id, token_hash)
        tenant = await session.get(Tenant, tenant_id)
        if found is None or tenant is None or tenant.status != "active":
            return None
        inviter = await _inviter(session, found)
        user = await _of_address(session, found.email)
        if (
            user is None or user.email_verified_at is None
        ):  # who registered the address has not shown that it is his
            return Offer(found, tenant, inviter, None, None)
        return Offer(found, tenant, inviter, user.id, user.password_hash)


async def accept_invitation(
    database: Database, tenant_id: UUID, token_hash: bytes, joining: Joining
) -> UUID | None:
    """Let who holds a token join, once; returns his id, None for a token that opens nothing.

    A new person's account is made, and his address counts as verified: the token was sent to it. Who is a member
    already stays what he is.

    Raises:
        AccountChanged: an account with this address was made meanwhile, or is gone.
    """
    try:
        async with database.session(tenant_id) as session:
            await lock_team(session, tenant_id)
            found = await _of_token(session, tenant_id, token_hash)
            if found is None or await find_grant(session, tenant_id, found.role) is None:
                return None
            user = await _account_of(session, found, joining)
            if user is None:
                return None
            found.accepted_at = datetime.now(UTC)
            if await session.get(UserTenant, (user.id, tenant_id)) is None:
                session.add(UserTenant(user_id=user.id, tenant_id=tenant_id, role=found.role))
                await session.flush()
                await own_row(session, tenant_id, user.id)
                await put_departments(session, tenant_id, user.id, await _departments(session, found))
                await put_skills(session, tenant_id, user.id, await _skills(session, found))
            actor = Actor(
                ActorKind.USER, user.id, user.name, address=joining.address, user_agent=joining.user_agent
            )
            after = {"user_id": str(user.id), **_line(found)}
            _tell(session, tenant_id, actor, "invitation.accepted", found, after=after)
            return user.id
    except IntegrityError as twice:
        raise AccountChanged from twice


async def _admit(
    session: AsyncSession, tenant_id: UUID, by: Granter, wanted: NewInvitation, open_ones: set[str]
) -> Invitation:
    if wanted.email in open_ones:
        raise Conflict(
            f"{wanted.email} has an open invitation: send it again, or revoke it first.",
            code="invitation_exists",
            field="email",
        )
    if len(open_ones) >= MOST_OPEN:
        raise Conflict(
            f"A workspace has at most {MOST_OPEN} open invitations: revoke some first.",
            code="too_many_invitations",
        )
    member = select(User.id).join(UserTenant, col(UserTenant.user_id) == User.id)
    is_here = member.where(UserTenant.tenant_id == tenant_id, User.email == wanted.email)
    if (await session.exec(is_here)).first() is not None:
        raise Conflict(f"{wanted.email} is a member already.", code="already_member", field="email")
    await check_role(session, tenant_id, wanted.role, by)
    await check_departments(session, tenant_id, wanted.departments, by)
    await check_skills(session, tenant_id, wanted.skills.keys())
    open_ones.add(wanted.email)
    now = datetime.now(UTC)
    return Invitation(
        tenant_id=tenant_id,
        id=uuid4(),
        email=wanted.email,
        name=wanted.name,
        role=wanted.role,
        department_ids=sorted(wanted.departments),
        skills={str(skill): level for skill, level in wanted.skills.items()},
        token_hash=wanted.token_hash,
        invited_by=by.actor.id if by.actor.kind == ActorKind.USER else None,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )


async def _open_addresses(session: AsyncSession, tenant_id: UUID) -> set[str]:
    query = select(Invitation.email).where(Invitation.tenant_id == tenant_id)
    for condition in _in_state(InvitationState.OPEN):
        query = query.where(condition)
    return set((await session.exec(query)).all())


async def _revoke_expired(session: AsyncSession, tenant_id: UUID, email: str) -> None:
    """Make room for another invitation of the same address."""
    await session.exec(
        update(Invitation)
        .where(
            col(Invitation.tenant_id) == tenant_id,
            col(Invitation.email) == email,
            col(Invitation.accepted_at).is_(None),
            col(Invitation.revoked_at).is_(None),
        )
        .values(revoked_at=datetime.now(UTC))
        .execution_options(synchronize_session=False)
    )


def _in_state(state: InvitationState | None) -> list[Any]:
    waits = [col(Invitation.accepted_at).is_(None), col(Invitation.revoked_at).is_(None)]
    now = datetime.now(UTC)
    match state:
        case InvitationState.OPEN:
            return [*waits, col(Invitation.expires_at) > now]
        case InvitationState.EXPIRED:
            return [*waits, col(Invitation.expires_at) <= now]
        case InvitationState.ACCEPTED:
            return [col(Invitation.accepted_at).is_not(None)]
        case InvitationState.REVOKED:
            return [col(Invitation.revoked_at).is_not(None)]
        case None:
            return []


async def _load_open(session: AsyncSession, tenant_id: UUID, invitation_id: UUID) -> Invitation:
    found = await session.get(Invitation, (tenant_id, invitation_id))
    if found is None:
        raise NotFound("There is no such invitation.", code="invitation_not_found")
    if (state := state_of(found)) in (InvitationState.ACCEPTED, InvitationState.REVOKED):
        raise Conflict(
            f"The invitation of {found.email} is {state.value}: make another one.", code="invitation_closed"
        )
    return found


async def _of_token(session: AsyncSession, tenant_id: UUID, token_hash: bytes) -> Invitation | None:
    found = (
        await session.exec(
            select(Invitation).where(Invitation.tenant_id == tenant_id, Invitation.token_hash == token_hash)
        )
    ).first()
    return found if found is not None and state_of(found) == InvitationState.OPEN else None


async def _inviter(session: AsyncSession, found: Invitation) -> str | None:
    """His name, while he is a member."""
    member = (
        select(User.name)
        .join(UserTenant, col(UserTenant.user_id) == User.id)
        .where(UserTenant.tenant_id == found.tenant_id, User.id == found.invited_by)
    )
    return (await session.exec(member)).first()


async def _of_address(session: AsyncSession, email: str) -> User | None:
    return (await session.exec(select(User).where(User.email == email))).first()


async def _account_of(session: AsyncSession, found: Invitation, joining: Joining) -> User | None:
    """The account that joins: the one that was proved, or a new one. None: it may not."""
    user = await _of_address(session, found.email)
    if user is None and joining.user_id is None:
        tenant = await session.get(Tenant, found.tenant_id)
        user = User(
            id=uuid4(),
            email=found.email,
            name=joining.name,
            password_hash=joining.password_hash,
            locale=tenant.locale if tenant else "ru",
        )
        session.add(user)
        await session.flush()
    elif user is not None and user.email_verified_at is None and joining.user_id is None:
        # The mail has reached whose address it is: what somebody else set on the account opens nothing any more.
        user.name, user.password_hash = joining.name, joining.password_hash
        user.password_changed_at = datetime.now(UTC)
        user.totp_secret, user.totp_confirmed_at, user.recovery_hashes = None, None, []
        await end_all(session, found.tenant_id, user.id, keys=True)
    elif user is None or user.id != joining.user_id:
        raise AccountChanged
    elif user.disabled_at is not None:
        return None
    user.email_verified_at = user.email_verified_at or datetime.now(UTC)
    return user


async def _departments(session: AsyncSession, found: Invitation) -> frozenset[UUID]:
    """Those of an invitation that there are still."""
    rows = await session.exec(
        select(Department.id).where(
            Department.tenant_id == found.tenant_id, col(Department.id).in_(found.department_ids)
        )
    )
    return frozenset(rows.all())


async def _skills(session: AsyncSession, found: Invitation) -> dict[UUID, int]:
    wanted = {UUID(skill): level for skill, level in found.skills.items()}
    rows = await session.exec(
        select(Skill.id).where(Skill.tenant_id == found.tenant_id, col(Skill.id).in_(wanted))
    )
    return {skill: wanted[skill] for skill in rows.all()}


def _line(found: Invitation) -> dict[str, Any]:
    return {
        "email": found.email,
        "role": found.role,
        "departments": words(found.department_ids),
        "skills": dict(found.skills),
    }


def _tell(
    session: AsyncSession,
    tenant_id: UUID,
    actor: Actor,
    action: str,
    found: Invitation,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    record(session, tenant_id, actor, action, target=("invitation", found.id), before=before, after=after)
