"""Sessions of people, by the digest of their token or by id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import Update, func, update
from sqlmodel import col, select

from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.domain.people import fold_address
from omnisupport.domain.permissions import NOTHING, Permission, Scope, grant_of
from omnisupport.domain.two_factor import needs_second_factor
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Session, Tenant, TenantSlug, User, UserTenant

IDLE = timedelta(hours=12)
"""A working day: who leaves the browser open overnight signs in again."""
TOUCH_EVERY = timedelta(minutes=1)
"""How stale `last_seen_at` may be: one write a minute, not one a request."""
REMEMBERED_S = 3.0
"""How long a process trusts what it read: a session that another process ended is refused within 5 s (I19)."""
MOST_REMEMBERED = 10_000
FIND = "select find_session($1, $2, $3, $4, $5)"
ENDED = "select ended_credentials($1, $2, $3, $4, $5)"


@dataclass(frozen=True)
class SignedIn:
    """A live session with its person and the role held now, not the one at sign-in."""

    tenant_id: UUID
    user_id: UUID
    name: str
    email: str
    locale: str
    role: str
    session_id: UUID
    permissions: frozenset[Permission] = NOTHING
    scope: Scope = Scope.OWN
    departments: frozenset[UUID] = frozenset()
    rights: str = ""
    """What he may do, short: a socket that was opened with other rights is closed."""
    two_factor: bool = False
    impersonator_id: UUID | None = None
    """The platform admin who acts as this person."""
    platform_role: str | None = None
    verified_at: datetime | None = None
    """When the person last proved himself by password or second factor in this session."""
    email_verified: bool = False
    two_factor_required: bool = False
    """The tenant wants a second factor of this role, and there is none yet."""


@dataclass(frozen=True)
class Login:
    """Whose password is to be checked."""

    user_id: UUID
    tenant_id: UUID
    name: str
    role: str
    password_hash: str
    two_factor: bool = False


@dataclass(frozen=True)
class Credential:
    """What a socket was opened with: a session with the rights held then, or a visitor's token."""

    tenant_id: UUID
    family: UUID | None = None
    rights: str | None = None
    token_hash: bytes | None = None


_NEVER: tuple[float, SignedIn | None] = (float("-inf"), None)


class Sessions:
    """Live sessions only: revoked, expired and idle ones, and a closed tenant's, are as if they had never been."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[tuple[UUID, UUID | bytes], tuple[float, SignedIn]] = {}

    async def of_token(self, tenant_id: UUID, digest: bytes) -> SignedIn | None:
        """By the digest of a cookie's token."""
        read_at, found = self._remembered.get((tenant_id, digest), _NEVER)
        if monotonic() - read_at < REMEMBERED_S:
            return found
        found = await self._find(tenant_id, digest, None)
        return self._remember(tenant_id, digest, found)

    async def of_id(self, tenant_id: UUID, session_id: UUID) -> SignedIn | None:
        """By id: any link of the family of an access token."""
        read_at, found = self._remembered.get((tenant_id, session_id), _NEVER)
        if monotonic() - read_at < REMEMBERED_S:
            return found
        found = await self._find(tenant_id, None, session_id)
        return self._remember(tenant_id, session_id, found)

    def _remember(self, tenant_id: UUID, by: UUID | bytes, found: SignedIn | None) -> SignedIn | None:
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        if found is not None:
            self._remembered[tenant_id, by] = (monotonic(), found)
        return found

    def forget(self) -> None:
        """Somewhere a session ended: read anew."""
        self._remembered.clear()

    async def ended(self, credentials: Sequence[Credential]) -> list[Credential]:
        """Those of the credentials, of any tenants, that are good no more. One round trip."""
        places = await self._database.call(
            ENDED,
            [each.tenant_id for each in credentials],
            [each.family for each in credentials],
            [each.rights for each in credentials],
            [each.token_hash for each in credentials],
            IDLE,
        )
        if places:
            self.forget()
        return [credentials[place - 1] for place in places]

    async def find_logins(self, email: str, slug: str | None) -> list[Login]:
        """Where a person may sign in with an address: every tenant by slug's order, or the one that was named."""
        async with self._database.session(None) as session:
            query = (
                select(User, UserTenant.tenant_id, UserTenant.role)
                .join(UserTenant, col(UserTenant.user_id) == User.id)
                .join(TenantSlug, col(TenantSlug.tenant_id) == UserTenant.tenant_id)
                .where(User.email == fold_address(email), col(User.disabled_at).is_(None))
                .order_by(TenantSlug.slug)
            )
            if slug is not None:
                query = query.where(TenantSlug.slug == slug)
            rows = (await session.exec(query)).all()
        return [
            Login(user.id, tenant_id, user.name, role, user.password_hash, user.totp_confirmed_at is not None)
            for user, tenant_id, role in rows
        ]

    async def first_open(self, logins: Sequence[Login]) -> Login | None:
        """The first whose tenant is not closed, and where the person is not disabled."""
        for login in logins:
            async with self._database.session(login.tenant_id) as session:
                tenant = await session.get(Tenant, login.tenant_id)
                member = await session.scalar(select(func.member_rights(login.tenant_id, login.user_id)))
            if tenant is not None and tenant.status == "active" and member is not None:
                return login
        return None

    async def begin(
        self,
        login: Login,
        digest: bytes,
        *,
        kind: Literal["cookie", "refresh"],
        life: timedelta,
        user_agent: str | None,
        rehashed: str | None,
        address: str | None = None,
        action: str = "sign_in.done",
        verified_at: datetime | None = None,
    ) -> UUID:
        """Sign in a person who has just proved himself; returns the session's id (the family's, for refresh).

        `verified_at`: when he proved himself, if that was before.
        """
        session_id = uuid4()
        async with self._database.session(login.tenant_id) as session:
            session.add(
                Session(
                    tenant_id=login.tenant_id,
                    id=session_id,
                    user_id=login.user_id,
                    kind=kind,
                    family=session_id,
                    token_hash=digest,
                    expires_at=datetime.now(UTC) + life,
                    user_agent=(user_agent or "")[:300],
                    address=address,
                    verified_at=verified_at or datetime.now(UTC),
                )
            )
            who = Actor(ActorKind.USER, login.user_id, login.name, address=address, user_agent=user_agent)
            record(
                session, login.tenant_id, who, action, target=("session", session_id), after={"kind": kind}
            )
            if rehashed is not None:
                await session.exec(
                    update(User).where(col(User.id) == login.user_id).values(password_hash=rehashed)
                )
        return session_id

    async def exchange(
        self,
        tenant_id: UUID,
        digest: bytes,
        successor: bytes,
        decide: Callable[
            [datetime, datetime | None, datetime | None], Literal["rotate", "repeat", "revoke", "refuse"]
        ],
    ) -> UUID | None:
        """Exchange a refresh token under its row's lock; the family's id, or None when it was refused."""
        async with self._database.session(tenant_id) as session:
            row = (
                await session.exec(
                    select(Session)
                    .where(
                        Session.tenant_id == tenant_id,
                        Session.token_hash == digest,
                        Session.kind == "refresh",
                    )
                    .with_for_update()
                )
            ).first()
            if row is None:
                return None
            verdict = decide(row.created_at, row.rotated_at, row.revoked_at)
            if verdict == "revoke":
                self.forget()
                await session.exec(_revoke(tenant_id, row.family))
                who = Actor(ActorKind.USER, row.user_id, address=row.address, user_agent=row.user_agent)
                target = ("session", row.family)
                record(session, tenant_id, who, "session.token_reused", target=target, outcome="refused")
            if verdict in ("revoke", "refuse"):
                return None
            if verdict == "rotate":
                row.rotated_at = datetime.now(UTC)
                session.add(row)
            session.add(
                Session(
                    tenant_id=tenant_id,
                    id=uuid4(),
                    user_id=row.user_id,
                    kind="refresh",
                    family=row.family,
                    token_hash=successor,
                    created_at=row.created_at,
                    expires_at=row.expires_at,
                    user_agent=row.user_agent,
                    address=row.address,
                    verified_at=row.verified_at,
                    impersonator_id=row.impersonator_id,
                )
            )
            return row.family

    async def end(self, tenant_id: UUID, family: UUID, actor: Actor) -> None:
        """Sign out: the session and every token of its family."""
        async with self._database.session(tenant_id) as session:
            await session.exec(_revoke(tenant_id, family))
            record(session, tenant_id, actor, "sign_out.done", target=("session", family))
        self.forget()

    async def _find(self, tenant_id: UUID, digest: bytes | None, family: UUID | None) -> SignedIn | None:
        found = await self._database.call(FIND, tenant_id, digest, family, IDLE, TOUCH_EVERY)
        return _signed_in(tenant_id, found) if found else None


def _signed_in(tenant_id: UUID, found: dict[str, Any]) -> SignedIn:
    grant = grant_of(found["role"], found["permissions"], found["scope"])
    impersonator, verified_at = found["impersonator_id"], found["verified_at"]
    return SignedIn(
        tenant_id=tenant_id,
        user_id=UUID(found["user_id"]),
        name=found["name"],
        email=found["email"],
        locale=found["locale"],
        role=found["role"],
        session_id=UUID(found["family"]),
        permissions=grant.permissions,
        scope=grant.scope,
        departments=frozenset(UUID(each) for each in found["departments"]),
        rights=found["rights"],
        two_factor=found["two_factor"],
        impersonator_id=UUID(impersonator) if impersonator else None,
        platform_role=found["platform_role"],
        verified_at=datetime.fromisoformat(verified_at) if verified_at else None,
        email_verified=found["verified"],
        two_factor_required=not found["two_factor"]
        and needs_second_factor(found["two_factor_of"], found["role"]),
    )


def _revoke(tenant_id: UUID, family: UUID) -> Update:
    return (
        update(Session)
        .where(
            col(Session.tenant_id) == tenant_id,
            col(Session.family) == family,
            col(Session.revoked_at).is_(None),
        )
        .values(revoked_at=datetime.now(UTC))
    )
