"""Holes below the api, each planted by hand, and the check that names it: a tenant left in a pool, a redirect inwards.

Those of the catalogue (tables, keys, references, views, functions) are in test_catalogue.py, those of routes in
test_wall_probes.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text

from omnisupport.devstack.embedded import EmbeddedUrls
from omnisupport.errors import OmniError
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher, FetchResponse
from omnisupport.storage.session import Database
from tests.net.servers import always, ok, redirect, serving

# --- a tenant that stays in the pool ----------------------------------------------------------------------

Use = Callable[[Database, UUID], Awaitable[None]]


@pytest.fixture
async def narrow(urls: EmbeddedUrls) -> AsyncIterator[Database]:
    """A door with one connection: whoever comes next has the one of before."""
    door = Database(urls.database or "", pool_size=1)
    yield door
    await door.close()


async def left_behind(door: Database, use: Use) -> list[str]:
    """What the next user of the pool finds of a tenant that was worked for."""
    tenant_id = uuid4()
    await use(door, tenant_id)
    async with door.session(None) as session:
        found = await session.scalar(text("select current_setting('app.tenant', true)"))
    return [f"R6: the pool's next user is tenant {found}"] if found else []


async def as_ours_do(door: Database, tenant_id: UUID) -> None:
    """A session of the product."""
    async with door.session(tenant_id) as session:
        await session.scalar(text("select count(*) from message"))


async def with_set(door: Database, tenant_id: UUID) -> None:
    """A plain SET: it lives as long as the connection."""
    async with door.session(None) as session:
        await (await session.connection()).execute(text(f"set app.tenant = '{tenant_id}'"))


async def with_set_config(door: Database, tenant_id: UUID) -> None:
    """The function, and not local."""
    async with door.session(None) as session:
        await session.scalar(text("select set_config('app.tenant', :t, false)"), params={"t": str(tenant_id)})


async def test_a_session_of_ours_leaves_no_tenant_behind(narrow: Database) -> None:
    assert await left_behind(narrow, as_ours_do) == []


@pytest.mark.parametrize("use", [with_set, with_set_config])
async def test_a_tenant_that_is_set_without_local_is_found(narrow: Database, use: Use) -> None:
    (found,) = await left_behind(narrow, use)
    assert found.startswith("R6")


# --- a redirect inwards -----------------------------------------------------------------------------------


class Following(Fetcher):
    """A fetch that leaves redirects to the library, which asks nobody where they lead."""

    async def fetch(self, method: str, url: str, **_: object) -> FetchResponse:  # type: ignore[override]
        """See `Fetcher`."""
        async with httpx2.AsyncClient(follow_redirects=True, trust_env=False) as http:
            answer = await http.request(method, url)
        return FetchResponse(answer.status_code, dict(answer.headers), answer.content, str(answer.url))


async def reached_inside(make: Callable[[EgressPolicy], Fetcher], status: int) -> list[str]:
    """Which private addresses a fetch is led to by a server that it may ask."""
    async with serving(always(ok(b"secret"))) as inside:
        target = f"http://127.0.0.1:{inside.port}/metadata"
        async with serving(always(redirect(target, status))) as outside:
            fetcher = make(EgressPolicy.parse(f"127.0.0.1:{outside.port}"))
            try:
                await fetcher.fetch("GET", f"http://127.0.0.1:{outside.port}/", redirects=3)
            except OmniError:
                pass
            assert outside.asked, "the probe proves nothing"
    return [f"S4: led to {asked.headers['host']}" for asked in inside.asked]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_leads_nobody_inside(status: int) -> None:
    assert await reached_inside(Fetcher, status) == []


@pytest.mark.parametrize("status", [302, 307])
async def test_a_fetch_that_follows_by_itself_is_found(status: int) -> None:
    (found,) = await reached_inside(Following, status)
    assert found.startswith("S4")
