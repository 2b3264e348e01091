"""Slots of accounts and chats, on a real Redis: even, never above, kept for whom they were given to."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from uuid import UUID, uuid4

import pytest

from omnisupport.devstack.embedded import EmbeddedServers
from omnisupport.storage.pacing import SHARE, SendPacer, Slot
from omnisupport.storage.redis import connect


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of its own."""
    with EmbeddedServers(tmp_path_factory.mktemp("pacing") / "state", parts=("valkey",)) as servers:
        assert servers.urls.redis
        yield servers.urls.redis


@pytest.fixture
async def pacer(url: str) -> AsyncIterator[SendPacer]:
    """A pacer."""
    redis = connect(url)
    yield SendPacer(redis)
    await redis.aclose()


async def ask(
    pacer: SendPacer, channel: UUID, send: str, *, account: float = 10.0, chat: str = "c", soon_s: float = 0.0
) -> float:
    """The wait of a send of an account that sends so many a second."""
    slot = await pacer.reserve(channel, chat, send, account=account, per_chat=None, burst=1, soon_s=soon_s)
    return slot.wait_s


async def test_sends_of_many_workers_are_as_far_from_one_another_as_the_limit_says(pacer: SendPacer) -> None:
    channel = uuid4()
    waits = sorted(await asyncio.gather(*(ask(pacer, channel, f"{n}") for n in range(40))))
    apart = [later - earlier for earlier, later in itertools.pairwise(waits[1:])]
    assert min(apart) > 0.1 / SHARE - 0.03
    assert waits[-1] == pytest.approx(39 * 0.1 / SHARE, abs=0.1)


async def test_who_waits_has_his_turn_when_he_comes_again(pacer: SendPacer) -> None:
    channel = uuid4()
    await ask(pacer, channel, "at once")
    waits = [await ask(pacer, channel, f"{n}") for n in range(20)]
    again = [await ask(pacer, channel, f"{n}") for n in range(20)]
    assert all(later <= earlier for earlier, later in zip(waits, again, strict=True))
    assert await ask(pacer, channel, "new") > max(again)


async def test_a_slot_is_used_up_by_whom_it_is_soon_for(pacer: SendPacer) -> None:
    channel = uuid4()
    first = await ask(pacer, channel, "same", soon_s=60)
    second = await ask(pacer, channel, "same", soon_s=60)
    assert first == 0
    assert second > 0.05


async def test_a_slot_that_was_missed_is_given_anew(pacer: SendPacer) -> None:
    channel = uuid4()
    await ask(pacer, channel, "early", account=2)
    assert 0.3 < await ask(pacer, channel, "late", account=2) < 0.6
    await asyncio.sleep(1.8)
    crowd = [await ask(pacer, channel, f"{n}", account=2) for n in range(3)]
    assert await ask(pacer, channel, "late", account=2) > max(crowd)


async def test_nothing_leaves_in_a_pause_whoever_had_a_slot_in_it(pacer: SendPacer) -> None:
    channel, began = uuid4(), time.monotonic()
    for n in range(10):
        await ask(pacer, channel, f"{n}")
    await pacer.pause(channel, None, 2.0)
    left = 2.0 - (time.monotonic() - began) - 0.05
    waits = [await ask(pacer, channel, f"{n}") for n in range(10)]
    assert min(waits) > left
    assert len({round(wait, 2) for wait in waits}) == 10


async def into(pacer: SendPacer, channel: UUID, chat: str, send: str) -> Slot:
    """A slot of a busy account whose chats take one a second, three at once."""
    return await pacer.reserve(channel, chat, send, account=100, per_chat=1, burst=3, soon_s=60)


async def test_who_comes_late_to_his_slot_has_missed_it(pacer: SendPacer) -> None:
    channel = uuid4()
    left: list[float] = []

    async def send(number: int) -> None:
        limits = {"account": 20.0, "per_chat": None, "burst": 1, "patience_s": 5.0}
        assert await pacer.turn(channel, "c", f"{number}", **limits) == 0
        left.append(time.monotonic())

    async def halt() -> None:
        for _ in range(4):
            await asyncio.sleep(0.3)
            time.sleep(0.11)  # what keeps a busy processor from its timers

    await asyncio.gather(halt(), *(send(number) for number in range(40)))
    assert max(sum(1 for at in left if start <= at < start + 1) for start in left) <= 20


async def test_a_pause_of_a_chat_holds_no_other_chat_up(pacer: SendPacer) -> None:
    channel = uuid4()
    await pacer.pause(channel, "busy", 5.0)
    held = await into(pacer, channel, "busy", "one")
    assert held.wait_s > 4
    assert not held.is_taken
    assert (await into(pacer, channel, "quiet", "two")).wait_s < 0.1


async def test_a_shorter_pause_does_not_end_a_longer_one(pacer: SendPacer) -> None:
    channel = uuid4()
    await pacer.pause(channel, None, 5.0)
    await pacer.pause(channel, None, 0.1)
    assert await ask(pacer, channel, "any") > 4


async def test_a_chat_takes_a_few_at_once_and_then_one_by_one(pacer: SendPacer) -> None:
    channel = uuid4()
    slots = [await into(pacer, channel, "c", f"{n}") for n in range(5)]
    assert max(slot.wait_s for slot in slots[:3]) < 0.1
    assert [slot.is_taken for slot in slots] == [True, True, True, False, False]
    assert 0.9 < slots[3].wait_s < 1.2
    assert 1.9 < slots[4].wait_s < 2.3


async def test_who_waited_for_his_chat_leaves_when_that_is_due(pacer: SendPacer) -> None:
    channel = uuid4()
    for n in range(3):
        await into(pacer, channel, "c", f"{n}")
    waiting = await into(pacer, channel, "c", "fourth")
    await asyncio.sleep(waiting.wait_s)
    due = await into(pacer, channel, "c", "fourth")
    assert due.is_taken
    assert due.wait_s < 0.1
    after = await into(pacer, channel, "c", "fifth")
    assert 0.8 < after.wait_s < 1.2
