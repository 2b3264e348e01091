"""People who look after their own accounts: browsers with cookies, authenticator apps, lines of the audit log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
import pyotp
from redis.asyncio import Redis
from sqlalchemy import text

from omnisupport.auth.policy import STEP_S
from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S


async def run(settings: Settings, tenant_id: UUID, sql: str, **values: Any) -> list[Any]:
    """Read or write behind the product's back, inside a tenant's wall."""
    database = Database(settings.database_url or "", pool_size=1)
    try:
        async with database.session(tenant_id) as session:
            found = await session.exec(text(sql), params=values)  # type: ignore[call-overload]
            return list(found.all()) if found.returns_rows else []
    finally:
        await database.close()


async def lines(settings: Settings, tenant_id: UUID, action: str) -> list[Any]:
    """The audit lines of an action, oldest first."""
    return await run(
        settings, tenant_id, "select * from audit where action = :action order by id", action=action
    )


async def line(settings: Settings, tenant_id: UUID, action: str, *, within: float = PATIENCE_S) -> Any:
    """The newest line of an action; some are written behind the answer."""
    deadline = time.monotonic() + within
    while not (found := await lines(settings, tenant_id, action)):
        assert time.monotonic() < deadline, f"no line {action}"
        await asyncio.sleep(0.05)
    return found[-1]


async def forget_limits(settings: Settings) -> None:
    """All tests come from one address: what other tests tried does not count."""
    redis = Redis.from_url(settings.redis_url or "")
    async for key in redis.scan_iter("omni:limit:*"):
        await redis.delete(key)
    await redis.aclose()


class App:
    """An authenticator app that never shows the same code twice: it is asked for the next step instead."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)
        self._last = 0

    async def code(self) -> str:
        """A code that was not used yet; waits for the clock where it must."""
        while True:
            now = int(time.time()) // STEP_S
            step = max(self._last + 1, now - 1)
            if step <= now + 1:
                self._last = step
                return self._totp.generate_otp(step)
            await asyncio.sleep(0.2)


async def enable_two_factor(operator: Operator) -> tuple[App, list[str]]:
    """Enable the second factor of an operator; his tokens are replaced. Returns app and recovery codes."""
    begun = await operator.request("POST", "/auth/two-factor/enable")
    assert begun.status_code == 200, begun.text
    app = App(begun.json()["secret"])
    confirmed = await operator.request("POST", "/auth/two-factor/verify", json={"code": await app.code()})
    assert confirmed.status_code == 200, confirmed.text
    take_tokens(operator, confirmed.json()["tokens"])
    return app, confirmed.json()["recovery_codes"]


def take_tokens(operator: Operator, tokens: dict[str, Any]) -> None:
    """Go on with new tokens."""
    operator._token, operator.refresh_token = tokens["access_token"], tokens["refresh_token"]


@asynccontextmanager
async def browser(url: str, **headers: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at a page of ours: keeps cookies, says where it is."""
    async with httpx2.AsyncClient(
        base_url=f"{url}/api/v1",
        headers={"Sec-Fetch-Site": "same-origin", **headers},
        timeout=20,
        verify=False,
    ) as client:
        yield client


@asynccontextmanager
async def by_key(url: str, token: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A program with an API key."""
    async with httpx2.AsyncClient(
        base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=20, verify=False
    ) as client:
        yield client


def refused(answer: Any) -> tuple[int, str]:
    """Status and code."""
    return answer.status_code, answer.json()["code"]
