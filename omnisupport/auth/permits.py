"""Permits: hits that a process takes from Redis some in advance, so that most requests of a busy person ask nobody."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from omnisupport.auth.limits import Mark, RedisLimiter, Room, refuse

LIFE_S = 5.0
"""Seconds for which permits are good: with a window of a minute a limit lets at most a twelfth more through."""
SHARE = 50
"""A process has at most this part of a limit in hand; limits below it are counted one by one."""
MOST_SUBJECTS = 20_000


@dataclass
class Permits:
    """What is left of the last that were taken, how many those were, until when they are good; its room then."""

    left: int
    taken: int
    until: float
    room: Room


class PermitOffice:
    """Counts as `RedisLimiter` does, a handful at a time.

    A handful is one for who comes now and then, and doubles for who used the last one up in time. What is in hand
    was counted when it was taken, so many processes together never let more through than the limit.
    """

    def __init__(self, limiter: RedisLimiter, clock: Callable[[], float] = time.monotonic) -> None:
        self._limiter = limiter
        self._clock = clock
        self._in_hand: OrderedDict[str, Permits] = OrderedDict()

    async def require(self, *marks: Mark) -> tuple[Room, ...]:
        """Count a hit against every mark, or refuse it; what each limit has left. At most one round trip, mostly none.

        Raises:
            TooManyRequests: with `retry_after`.
        """
        now = self._clock()
        in_hand = [self._in_hand[mark.key] for mark in marks if self._has(mark, now)]
        missing = [mark for mark in marks if not self._has(mark, now)]
        for held in in_hand:
            held.left -= 1
        if missing:
            wanted = [self._handful(mark, now) for mark in missing]
            verdict = await self._limiter.take(missing, wanted, secrets.token_hex(8))
            if not verdict.allowed:
                for held in in_hand:
                    held.left += 1
                raise refuse(verdict)
            for mark, count, room in zip(missing, verdict.counted, verdict.rooms, strict=True):
                self._keep(mark, count, room, now)
        return tuple(self._room(self._in_hand[mark.key], now) for mark in marks)

    def _keep(self, mark: Mark, count: int, room: Room, now: float) -> None:
        """Put what was taken beside what another request may have taken meanwhile, less the one that is used."""
        until = now + LIFE_S
        if self._has(mark, now):
            held = self._in_hand[mark.key]
            count, until = count + held.left, min(until, held.until)
        self._in_hand[mark.key] = Permits(count - 1, count, until, room)
        self._in_hand.move_to_end(mark.key)
        while len(self._in_hand) > MOST_SUBJECTS:
            self._in_hand.popitem(last=False)

    def _room(self, held: Permits, now: float) -> Room:
        """What is in hand counts as room: it is as good as what is left in Redis."""
        passed = max(0.0, now - (held.until - LIFE_S))
        return Room(held.room.rule, held.room.remaining + held.left, max(0.0, held.room.reset - passed))

    def _has(self, mark: Mark, now: float) -> bool:
        held = self._in_hand.get(mark.key)
        return held is not None and held.left > 0 and now < held.until

    def _handful(self, mark: Mark, now: float) -> int:
        held = self._in_hand.get(mark.key)
        if held is None or now >= held.until:
            return 1
        return min(2 * held.taken, max(1, mark.rule.limit // SHARE))
