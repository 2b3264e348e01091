"""How a signed-in person proves himself again: by his password or a code, as seldom wrong as at a sign-in (S9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

from fastapi import Request

from omnisupport.api.deps import Person, address_of
from omnisupport.api.services import Services
from omnisupport.auth.limits import LoginLimiter
from omnisupport.auth.totp import recovery_digest
from omnisupport.errors import Forbidden
from omnisupport.storage.access.two_factor import Factor
from omnisupport.storage.queries.accounts import account_of


def factor_of(at: Services, code: str) -> Factor:
    """A code as it is compared: one of the app when it has digits only, else a recovery code."""
    if not code.replace(" ", "").replace("-", "").isdecimal():
        return Factor(recovery=recovery_digest(code))
    now = datetime.now(UTC)

    def step_of(user_id: UUID, sealed: bytes, last: int | None) -> int | None:
        return at.seeds.step_of(user_id, sealed, code, now, last)

    return Factor(step_of=step_of)


@asynccontextmanager
async def attempt(at: Services, user_id: UUID, request: Request) -> AsyncIterator[None]:
    """One try at a code, counted as a failed sign-in until it succeeds (S9)."""
    limiter = LoginLimiter(at.limiter)
    tried = await limiter.admit(f"code:{user_id}", address_of(request))
    yield
    await limiter.succeeded(tried)


async def check_own_password(
    at: Services, who: Person, request: Request, password: str, *, field: str = "password"
) -> str:
    """Compare a signed-in person's password, as often as a sign-in may be tried; returns the hash that it fits.

    Raises:
        Forbidden: code `password_wrong`.
    """
    limiter = LoginLimiter(at.limiter)
    tried = await limiter.admit(who.email, address_of(request))
    account = await account_of(at.database, who.user_id)
    verdict = await at.passwords.verify(password, account.password_hash if account is not None else None)
    if account is None or not verdict.matches:
        raise Forbidden("The password is wrong.", code="password_wrong", field=field)
    await limiter.succeeded(tried)
    return account.password_hash
