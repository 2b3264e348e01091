"""What a person changes of his own account: password, address, profile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.accounts import Purpose, end_all, issue_token, lock_user, take_token
from omnisupport.storage.session import Database
from omnisupport.storage.tables import User

Last = Callable[[], Awaitable[None]]
"""The last step inside a transaction, such as handing a mail over: when it fails, nothing was changed."""


@dataclass(frozen=True)
class Changed:
    """Whose account was changed, the address before, and the tenants in which sessions ended."""

    user_id: UUID
    name: str
    locale: str
    email: str
    former_email: str
    ended: Sequence[UUID] = ()


async def create_token(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    user_id: UUID,
    purpose: Purpose,
    digest: bytes,
    life: timedelta,
    *,
    last: Last,
    email: str | None = None,
) -> None:
    """A one-time token that goes out by the mail which `last` hands over."""
    async with database.session(tenant_id) as session:
        await issue_token(session, tenant_id, user_id, purpose, digest, life, email=email)
        record(session, tenant_id, actor, f"{purpose}.requested", target=("user", user_id))
        await session.flush()
        await last()


async def reset_password(
    database: Database,
    tenant_id: UUID,
    digest: bytes,
    hashed: str,
    origin: Actor,
    *,
    last: Callable[[Changed], Awaitable[None]],
) -> Changed | None:
    """Set a password by a token from the mail; every session and personal key ends. None: the token is not good.

    It shows that the address is read. A second factor of an account that was never verified was set by somebody
    else, perhaps, and goes.
    """
    async with database.session(tenant_id) as session:
        token = await take_token(session, tenant_id, digest, Purpose.RESET_PASSWORD)
        user = await lock_user(session, token.user_id) if token is not None else None
        if user is None or user.disabled_at is not None:
            return None
        if user.email_verified_at is None:
            user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
            user.recovery_hashes = []
            user.email_verified_at = datetime.now(UTC)
        done = await _set_password(session, tenant_id, user, hashed, origin, "password.reset", keys=True)
        await last(done)
        return done


async def change_password(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, *, known: str, hashed: str, last: Last
) -> Changed:
    """Replace the password whose hash is `known`; every session ends, also the one that asks.

    Raises:
        Conflict: it was changed meanwhile (code `password_changed`).
    """
    async with database.session(tenant_id) as session:
        user = await _locked(session, user_id)
        if user.password_hash != known:
            raise Conflict("The password was changed meanwhile. Sign in again.", code="password_changed")
        done = await _set_password(session, tenant_id, user, hashed, actor, "password.changed")
        await last()
        return done


async def _set_password(
    session: AsyncSession,
    tenant_id: UUID,
    user: User,
    hashed: str,
    actor: Actor,
    action: str,
    *,
    keys: bool = False,
) -> Changed:
    user.password_hash, user.password_changed_at = hashed, datetime.now(UTC)
    session.add(user)
    ended = await end_all(session, tenant_id, user.id, keys=keys)
    record(session, tenant_id, _as(actor, user), action, target=("user", user.id))
    await session.flush()
    return Changed(user.id, user.name, user.locale, user.email, user.email, ended)


async def verify_email(
    database: Database,
    tenant_id: UUID,
    digest: bytes,
    origin: Actor,
    *,
    last: Callable[[Changed], Awaitable[None]],
) -> Changed | None:
    """Believe an address, that of the account or the one it is to have. None: the token is not good.

    Raises:
        Conflict: somebody else has the new address now (code `email_taken`).
    """
    try:
        async with database.session(tenant_id) as session:
            token = await take_token(session, tenant_id, digest, Purpose.VERIFY_EMAIL, Purpose.CHANGE_EMAIL)
            user = await lock_user(session, token.user_id) if token is not None else None
            if token is None or user is None or user.disabled_at is not None:
                return None
            former, address = user.email, token.email or user.email
            if token.purpose == Purpose.VERIFY_EMAIL and address != former:
                return None  # it was sent to an address that is the account's no more
            user.email, user.email_verified_at = address, datetime.now(UTC)
            session.add(user)
            action = "email.verified" if former == address else "email.changed"
            before, after = changed({"email": former}, {"email": address})
            record(
                session,
                tenant_id,
                _as(origin, user),
                action,
                target=("user", user.id),
                before=before or None,
                after=after or None,
            )
            await session.flush()
            done = Changed(user.id, user.name, user.locale, address, former)
            await last(done)
            return done
    except IntegrityError as twice:
        raise Conflict(
            "Somebody else signs in with this address. Choose another.", code="email_taken"
        ) from twice


async def write_profile(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, *, name: str | None, locale: str | None
) -> tuple[str, str]:
    """Change name and language, where they are not None; returns both."""
    async with database.session(tenant_id) as session:
        user = await _locked(session, user_id)
        before = {"name": user.name, "locale": user.locale}
        user.name, user.locale = name or user.name, locale or user.locale
        session.add(user)
        old, new = changed(before, {"name": user.name, "locale": user.locale})
        if new:
            record(
                session, tenant_id, actor, "profile.changed", target=("user", user_id), before=old, after=new
            )
        return user.name, user.locale


async def record_sign_in_failed(database: Database, tenant_id: UUID, actor: Actor) -> None:
    """A wrong password or code for a person of this tenant."""
    async with database.session(tenant_id) as session:
        record(session, tenant_id, actor, "sign_in.failed", target=("user", actor.id), outcome="refused")


async def _locked(session: AsyncSession, user_id: UUID) -> User:
    user = await lock_user(session, user_id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def _as(origin: Actor, user: User) -> Actor:
    """A token stands for its person; a signed-in actor stays who he is."""
    if origin.id is not None:
        return origin
    return replace(origin, kind=ActorKind.USER, id=user.id, name=user.name)
