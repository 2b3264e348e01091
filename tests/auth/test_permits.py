"""Permits: what is taken in advance is counted, the limit holds among processes, and most hits ask nobody."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from omnisupport.auth import limits
from omnisupport.auth.limits import Mark, RateLimit, RedisLimiter, TooManyRequests
from omnisupport.auth.permits import LIFE_S, SHARE, PermitOffice

MANY = Mark(RateLimit("test-many", limit=1000, window=60), "a")
FEW = Mark(RateLimit("test-few", limit=3, window=60), "a")


class Clock:
    """A process's clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def limiter(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> RedisLimiter:
    monkeypatch.setattr(limits, "REDIS_DEADLINE", 5.0)  # a busy machine must not make it count by itself
    return RedisLimiter(redis)


async def let_through(office: PermitOffice, *marks: Mark, times: int) -> int:
    passed = 0
    for _ in range(times):
        try:
            await office.require(*marks)
        except TooManyRequests:
            continue
        passed += 1
    return passed


async def scripts_run(redis: Redis) -> int:
    calls = await redis.info("commandstats")
    return sum(int(calls.get(f"cmdstat_{name}", {}).get("calls", 0)) for name in ("eval", "evalsha"))


async def test_processes_together_let_no_more_through_than_the_limit(limiter: RedisLimiter) -> None:
    offices = [PermitOffice(limiter, Clock()) for _ in range(4)]
    passed = await asyncio.gather(*(let_through(office, MANY, times=400) for office in offices))
    assert 1000 - 4 * 1000 // SHARE <= sum(passed) <= 1000


async def test_a_crowd_in_one_process_gets_no_more_than_was_counted(
    redis: Redis, limiter: RedisLimiter
) -> None:
    office = PermitOffice(limiter, Clock())
    shared = [Mark(MANY.rule, f"person-{n}") for n in range(50)]
    passed = await asyncio.gather(*(let_through(office, MANY, mine, times=6) for mine in shared))
    assert sum(passed) == 300 <= await redis.zcard(MANY.key)


async def test_a_small_limit_is_exact(limiter: RedisLimiter) -> None:
    offices = [PermitOffice(limiter, Clock()) for _ in range(3)]
    passed = await asyncio.gather(*(let_through(office, FEW, times=3) for office in offices))
    assert sum(passed) == 3


async def test_who_is_busy_asks_seldom(redis: Redis, limiter: RedisLimiter) -> None:
    office = PermitOffice(limiter, Clock())
    await office.require(MANY)
    before = await scripts_run(redis)
    assert await let_through(office, MANY, times=500) == 500
    assert await scripts_run(redis) - before < 35  # 2, 4, 8, 16, then 20 at a time


async def test_who_comes_now_and_then_takes_one(redis: Redis, limiter: RedisLimiter) -> None:
    clock = Clock()
    office = PermitOffice(limiter, clock)
    for _ in range(30):
        await office.require(MANY)
        clock.now += LIFE_S
    assert await redis.zcard(MANY.key) == 30


async def test_permits_go_stale(redis: Redis, limiter: RedisLimiter) -> None:
    clock = Clock()
    office = PermitOffice(limiter, clock)
    await let_through(office, MANY, times=2)  # one, then two of which one is left
    assert await redis.zcard(MANY.key) == 3
    clock.now += LIFE_S
    await office.require(MANY)
    assert await redis.zcard(MANY.key) == 4


async def test_a_refused_hit_takes_nothing_of_the_other_mark(redis: Redis, limiter: RedisLimiter) -> None:
    office = PermitOffice(limiter, Clock())
    assert await let_through(office, MANY, FEW, times=10) == 3
    assert await redis.zcard(FEW.key) == 3
    assert await redis.zcard(MANY.key) <= 7


async def test_without_redis_the_limit_holds_in_the_process() -> None:
    away = Redis(host="127.0.0.1", port=1)
    assert await let_through(PermitOffice(RedisLimiter(away), Clock()), FEW, times=5) == 3
