"""Accounts of people by address or id, their one-time tokens, and the end of all their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.people import fold_address
from omnisupport.storage.session import Database
from omnisupport.storage.tables import AccountToken, ApiKey, Session, Tenant, TenantSlug, User, UserTenant

ENTER = text("select set_config('app.tenant', :tenant, true)")


class Purpose(StrEnum):
    """What a one-time token is for."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # a word, not a password
    CHANGE_EMAIL = "change_email"
    SECOND_FACTOR = "second_factor"


@dataclass(frozen=True)
class Account:
    """A person, and the tenants that he belongs to, by their slugs."""

    user_id: UUID
    email: str
    name: str
    locale: str
    password_hash: str
    verified: bool
    two_factor: bool
    tenants: tuple[UUID, ...]


async def find_account(database: Database, email: str) -> Account | None:
    """Whose address this is; None also for who is disabled."""
    async with database.session(None) as session:
        user = (await session.exec(select(User).where(User.email == fold_address(email)))).first()
        return None if user is None or user.disabled_at is not None else await _account(session, user)


async def account_of(database: Database, user_id: UUID) -> Account | None:
    """A person by id."""
    async with database.session(None) as session:
        user = await session.get(User, user_id)
        return None if user is None else await _account(session, user)


async def _account(session: AsyncSession, user: User) -> Account:
    tenants = await session.exec(
        select(UserTenant.tenant_id)
        .join(TenantSlug, col(TenantSlug.tenant_id) == UserTenant.tenant_id)
        .where(UserTenant.user_id == user.id)
        .order_by(TenantSlug.slug)
    )
    return Account(
        user.id,
        user.email,
        user.name,
        user.locale,
        user.password_hash,
        user.email_verified_at is not None,
        user.totp_confirmed_at is not None,
        tuple(tenants.all()),
    )


@dataclass(frozen=True)
class Membership:
    """A tenant that a person may work in now."""

    tenant_id: UUID
    slug: str
    name: str
    role: str


MOST_TENANTS = 200


async def memberships(database: Database, user_id: UUID) -> list[Membership]:
    """The open tenants of a person who is not disabled there, by slug; 200 at most."""
    found: list[Membership] = []
    async with database.session(None) as session:
        rows = await session.exec(
            select(UserTenant.tenant_id, UserTenant.role)
            .join(TenantSlug, col(TenantSlug.tenant_id) == UserTenant.tenant_id)
            .where(UserTenant.user_id == user_id)
            .order_by(TenantSlug.slug)
            .limit(MOST_TENANTS)
        )
        for tenant_id, role in rows.all():
            await enter(session, tenant_id)
            tenant = (await session.exec(select(Tenant).where(Tenant.tenant_id == tenant_id))).first()
            rights = await session.scalar(select(func.member_rights(tenant_id, user_id)))
            if tenant is not None and tenant.status == "active" and rights is not None:
                found.append(Membership(tenant_id, tenant.slug, tenant.name, role))
    return found


async def enter(session: AsyncSession, tenant_id: UUID) -> None:
    """Go on in this transaction inside another tenant's wall: for what a person changes of himself everywhere."""
    await session.flush()
    await session.exec(ENTER, params={"tenant": str(tenant_id)})  # type: ignore[call-overload]


async def issue_token(
    session: AsyncSession,
    tenant_id: UUID,
    user_id: UUID,
    purpose: Purpose,
    digest: bytes,
    life: timedelta,
    *,
    email: str | None = None,
) -> None:
    """Keep a one-time token; those that were sent before for the same purpose are good no more."""
    now = datetime.now(UTC)
    await session.exec(
        update(AccountToken)
        .where(
            col(AccountToken.tenant_id) == tenant_id,
            col(AccountToken.user_id) == user_id,
            col(AccountToken.purpose) == purpose,
            col(AccountToken.used_at).is_(None),
        )
        .values(used_at=now)
    )
    session.add(
        AccountToken(
            tenant_id=tenant_id,
            token_hash=digest,
            user_id=user_id,
            purpose=purpose,
            email=email,
            expires_at=now + life,
        )
    )


async def take_token(
    session: AsyncSession, tenant_id: UUID, digest: bytes, *purposes: Purpose
) -> AccountToken | None:
    """A live token, under its row's lock and used from now on; two that come at once do not both get it."""
    now = datetime.now(UTC)
    found = (
        await session.exec(
            select(AccountToken)
            .where(
                AccountToken.tenant_id == tenant_id,
                AccountToken.token_hash == digest,
                col(AccountToken.purpose).in_(purposes),
            )
            .with_for_update()
        )
    ).first()
    if found is None or found.used_at is not None or found.expires_at <= now:
        return None
    found.used_at = now
    session.add(found)
    return found


async def holder_of(database: Database, tenant_id: UUID, digest: bytes, purpose: Purpose) -> UUID | None:
    """Whom a live token of this purpose stands for; it is not used by this."""
    async with database.session(tenant_id) as session:
        return (
            await session.exec(
                select(AccountToken.user_id).where(
                    AccountToken.tenant_id == tenant_id,
                    AccountToken.token_hash == digest,
                    AccountToken.purpose == purpose,
                    col(AccountToken.used_at).is_(None),
                    col(AccountToken.expires_at) > datetime.now(UTC),
                )
            )
        ).first()


async def lock_user(session: AsyncSession, user_id: UUID) -> User | None:
    """A person's row, locked: whoever changes a credential looks at it here."""
    return (await session.exec(select(User).where(User.id == user_id).with_for_update())).first()


async def end_all(session: AsyncSession, home: UUID, user_id: UUID, *, keys: bool = False) -> Sequence[UUID]:
    """End every session of a person in all of his tenants, `keys`: his personal keys too; return the tenants.

    The transaction is back in `home` afterwards.
    """
    tenants = (await session.exec(select(UserTenant.tenant_id).where(UserTenant.user_id == user_id))).all()
    now = datetime.now(UTC)
    tables: tuple[type[Session] | type[ApiKey], ...] = (Session, ApiKey) if keys else (Session,)
    for tenant_id in tenants:
        await enter(session, tenant_id)
        for table in tables:
            await session.exec(
                update(table)
                .where(
                    col(table.tenant_id) == tenant_id,
                    col(table.user_id) == user_id,
                    col(table.revoked_at).is_(None),
                )
                .values(revoked_at=now)
            )
    await enter(session, home)
    return tenants
