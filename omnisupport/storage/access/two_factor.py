"""A person's second factor: each code counts once, under the lock of the person's row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, Forbidden, NotFound
from omnisupport.storage.audit import record
from omnisupport.storage.queries.accounts import Purpose, end_all, issue_token, lock_user, take_token
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Session, User

StepOf = Callable[[UUID, bytes, int | None], int | None]
"""The time step of the code in hand for a person's sealed seed, when it is after the last one taken."""


Last = Callable[[], Awaitable[None]]
"""The last step inside a transaction: the mail that tells of the change."""


@dataclass(frozen=True)
class Factor:
    """What a person shows: a code of the app, or the digest of a recovery code."""

    step_of: StepOf | None = None
    recovery: bytes | None = None


async def begin_two_factor(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, sealed: bytes
) -> None:
    """Keep a new seed that counts once it is confirmed.

    Raises:
        Conflict: a second factor is in force (code `two_factor_enabled`).
    """
    async with database.session(tenant_id) as session:
        user = await _locked(session, user_id)
        if user.totp_confirmed_at is not None:
            raise _enabled()
        user.totp_secret, user.totp_last_step = sealed, None
        session.add(user)
        record(session, tenant_id, actor, "two_factor.begun", target=("user", user_id))


async def confirm_two_factor(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    user_id: UUID,
    factor: Factor,
    hashes: Sequence[bytes],
    *,
    last: Last,
) -> Sequence[UUID]:
    """Put the seed in force by its first code; every session ends. Returns the tenants in which they did.

    Raises:
        Conflict: nothing was begun (code `two_factor_not_begun`), or it is in force (`two_factor_enabled`).
        Forbidden: the code is wrong (code `code_wrong`).
    """
    async with database.session(tenant_id) as session:
        user = await _locked(session, user_id)
        if user.totp_confirmed_at is not None:
            raise _enabled()
        if user.totp_secret is None:
            raise Conflict("Begin with POST /auth/two-factor/enable.", code="two_factor_not_begun")
        if not _take(user, factor):
            raise code_wrong()
        user.totp_confirmed_at = datetime.now(UTC)
        user.recovery_hashes = list(hashes)
        session.add(user)
        ended = await end_all(session, tenant_id, user_id)
        record(session, tenant_id, actor, "two_factor.enabled", target=("user", user_id))
        await session.flush()
        await last()
        return ended


async def disable_two_factor(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, factor: Factor, *, last: Last
) -> Sequence[UUID]:
    """Take the second factor away; every session ends. Returns the tenants in which they did.

    Raises:
        Conflict: there is none (code `two_factor_disabled`).
        Forbidden: the code is wrong (code `code_wrong`).
    """
    async with database.session(tenant_id) as session:
        user = await _shown(session, user_id, factor)
        user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
        user.recovery_hashes = []
        ended = await end_all(session, tenant_id, user_id)
        record(session, tenant_id, actor, "two_factor.disabled", target=("user", user_id))
        await session.flush()
        await last()
        return ended


async def renew_recovery_codes(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    user_id: UUID,
    factor: Factor,
    hashes: Sequence[bytes],
    *,
    last: Last,
) -> None:
    """Replace all recovery codes.

    Raises:
        Conflict: there is no second factor (code `two_factor_disabled`).
        Forbidden: the code is wrong (code `code_wrong`).
    """
    async with database.session(tenant_id) as session:
        user = await _shown(session, user_id, factor)
        user.recovery_hashes = list(hashes)
        record(session, tenant_id, actor, "two_factor.codes_renewed", target=("user", user_id))
        await session.flush()
        await last()


async def await_second_factor(
    database: Database, tenant_id: UUID, user_id: UUID, digest: bytes, life: timedelta
) -> None:
    """Keep the token of a sign-in whose password was right."""
    async with database.session(tenant_id) as session:
        await issue_token(session, tenant_id, user_id, Purpose.SECOND_FACTOR, digest, life)


async def pass_second_factor(database: Database, tenant_id: UUID, digest: bytes, factor: Factor) -> bool:
    """Use the token of a sign-in with a code. False: the token is not good, or the code is wrong.

    A wrong code does not use the token up: who mistypes need not begin anew.
    """
    async with database.session(tenant_id) as session:
        token = await take_token(session, tenant_id, digest, Purpose.SECOND_FACTOR)
        user = await lock_user(session, token.user_id) if token is not None else None
        if token is None or user is None:
            return False
        if user.totp_confirmed_at is None or not _take(user, factor):
            token.used_at = None
            return False
        session.add(user)
        return True


async def prove(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, family: UUID, factor: Factor | None
) -> None:
    """Note in a session that its person has proved himself now; `factor` None: by a password that was right.

    Raises:
        Conflict: there is no second factor (code `two_factor_disabled`).
        Forbidden: the code is wrong (code `code_wrong`).
    """
    async with database.session(tenant_id) as session:
        if factor is not None:
            await _shown(session, user_id, factor)
        await session.exec(
            update(Session)
            .where(col(Session.tenant_id) == tenant_id, col(Session.family) == family)
            .values(verified_at=datetime.now(UTC))
        )
        record(session, tenant_id, actor, "session.reauthenticated", target=("session", family))


async def _shown(session: AsyncSession, user_id: UUID, factor: Factor) -> User:
    user = await _locked(session, user_id)
    if user.totp_confirmed_at is None:
        raise Conflict("There is no second factor.", code="two_factor_disabled")
    if not _take(user, factor):
        raise code_wrong()
    session.add(user)
    return user


def _take(user: User, factor: Factor) -> bool:
    """Use a code up, in the locked row."""
    if factor.recovery is not None:
        if factor.recovery not in user.recovery_hashes:
            return False
        user.recovery_hashes = [each for each in user.recovery_hashes if each != factor.recovery]
        return True
    if factor.step_of is None or user.totp_secret is None:
        return False
    step = factor.step_of(user.id, user.totp_secret, user.totp_last_step)
    if step is None:
        return False
    user.totp_last_step = step
    return True


async def _locked(session: AsyncSession, user_id: UUID) -> User:
    user = await lock_user(session, user_id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def code_wrong() -> Forbidden:
    """The one refusal of a code, whatever is wrong with it."""
    return Forbidden("The code is wrong, or was used before.", code="code_wrong", field="code")


def _enabled() -> Conflict:
    return Conflict("A second factor is in force already. Disable it first.", code="two_factor_enabled")
