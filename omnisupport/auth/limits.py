"""How often something may be tried: sliding windows, shared through Redis, exact and atomic."""

from __future__ import annotations

import asyncio
import hashlib
import math
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from omnisupport.errors import OmniError

REDIS_DEADLINE = 0.25
"""Seconds. A limit must never be what makes a customer wait."""
REDIS_PAUSE = 2.0
"""Seconds for which a Redis that failed is not asked again."""
MEMORY_KEYS = 50_000

# One call for all marks, so that none is counted when another refuses. Each key is a sorted set of the times (us)
# of its last `limit` hits; the clock is Redis's own, so that processes need not agree. Of several hits that are
# wanted of a mark as many are counted as there is room for; the verdict is followed by how many of each mark, how
# much room is left, and when (us) there is more.
_HIT = """
local now = redis.call('TIME')
now = now[1] * 1000000 + now[2]
local wait, worst = 0, 0
local told = {0, 0}
for i, key in ipairs(KEYS) do
  local limit, window, wanted = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local room = limit - redis.call('ZCARD', key)
  if room <= 0 then
    local oldest = redis.call('ZRANGE', key, -limit, -limit, 'WITHSCORES')[2]
    local left = oldest + window - now
    if left > wait then wait, worst = left, i end
  end
  told[3 * i] = math.min(wanted, room)
end
if worst > 0 then return {wait, worst} end
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[1])
  for n = 2, told[3 * i] do redis.call('ZADD', key, now, ARGV[1] .. ':' .. n) end
  redis.call('PEXPIRE', key, math.ceil(tonumber(ARGV[3 * i]) / 1000))
  told[3 * i + 1] = tonumber(ARGV[3 * i - 1]) - redis.call('ZCARD', key)
  told[3 * i + 2] = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] + tonumber(ARGV[3 * i]) - now
end
return told
"""


class TooManyRequests(OmniError):
    """A limit is reached; `retry_after` seconds from now there is room again. `room` is none, of that limit."""

    code = "rate_limited"
    status = 429
    retryable = True
    room: Room | None = None


@dataclass(frozen=True)
class RateLimit:
    """At most `limit` hits in any `window` seconds. The name is part of the key in Redis."""

    name: str
    limit: int
    window: float


@dataclass(frozen=True)
class Mark:
    """One limit applied to one subject: a token's digest, an address, an account; never the thing itself."""

    rule: RateLimit
    subject: str

    @property
    def key(self) -> str:
        """The key in Redis."""
        return f"omni:limit:{self.rule.name}:{self.subject}"


@dataclass(frozen=True)
class Room:
    """How many hits a limit lets through yet, and in how many seconds it lets through more than these."""

    rule: RateLimit
    remaining: int
    reset: float


@dataclass(frozen=True)
class Verdict:
    """Whether the hit was let through and counted; if not, the seconds to wait and the rule that says so.

    `rooms` is what each mark's limit has left then, in the order of the marks, `counted` how many hits of each.
    """

    allowed: bool
    retry_after: float = 0.0
    rule: RateLimit | None = None
    rooms: tuple[Room, ...] = ()
    counted: tuple[int, ...] = ()


class Limiter(Protocol):
    """Counts hits. All marks of a call are counted, or none."""

    async def hit(self, marks: Sequence[Mark], member: str) -> Verdict:
        """Count one hit named `member` (unique) against every mark, unless one of them is at its limit."""

    async def forget(self, marks: Sequence[Mark], member: str) -> None:
        """Take that hit back."""

    async def clear(self, marks: Sequence[Mark]) -> None:
        """Take all hits of these marks back."""


class MemoryLimiter:
    """Counts in this process: for tests, and for as long as Redis is away."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._hits: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()

    async def hit(self, marks: Sequence[Mark], member: str) -> Verdict:
        """See `Limiter`."""
        now = self._clock()
        worst = max((self._judge(mark, now) for mark in marks), key=lambda each: each.retry_after)
        if worst.allowed:
            for mark in marks:
                self._hits.setdefault(mark.key, deque()).append((now, member))
                self._hits.move_to_end(mark.key)
            while len(self._hits) > MEMORY_KEYS:
                self._hits.popitem(last=False)
            rooms = tuple(self._room(mark, now) for mark in marks)
            return Verdict(True, rooms=rooms, counted=(1,) * len(marks))
        return worst

    async def forget(self, marks: Sequence[Mark], member: str) -> None:
        """See `Limiter`."""
        for mark in marks:
            hits = self._hits.get(mark.key, deque())
            kept = [hit for hit in hits if hit[1] != member]
            hits.clear()
            hits.extend(kept)

    async def clear(self, marks: Sequence[Mark]) -> None:
        """See `Limiter`."""
        for mark in marks:
            self._hits.pop(mark.key, None)

    def _room(self, mark: Mark, now: float) -> Room:
        hits, rule = self._hits.get(mark.key) or deque([(now, "")]), mark.rule
        return Room(rule, max(0, rule.limit - len(hits)), hits[0][0] + rule.window - now)

    def _judge(self, mark: Mark, now: float) -> Verdict:
        hits, rule = self._hits.get(mark.key), mark.rule
        while hits and hits[0][0] <= now - rule.window:
            hits.popleft()
        if not hits or len(hits) < rule.limit:
            return Verdict(True)
        return Verdict(False, hits[-rule.limit][0] + rule.window - now, rule)


class RedisLimiter:
    """Counts in Redis for all processes together. While Redis is away it counts in this process instead:
    a limit then is per process, but it neither opens the door nor shuts everybody out."""

    def __init__(self, redis: Redis, *, fallback: Limiter | None = None) -> None:
        self._redis = redis
        self._fallback = fallback or MemoryLimiter()
        self._script = redis.register_script(_HIT)
        self._away_until = 0.0

    async def hit(self, marks: Sequence[Mark], member: str) -> Verdict:
        """See `Limiter`. One round trip."""
        return await self.take(marks, [1] * len(marks), member)

    async def take(self, marks: Sequence[Mark], wanted: Sequence[int], member: str) -> Verdict:
        """Count up to as many hits of each mark as are wanted, at least one of each, or none at all. One round trip."""
        arguments: list[str | int] = [member]
        for mark, count in zip(marks, wanted, strict=True):
            arguments += [mark.rule.limit, int(mark.rule.window * 1_000_000), count]
        if not self._is_away():
            try:
                async with asyncio.timeout(REDIS_DEADLINE):
                    wait, worst, *told = await self._script(keys=[mark.key for mark in marks], args=arguments)
                if worst:
                    return Verdict(False, wait / 1e6, marks[worst - 1].rule)
                left = zip(marks, told[1::3], told[2::3], strict=True)
                return Verdict(
                    True,
                    rooms=tuple(Room(mark.rule, n, us / 1e6) for mark, n, us in left),
                    counted=tuple(told[::3]),
                )
            except (RedisError, OSError, TimeoutError):
                self._note_failure()
        return await self._fallback.hit(marks, member)

    async def forget(self, marks: Sequence[Mark], member: str) -> None:
        """See `Limiter`."""
        await self._fallback.forget(marks, member)
        if self._is_away():
            return
        try:
            async with asyncio.timeout(REDIS_DEADLINE), self._redis.pipeline(transaction=False) as pipeline:
                for mark in marks:
                    pipeline.zrem(mark.key, member)
                await pipeline.execute()
        except (RedisError, OSError, TimeoutError):
            self._note_failure()

    async def clear(self, marks: Sequence[Mark]) -> None:
        """See `Limiter`."""
        await self._fallback.clear(marks)
        if self._is_away():
            return
        try:
            async with asyncio.timeout(REDIS_DEADLINE):
                await self._redis.delete(*(mark.key for mark in marks))
        except (RedisError, OSError, TimeoutError):
            self._note_failure()

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _note_failure(self) -> None:
        self._away_until = time.monotonic() + REDIS_PAUSE


async def require(limiter: Limiter, *marks: Mark) -> tuple[Room, ...]:
    """Count a hit, or refuse it; what each mark's limit has left.

    Raises:
        TooManyRequests: with `retry_after`; nothing was counted, so asking again does not make it longer.
    """
    verdict = await limiter.hit(marks, secrets.token_hex(8))
    if not verdict.allowed:
        raise refuse(verdict)
    return verdict.rooms


def refuse(verdict: Verdict) -> TooManyRequests:
    """A verdict against a request, in words."""
    return _too_many(verdict, "Too many requests.")


ACCOUNT_SHORT = RateLimit("login-account", limit=5, window=15 * 60)
ACCOUNT_LONG = RateLimit("login-account-hour", limit=100, window=60 * 60)
ADDRESS_SHORT = RateLimit("login-address", limit=50, window=15 * 60)
"""Ten people behind one office address may each use up their own five."""


@dataclass(frozen=True)
class Attempt:
    """A sign-in under way, counted as failed until it succeeds."""

    member: str
    account: tuple[Mark, Mark]
    address: Mark


class LoginLimiter:
    """At most 5 failed sign-ins per account in 15 minutes and 100 in an hour, and 50 per address (S9).

    An attempt is counted before the password is looked at: a hundred at once cannot all find the counter at
    zero. Unknown accounts are counted alike, so a refusal tells nothing about them.
    """

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    async def admit(self, account: str, address: str) -> Attempt:
        """Let an attempt for an e-mail address from an IP address begin.

        Raises:
            TooManyRequests: code `sign_in_limited`, with `retry_after`.
        """
        subject = _hidden(account.strip().casefold())
        marks = (Mark(ACCOUNT_SHORT, subject), Mark(ACCOUNT_LONG, subject))
        attempt = Attempt(secrets.token_hex(8), marks, Mark(ADDRESS_SHORT, address_subject(address)))
        verdict = await self._limiter.hit([*marks, attempt.address], attempt.member)
        if not verdict.allowed:
            raise _too_many(verdict, "Too many failed sign-ins.", code="sign_in_limited")
        return attempt

    async def succeeded(self, attempt: Attempt) -> None:
        """Take the attempt back, and the account's recent failures: they were the person's own typing.

        The failures of the hour stay, so signing in now and then does not reopen the door for a guesser.
        """
        await self._limiter.forget([*attempt.account, attempt.address], attempt.member)
        await self._limiter.clear([attempt.account[0]])


def account_subject(account: str) -> str:
    """Return what to count an account by: a digest of its address."""
    return _hidden(account.strip().casefold())


def address_subject(address: str) -> str:
    """Return what to count an IP address by: itself, or the /64 of IPv6, which one subscriber has whole."""
    try:
        ip = ip_address(address)
    except ValueError:
        return _hidden(address)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(IPv6Address(int(ip) >> 64 << 64))
    return str(ip)


def _hidden(subject: str) -> str:
    # Keys in Redis hold no address of a person (S19).
    return hashlib.sha256(subject.encode()).hexdigest()[:32]


def _too_many(verdict: Verdict, sentence: str, code: str | None = None) -> TooManyRequests:
    wait = math.ceil(verdict.retry_after)
    refused = TooManyRequests(f"{sentence} Try again in {wait} s.", code=code, retry_after=float(wait))
    refused.room = Room(verdict.rule, 0, verdict.retry_after) if verdict.rule else None
    return refused
