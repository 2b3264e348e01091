"""Tenants for the people of the platform, who stand above them: what they may see, and what they may do there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import SYSTEM, Actor
from omnisupport.domain.permissions import PlatformRole
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.audit import record
from omnisupport.storage.keys import PLATFORM
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit, Session, Tenant, TenantSlug, User, UserTenant

ACTIVE, SUSPENDED, IMPORTING = "active", "suspended", "importing"


@dataclass(frozen=True)
class TenantView:
    """A tenant as the platform sees it."""

    id: UUID
    slug: str
    name: str
    status: str
    created_at: datetime
    manager_id: UUID | None
    referrer_id: UUID | None


@dataclass(frozen=True)
class Reach:
    """Which tenants somebody sees: all of them, those that he manages, or those that he brought."""

    user_id: UUID
    column: str | None = None
    """None: all; otherwise `manager_id` or `referrer_id`."""


async def list_tenants(
    database: Database, reach: Reach, *, search: str = "", after: str = "", limit: int = 50
) -> tuple[Sequence[TenantView], str | None]:
    """Tenants by slug, from behind `after`, and what the next page is behind; `search` is a part of the slug."""
    query = select(TenantSlug).where(TenantSlug.slug > after).order_by(TenantSlug.slug).limit(limit)
    if search:
        query = query.where(col(TenantSlug.slug).contains(search.lower(), autoescape=True))
    if reach.column is not None:
        query = query.where(getattr(TenantSlug, reach.column) == reach.user_id)
    async with database.session(None) as session:
        found = (await session.exec(query)).all()
    views = [await _view(database, each) for each in found]
    return [view for view in views if view is not None], found[-1].slug if len(found) == limit else None


async def access_tenant(database: Database, reach: Reach, tenant_id: UUID) -> TenantView:
    """One tenant.

    Raises:
        NotFound: there is none, or it is not one of his.
    """
    async with database.session(None) as session:
        found = (await session.exec(select(TenantSlug).where(TenantSlug.tenant_id == tenant_id))).first()
    if found is not None and (reach.column is None or getattr(found, reach.column) == reach.user_id):
        view = await _view(database, found)
        if view is not None:
            return view
    raise _no_tenant()


async def change_status(database: Database, actor: Actor, tenant_id: UUID, status: str) -> None:
    """Suspend a tenant, which signs everybody out, or let it work again.

    Raises:
        NotFound: there is no such tenant.
        Conflict: it is so already (code `tenant_suspended` or `tenant_active`), or not whole yet (`tenant_importing`).
    """
    async with database.session(tenant_id) as session:
        tenant = await session.get(Tenant, tenant_id, with_for_update=True)
        if tenant is None:
            raise _no_tenant()
        if tenant.status == IMPORTING:
            raise Conflict(
                f"The workspace '{tenant.slug}' is being imported: it is not whole yet.",
                code="tenant_importing",
            )
        if tenant.status == status:
            raise Conflict(f"The workspace '{tenant.slug}' is {status} already.", code=f"tenant_{status}")
        before, tenant.status = tenant.status, status
        session.add(tenant)
        if status != ACTIVE:
            await session.exec(
                update(Session)
                .where(col(Session.tenant_id) == tenant_id, col(Session.revoked_at).is_(None))
                .values(revoked_at=datetime.now(UTC))
            )
        action = "tenant.activate" if status == ACTIVE else "tenant.suspend"
        await _record_twice(session, tenant_id, actor, action, {"status": before}, {"status": status})


async def entrust_tenant(
    database: Database, actor: Actor, tenant_id: UUID, *, manager: str | None, referrer: str | None
) -> None:
    """Say who manages a tenant and who brought it, by their addresses; None: nobody.

    Raises:
        NotFound: there is no such tenant, or nobody with this address (code `person_not_found`).
    """
    async with database.session(tenant_id) as session:
        found = (
            await session.exec(select(TenantSlug).where(TenantSlug.tenant_id == tenant_id).with_for_update())
        ).first()
        if found is None:
            raise _no_tenant()
        before = _people(found)
        found.manager_id = (await _person(session, manager)).id if manager else None
        found.referrer_id = (await _person(session, referrer)).id if referrer else None
        session.add(found)
        await _record_twice(session, tenant_id, actor, "tenant.entrust", before, _people(found))


async def begin_impersonation(
    database: Database,
    actor: Actor,
    tenant_id: UUID,
    *,
    email: str,
    digest: bytes,
    kind: str,
    reason: str,
    until: datetime,
    tell: Callable[[Session], Awaitable[None]],
) -> tuple[Session, str]:
    """Open a session as a member for a platform admin; returns it with the member's role.

    It was never proved by a password, so nothing that asks for one lets it through. `tell` is the last step inside
    the transaction: what it raises takes the session back.

    Raises:
        NotFound: there is no such tenant, or no member with this address who can sign in (code `member_not_found`).
        Conflict: the tenant is suspended (code `tenant_suspended`).
    """
    async with database.session(tenant_id) as session:
        tenant = await session.get(Tenant, tenant_id)
        if tenant is None:
            raise _no_tenant()
        if tenant.status != ACTIVE:
            raise Conflict("This workspace is suspended: activate it first.", code="tenant_suspended")
        query = (
            select(User.id, UserTenant.role)
            .join(UserTenant, col(UserTenant.user_id) == User.id)
            .where(
                UserTenant.tenant_id == tenant_id,
                User.email == email.strip().lower(),
                func.member_json(tenant_id, User.id, type_=JSONB).is_not(None),
            )
        )
        member = (await session.exec(query)).first()
        if member is None:
            raise NotFound("There is no such member who can sign in.", code="member_not_found")
        session_id = uuid4()
        opened = Session(
            tenant_id=tenant_id,
            id=session_id,
            user_id=member[0],
            kind=kind,
            family=session_id,
            token_hash=digest,
            expires_at=until,
            impersonator_id=actor.id,
            user_agent=actor.user_agent,
            address=actor.address,
        )
        session.add(opened)
        after = {"reason": reason, "until": until.isoformat()}
        target = ("user", member[0])
        await _record_twice(session, tenant_id, actor, "impersonation.begin", None, after, target=target)
        await tell(opened)
        return opened, str(member[1])


async def end_impersonation(database: Database, actor: Actor, tenant_id: UUID, session_id: UUID) -> None:
    """End the session in which an admin acts as a member."""
    await _end(database, tenant_id, session_id, actor, None)


async def expire_impersonation(database: Database, tenant_id: UUID, session_id: UUID) -> None:
    """Write down that the time of such a session is over, unless its end stands there already."""
    await _end(database, tenant_id, session_id, SYSTEM, {"reason": "expired"})


async def _end(
    database: Database, tenant_id: UUID, session_id: UUID, actor: Actor, after: Mapping[str, Any] | None
) -> None:
    """Revoke the family and write its end once: two enders at once wait for each other at its rows."""
    key = f"impersonation.end/{session_id}"
    async with database.session(tenant_id) as session:
        family = (Session.tenant_id == tenant_id, Session.family == session_id)
        held = select(Session).where(*family).order_by(col(Session.created_at)).with_for_update()
        rows = (await session.exec(held)).all()
        written = select(Audit.id).where(Audit.tenant_id == tenant_id, Audit.key == key)
        if not rows or (await session.exec(written)).first() is not None:
            return
        for row in rows:
            row.revoked_at = row.revoked_at or datetime.now(UTC)
            session.add(row)
        await _record_twice(
            session,
            tenant_id,
            replace(actor, impersonator_id=rows[0].impersonator_id),
            "impersonation.end",
            None,
            after,
            target=("user", rows[0].user_id),
            key=key,
        )


async def grant_role(database: Database, actor: Actor, email: str, role: PlatformRole) -> None:
    """Make somebody a person of the platform, or with role `user` nobody in particular.

    Raises:
        NotFound: nobody has this address (code `person_not_found`).
    """
    async with database.session(PLATFORM) as session:
        user = await _person(session, email)
        before, user.platform_role = user.platform_role, None if role is PlatformRole.USER else role.value
        session.add(user)
        record(
            session,
            PLATFORM,
            actor,
            "platform.grant",
            target=("user", user.id),
            before={"platform_role": before},
            after={"platform_role": user.platform_role},
        )


async def list_people(database: Database) -> Sequence[tuple[str, str, str]]:
    """Address, name and role of everybody of the platform, by address."""
    async with database.session(None) as session:
        query = select(User).where(col(User.platform_role).is_not(None)).order_by(User.email)
        return [
            (user.email, user.name, user.platform_role or "") for user in (await session.exec(query)).all()
        ]


async def _view(database: Database, found: TenantSlug) -> TenantView | None:
    """Behind each tenant's own wall: nothing reads two tenants at once."""
    async with database.session(found.tenant_id) as session:
        tenant = await session.get(Tenant, found.tenant_id)
    if tenant is None:
        return None
    return TenantView(
        id=tenant.tenant_id,
        slug=found.slug,
        name=tenant.name,
        status=tenant.status,
        created_at=tenant.created_at,
        manager_id=found.manager_id,
        referrer_id=found.referrer_id,
    )


async def _person(session: AsyncSession, email: str) -> User:
    user = (await session.exec(select(User).where(User.email == email.strip().lower()))).first()
    if user is None:
        raise NotFound("Nobody has this e-mail address.", code="person_not_found")
    return user


async def _record_twice(
    session: AsyncSession,
    tenant_id: UUID,
    actor: Actor,
    action: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    target: tuple[str, object] | None = None,
    key: str | None = None,
) -> None:
    """A line that the tenant sees and one of the platform's own, in one transaction: the last of its writes."""
    target = target or ("tenant", tenant_id)
    record(session, tenant_id, actor, action, target=target, before=before, after=after, key=key)
    await session.flush()
    await session.exec(
        text("select set_config('app.tenant', :tenant, true)"),  # type: ignore[call-overload]
        params={"tenant": str(PLATFORM)},
    )
    after = {**(after or {}), "tenant_id": str(tenant_id)}
    record(session, PLATFORM, actor, action, target=target, before=before, after=after, key=key)
    await session.flush()


def _people(found: TenantSlug) -> dict[str, str | None]:
    people = {"manager_id": found.manager_id, "referrer_id": found.referrer_id}
    return {name: str(id) if id else None for name, id in people.items()}


def _no_tenant() -> NotFound:
    return NotFound("There is no such workspace.", code="tenant_not_found")
