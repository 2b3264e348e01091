"""The embedded index belongs to one worker of a deployment, for as long as that lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from omnisupport.devstack.embedded import EmbeddedUrls
from omnisupport.errors import Conflict
from omnisupport.storage import lock
from omnisupport.storage.lock import IndexLock
from omnisupport.storage.session import driver_url
from tests.support.patience import PATIENCE_S

HOLDER = "select pid from pg_locks where locktype = 'advisory' and granted"


@pytest.fixture
async def locks(urls: EmbeddedUrls, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[IndexLock]]:
    """Locks of two workers of one deployment; neither is patient."""
    monkeypatch.setitem(lock.SETTINGS, "lock_timeout", "300ms")
    assert urls.database
    made = [IndexLock(urls.database), IndexLock(urls.database)]
    yield made
    for each in made:
        each.release()


@pytest.fixture
async def server(urls: EmbeddedUrls) -> AsyncIterator[asyncpg.Connection]:
    """A connection to look at locks and to end sessions with."""
    assert urls.database
    connection = await asyncpg.connect(driver_url(urls.database))
    yield connection
    await connection.close()


async def test_a_second_worker_is_refused_in_words(locks: list[IndexLock]) -> None:
    first, second = locks
    await first.take()
    with pytest.raises(Conflict, match="run one worker, or set QDRANT_URL") as refused:
        await second.take()
    assert refused.value.code == "knowledge_in_use"


async def test_a_successor_waits_for_a_lock_that_is_about_to_end(locks: list[IndexLock]) -> None:
    first, second = locks
    await first.take()
    waiting = asyncio.create_task(second.take())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    first.release()
    await waiting


async def test_a_lost_lock_is_taken_again(locks: list[IndexLock], server: asyncpg.Connection) -> None:
    first, second = locks
    await first.take()
    keeping = asyncio.create_task(first.keep())
    lost = await server.fetchval(HOLDER)
    await server.execute("select pg_terminate_backend($1)", lost)
    async with asyncio.timeout(PATIENCE_S):
        while await server.fetchval(HOLDER) in (None, lost):
            await asyncio.sleep(0.05)
    with pytest.raises(Conflict):
        await second.take()
    assert not keeping.done()
    keeping.cancel()


async def test_a_worker_whose_lock_another_took_is_told(
    locks: list[IndexLock], server: asyncpg.Connection
) -> None:
    first, second = locks
    await first.take()
    keeping = asyncio.create_task(first.keep())
    waiting = asyncio.create_task(second.take())
    await asyncio.sleep(0.1)
    await server.execute("select pg_terminate_backend($1)", await server.fetchval(HOLDER))
    await waiting
    with pytest.raises(Conflict):
        async with asyncio.timeout(PATIENCE_S):
            await keeping
