"""Who watches a channel: one worker at a time, and another one soon after it died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from omnisupport.devstack.embedded import EmbeddedServers
from omnisupport.storage import leases
from omnisupport.storage.leases import Leases
from omnisupport.storage.redis import connect
from tests.support.product import free_port

TENANT = uuid4()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server."""
    with EmbeddedServers(tmp_path_factory.mktemp("leases") / "state", parts=("valkey",)) as servers:
        assert servers.urls.redis
        yield servers.urls.redis


@pytest.fixture
async def redis(url: str) -> AsyncIterator[Redis]:
    """Empty."""
    client = connect(url)
    await client.flushall()
    yield client
    await client.aclose()


async def test_each_channel_is_watched_by_one_worker_and_by_another_once_it_lets_go(redis: Redis) -> None:
    first, second, wanted = Leases(redis), Leases(redis), [uuid4() for _ in range(5)]
    for each in wanted:
        await first.want(TENANT, each)
    taken = await first.take(3)
    rest = await second.take(9)
    assert {tenant for tenant, _ in [*taken, *rest]} == {TENANT}
    assert len(taken) == 3 and {each for _, each in [*taken, *rest]} == set(wanted)
    assert not await first.take(9) and not await second.take(9)
    _, given = taken[0]
    await second.release(given)  # not his to give
    assert not await second.take(9)
    await first.release(given)
    assert await second.take(9) == [(TENANT, given)]
    assert await first.renew([each for _, each in taken]) == [given]


async def test_who_says_nothing_for_so_long_is_succeeded(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE_S", 1)
    dead, alive, channel, kept = Leases(redis), Leases(redis), uuid4(), uuid4()
    await dead.want(TENANT, channel)
    await dead.want(TENANT, kept)
    assert len(await dead.take(9)) == 2
    for _ in range(4):
        assert list(await dead.renew([kept])) == []
        await asyncio.sleep(0.4)
    assert await alive.take(9) == [(TENANT, channel)]
    assert await dead.renew([channel, kept]) == [channel]


async def test_what_is_given_up_or_not_wanted_any_longer_is_watched_by_nobody(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, channel, old = Leases(redis), uuid4(), uuid4()
    await worker.want(TENANT, channel)
    assert len(await worker.take(9)) == 1
    await worker.give_up(channel)
    assert await worker.renew([channel]) == [channel] and not await worker.take(9)
    await worker.want(TENANT, old)
    monkeypatch.setattr(leases, "WANTED_S", -1)
    assert not await worker.take(9)
    monkeypatch.undo()
    assert not await worker.take(9)


async def test_without_redis_nobody_takes_and_nobody_loses() -> None:
    away = Leases(connect(f"redis://127.0.0.1:{free_port()}"))
    await away.want(TENANT, uuid4())
    await away.give_up(uuid4())
    await away.release(uuid4())
    assert not await away.take(9) and not await away.renew([uuid4()])
