"""Sessions end when they are idle, old or revoked, by the question that lets every request in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from omnisupport.auth.sessions import ABSOLUTE
from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.domain.actor import SYSTEM
from omnisupport.storage.queries.sessions import Sessions
from omnisupport.storage.session import Database
from tests.storage.conftest import Home


async def sign_in(database: Database, home: Home, kind: Literal["cookie", "refresh"]) -> tuple[bytes, UUID]:
    """A session begun now: (digest, id)."""
    (login,) = await Sessions(database).find_logins(f"{home.slug}@example.com", home.slug)
    _, digest = new_token(TokenKind.SESSION, home.tenant_id)
    session_id = await Sessions(database).begin(
        login, digest, kind=kind, life=ABSOLUTE, user_agent=None, rehashed=None
    )
    return digest, session_id


async def run(database: Database, home: Home, sql: str, **values: Any) -> Any:
    async with database.session(home.tenant_id) as session:
        return await session.exec(text(sql), params=values)  # type: ignore[call-overload]


async def is_in(database: Database, home: Home, digest: bytes) -> bool:
    """Whether a cookie signs in; a new reader each time, for one remembers what it read."""
    return await Sessions(database).of_token(home.tenant_id, digest) is not None


@pytest.mark.parametrize(
    ("idle", "signs_in"),
    [
        (timedelta(hours=12) - timedelta(minutes=1), True),
        (timedelta(hours=12), False),
        (timedelta(days=3), False),
    ],
)
async def test_a_cookie_ends_after_twelve_idle_hours(
    database: Database, home: Home, idle: timedelta, signs_in: bool
) -> None:
    digest, _ = await sign_in(database, home, "cookie")
    assert await is_in(database, home, digest)
    await run(database, home, "update session set last_seen_at = now() - cast(:idle as interval)", idle=idle)
    assert await is_in(database, home, digest) is signs_in
    assert await is_in(database, home, digest) is signs_in, "and looking does not wake it"


async def test_a_session_ends_after_seven_days_however_busy(database: Database, home: Home) -> None:
    digest, _ = await sign_in(database, home, "cookie")
    _, refresh_id = await sign_in(database, home, "refresh")
    week = timedelta(days=7)
    for moved, signs_in in ((week - timedelta(minutes=1), True), (timedelta(minutes=1), False)):
        await run(
            database,
            home,
            "update session set expires_at = expires_at - cast(:by as interval), last_seen_at = now()",
            by=moved,
        )
        assert await is_in(database, home, digest) is signs_in
        found = await Sessions(database).of_id(home.tenant_id, refresh_id)
        assert (found is not None) is signs_in


async def test_an_api_client_may_be_quiet_longer_than_a_browser(database: Database, home: Home) -> None:
    _, session_id = await sign_in(database, home, "refresh")
    await run(database, home, "update session set last_seen_at = now() - interval '13 hours'")
    assert await Sessions(database).of_id(home.tenant_id, session_id) is not None


async def test_a_revoked_session_signs_nobody_in(database: Database, home: Home) -> None:
    digest, session_id = await sign_in(database, home, "cookie")
    await Sessions(database).end(home.tenant_id, session_id, SYSTEM)
    assert not await is_in(database, home, digest)


@pytest.mark.parametrize(("before", "moves"), [(timedelta(seconds=50), False), (timedelta(seconds=61), True)])
async def test_last_seen_is_written_once_a_minute(
    database: Database, home: Home, before: timedelta, moves: bool
) -> None:
    digest, _ = await sign_in(database, home, "cookie")
    await run(
        database, home, "update session set last_seen_at = now() - cast(:before as interval)", before=before
    )
    assert await is_in(database, home, digest)
    seen = (await run(database, home, "select last_seen_at from session")).one()[0]
    assert (datetime.now(UTC) - seen < timedelta(seconds=30)) is moves


async def test_a_token_of_another_tenant_or_kind_is_unknown(database: Database, home: Home) -> None:
    digest, session_id = await sign_in(database, home, "cookie")
    assert await Sessions(database).of_token(uuid4(), digest) is None
    assert await Sessions(database).of_id(home.tenant_id, session_id) is None, "a cookie is no API client's"
