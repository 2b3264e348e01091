"""The shape of a load and what came of it: the same for the product, the floor and no engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

TURNS_PER_CONVERSATION = 20
TEXT = (
    "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ: я жду уже третий день, "
    "а в письме обещали доставить вчера"
)
"""What a customer writes: 120 characters of Russian."""
TURN_DEADLINE_S = 30.0


@dataclass(frozen=True)
class Pace:
    """`slots` people at once, each writing `pause_ms` after the answer came, for `seconds`.

    With `whole`, a person stops at the end of a conversation only: what a start costs then is shared by all of
    its 20 turns, as in life, whatever the speed of the machine.
    """

    slots: int
    seconds: float
    pause_ms: int = 0
    whole: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As an order to a helper."""
        return asdict(self)


@dataclass
class Tally:
    """Turns that were answered, and those that were not within 30 s."""

    latencies: list[float] = field(default_factory=list)
    unanswered: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As an answer of a helper; latencies in ms, in the order in which the answers came."""
        return {
            "turns": len(self.latencies),
            "seconds": self.seconds,
            "unanswered": self.unanswered,
            "latencies": [round(each, 3) for each in self.latencies],
        }


async def keep_pace(pace: Pace, turn: Callable[[int], Awaitable[bool]]) -> Tally:
    """Let every slot take turns until the time is over; each finishes the turn that it has begun.

    `turn(slot)` takes one turn; false says that this slot has nothing left to do.
    """
    tally = Tally()
    began = time.perf_counter()
    end = began + pace.seconds

    async def slot(number: int) -> None:
        if pace.pause_ms:
            await asyncio.sleep(pace.pause_ms / 1000 * number / pace.slots)
        for number_of_turn in count(1):
            start = time.perf_counter()
            try:
                async with asyncio.timeout(TURN_DEADLINE_S):
                    if not await turn(number):
                        return
                tally.latencies.append((time.perf_counter() - start) * 1000)
            except TimeoutError:
                tally.unanswered += 1
            may_stop = not pace.whole or number_of_turn % TURNS_PER_CONVERSATION == 0
            if may_stop and time.perf_counter() >= end:
                return
            if pace.pause_ms:
                await asyncio.sleep(pace.pause_ms / 1000)

    await asyncio.gather(*(slot(number) for number in range(pace.slots)))
    tally.seconds = time.perf_counter() - began
    return tally
