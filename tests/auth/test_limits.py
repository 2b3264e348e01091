"""Limits hold exactly: in memory and in a real Valkey, alone and under a crowd, with Redis and without."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from omnisupport.auth import limits
from omnisupport.auth.limits import (
    Limiter,
    LoginLimiter,
    Mark,
    MemoryLimiter,
    RateLimit,
    RedisLimiter,
    TooManyRequests,
    address_subject,
    require,
)

THREE = RateLimit("test-three", limit=3, window=0.8)
TEN = RateLimit("test-ten", limit=10, window=60)


@pytest_asyncio.fixture(params=["memory", "valkey"])
async def limiter(
    request: pytest.FixtureRequest, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Limiter]:
    monkeypatch.setattr(limits, "REDIS_DEADLINE", 5.0)  # a busy machine must not make it count by itself
    yield MemoryLimiter() if request.param == "memory" else RedisLimiter(redis)


async def refused(call: Callable[[], Awaitable[object]]) -> TooManyRequests:
    with pytest.raises(TooManyRequests) as refusal:
        await call()
    return refusal.value


async def test_the_limit_is_exact_and_the_window_slides(limiter: Limiter) -> None:
    mark = Mark(THREE, "a")
    for member in ("m0", "m1", "m2"):
        assert (await limiter.hit([mark], member)).allowed
        await asyncio.sleep(0.2)
    verdict = await limiter.hit([mark], "m3")
    assert (verdict.allowed, verdict.rule) == (False, THREE)
    assert 0 < verdict.retry_after <= 0.2
    assert (await limiter.hit([Mark(THREE, "b")], "m4")).allowed
    await asyncio.sleep(verdict.retry_after + 0.01)
    assert (await limiter.hit([mark], "m5")).allowed  # the oldest has left the window
    assert not (await limiter.hit([mark], "m6")).allowed  # the other two have not


async def test_each_hit_tells_what_is_left_of_each_limit(limiter: Limiter) -> None:
    both = [Mark(TEN, "x"), Mark(THREE, "a")]
    for member, left in (("a", [9, 2]), ("b", [8, 1]), ("c", [7, 0])):
        rooms = (await limiter.hit(both, member)).rooms
        assert [room.remaining for room in rooms] == left
        assert 59 < rooms[0].reset <= 60
    verdict = await limiter.hit(both, "d")
    assert (verdict.rule, verdict.rooms) == (THREE, ())


async def test_a_refused_hit_does_not_prolong_the_wait(limiter: Limiter) -> None:
    for member in "abc":
        await limiter.hit([Mark(THREE, "a")], member)
    await asyncio.sleep(0.4)
    for member in "defghi":
        assert not (await limiter.hit([Mark(THREE, "a")], member)).allowed
    await asyncio.sleep(0.41)
    assert (await limiter.hit([Mark(THREE, "a")], "j")).allowed


async def test_all_marks_are_counted_or_none(limiter: Limiter) -> None:
    for member in "abc":
        await limiter.hit([Mark(THREE, "a")], member)
    for member in "defghijklmnop":
        assert not (await limiter.hit([Mark(TEN, "x"), Mark(THREE, "a")], member)).allowed
    verdicts = [await limiter.hit([Mark(TEN, "x")], member) for member in "0123456789!"]
    assert [verdict.allowed for verdict in verdicts] == [True] * 10 + [False]
    assert verdicts[-1].rule == TEN


async def test_a_crowd_at_once_gets_exactly_the_limit(limiter: Limiter) -> None:
    verdicts = await asyncio.gather(*(limiter.hit([Mark(TEN, "x")], str(number)) for number in range(100)))
    assert sum(verdict.allowed for verdict in verdicts) == 10


async def test_the_refusal_says_how_long_to_wait(limiter: Limiter) -> None:
    for _ in range(10):
        await require(limiter, Mark(TEN, "x"))
    refusal = await refused(lambda: require(limiter, Mark(TEN, "x")))
    assert (refusal.code, refusal.status, refusal.retryable) == ("rate_limited", 429, True)
    assert refusal.retry_after is not None
    assert 58 <= refusal.retry_after <= 60


async def test_a_hit_can_be_taken_back(limiter: Limiter) -> None:
    for number in range(10):
        await limiter.hit([Mark(TEN, "x")], str(number))
    await limiter.forget([Mark(TEN, "x")], "4")
    assert (await limiter.hit([Mark(TEN, "x")], "again")).allowed
    assert not (await limiter.hit([Mark(TEN, "x")], "more")).allowed
    await limiter.clear([Mark(TEN, "x")])
    assert (await limiter.hit([Mark(TEN, "x")], "new")).allowed


async def test_the_sixth_failure_is_not_even_looked_at(limiter: Limiter) -> None:
    login = LoginLimiter(limiter)
    for _ in range(5):
        await login.admit("Anna@tea.example", "192.0.2.1")
    refusal = await refused(lambda: login.admit(" anna@TEA.example ", "198.51.100.7"))
    assert refusal.code == "sign_in_limited"
    assert refusal.retry_after is not None
    assert 14 * 60 < refusal.retry_after <= 15 * 60
    await login.admit("boris@tea.example", "192.0.2.1")  # others are not held


async def test_a_hundred_guesses_at_once_get_five_looks(limiter: Limiter) -> None:
    login = LoginLimiter(limiter)
    tries = (login.admit("anna@tea.example", f"192.0.2.{number}") for number in range(100))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(result, BaseException) for result in results) == 5


async def test_a_success_takes_back_what_the_person_mistyped(limiter: Limiter) -> None:
    login = LoginLimiter(limiter)
    for _ in range(3):
        for _ in range(4):
            await login.admit("anna@tea.example", "192.0.2.1")
        await login.succeeded(await login.admit("anna@tea.example", "192.0.2.1"))


async def test_successes_do_not_reopen_the_door_beyond_the_hour(limiter: Limiter) -> None:
    login = LoginLimiter(limiter)
    failures = 0

    async def guess_between_successes() -> None:
        nonlocal failures
        for round_ in range(50):
            for number in range(4):
                await login.admit("anna@tea.example", f"192.0.{round_}.{number}")
                failures += 1
            await login.succeeded(await login.admit("anna@tea.example", f"192.0.{round_}.9"))

    refusal = await refused(guess_between_successes)
    assert failures == 100
    assert refusal.retry_after is not None
    assert refusal.retry_after > 50 * 60


async def test_one_address_cannot_try_every_account(limiter: Limiter) -> None:
    login = LoginLimiter(limiter)
    for number in range(50):
        await login.admit(f"user{number}@tea.example", "192.0.2.1")
    await refused(lambda: login.admit("another@tea.example", "192.0.2.1"))
    await login.admit("another@tea.example", "192.0.2.2")


async def test_no_personal_address_stands_in_redis(redis: Redis) -> None:
    login = LoginLimiter(RedisLimiter(redis))
    await login.admit("anna@tea.example", "192.0.2.1")
    keys = await redis.keys("*")
    assert len(keys) == 3
    assert not any(b"anna" in key or b"tea" in key for key in keys)
    assert all([0 < await redis.pttl(key) <= 3_600_000 for key in keys])


async def test_without_redis_the_limit_holds_in_the_process() -> None:
    client = Redis(host="127.0.0.1", port=1, socket_connect_timeout=1)
    limiter = RedisLimiter(client)
    verdicts = [await limiter.hit([Mark(TEN, "x")], str(number)) for number in range(12)]
    assert [verdict.allowed for verdict in verdicts] == [True] * 10 + [False] * 2
    await limiter.forget([Mark(TEN, "x")], "3")
    assert (await limiter.hit([Mark(TEN, "x")], "again")).allowed
    await limiter.clear([Mark(TEN, "x")])
    assert (await limiter.hit([Mark(TEN, "x")], "new")).allowed
    await client.aclose()


async def test_a_redis_that_hangs_delays_one_hit_a_little() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    client = Redis(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    limiter = RedisLimiter(client)
    started = time.monotonic()
    for number in range(10):
        assert (await limiter.hit([Mark(TEN, "x")], str(number))).allowed
    assert not (await limiter.hit([Mark(TEN, "x")], "eleventh")).allowed
    assert time.monotonic() - started < 1
    await client.aclose()
    server.close()


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
async def test_a_subscriber_counts_as_one(address: str, subject: str) -> None:
    assert address_subject(address) == subject


async def test_an_address_that_is_none_is_still_counted() -> None:
    assert address_subject("testclient") == address_subject("testclient") != address_subject("other")
