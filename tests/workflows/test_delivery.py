"""Every message is taken exactly once and in order, whatever becomes of the rings and of the activities."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio import activity

from omnisupport import temporal
from omnisupport.activities.turns import TurnActivities
from omnisupport.domain.conversation import Committed, Ring
from omnisupport.scenario_dsl import Inbound
from tests.reliability.checker import check, check_all
from tests.support.tenants import ECHO
from tests.workflows.chat import Chat
from tests.workflows.scenarios import scenario
from tests.workflows.shelf import ANSWER
from tests.workflows.stage import Stage, StageAdapters

BURST = 300
AT_ONCE = 25
LONG_TASK = timedelta(seconds=10)
"""The product's 3 s leave 2.4 s for 300 signals, which a machine of two busy cores does not take in. What a task
does when it ends does not depend on how long it may last."""
HELD_AT_MOST_S = 7.0
"""Below four fifths of the task timeout: past that the SDK reports half-way and no signal is buffered."""


class SlowCommit(TurnActivities):
    """Holds the commit of the second turn up, before or after it has written, and notes every call."""

    def __init__(self, plain: TurnActivities, *, before: bool) -> None:
        self.__dict__.update(plain.__dict__)
        self.calls: list[tuple[int, int]] = []
        self.held = asyncio.Event()
        self.go_on = asyncio.Event()
        self._before = before

    @activity.defn
    async def commit_turn(self, body: bytes) -> Committed:
        """The product's commit, late."""
        turn = json.loads(body)
        self.calls.append((turn["turn"], turn["cursor"]))
        slow = turn["turn"] == 1 and not self.held.is_set()
        if slow and self._before:
            await self._hold()
        committed = await super().commit_turn(body)
        if slow and not self._before:
            await self._hold()
        return committed

    async def _hold(self) -> None:
        self.held.set()
        await asyncio.wait_for(self.go_on.wait(), HELD_AT_MOST_S)


@pytest.mark.parametrize("before", [True, False], ids=["before it writes", "after it has written"])
async def test_300_messages_during_a_local_activity_are_each_taken_once(
    stage: Stage, before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many signals make the engine fail the task and run the activity again, with more in hand."""
    monkeypatch.setattr(temporal, "TASK_TIMEOUT", LONG_TASK)
    tenant = await stage.tenant(ECHO)
    made: list[SlowCommit] = []

    def slow(adapters: StageAdapters) -> TurnActivities:
        made.append(SlowCommit(adapters.plain_turns(), before=before))
        return made[0]

    async with stage.working(sandboxed=False, turns=slow):
        chat = await stage.chat(tenant)
        await chat.ask("[0]")
        await chat.say("[1]")
        await made[0].held.wait()
        for first in range(2, BURST, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, BURST))
            await asyncio.gather(*(chat.say(f"[{number}]") for number in numbers))
        made[0].go_on.set()
        await chat.quiet()
    again = [cursor for turn, cursor in made[0].calls if turn == 1]
    assert len(again) >= 2, "the activity ran once: this run proves nothing"
    assert again[-1] > again[0], "the second run had no more in hand than the first"
    history = await chat.history()
    assert len(history.acks) == BURST
    assert [str(violation) for violation in check(history)] == []


async def test_rings_that_are_lost_repeated_late_or_without_text_change_nothing(stage: Stage) -> None:
    """Twelve conversations of twenty messages; each ring is dropped, doubled, emptied or shuffled by chance."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    tenant = await stage.tenant(ECHO)
    async with stage.working():
        chats = await stage.chats(tenant, 12)
        await asyncio.gather(*(_ring_badly(chat, random.Random(dice.random())) for chat in chats))
        for chat in chats:
            await chat.quiet()
        histories = [await chat.history() for chat in chats]
    assert [str(violation) for violation in check_all(histories)] == []


async def _ring_badly(chat: Chat, dice: random.Random) -> None:
    rings: list[Ring] = []
    for number in range(20):
        accepted = await chat.accept(f"[{number}]")
        message = accepted["message"]
        ring = Ring(seq=message["seq"], prev=accepted["prev"], text=message["text"])
        if dice.random() < 0.2:
            ring = replace(ring, text=None)
        rings += [ring] * dice.choice([0, 1, 1, 1, 2])
        if dice.random() < 0.4:
            dice.shuffle(rings)
            for one in rings:
                await chat.ring_for(one)
            rings = rings[: dice.randrange(3)]
    await chat.ring_for(Ring(seq=chat.acks[-1].seq))


@pytest.mark.parametrize("follows", [True, False], ids=["in its place", "out of its place"])
async def test_a_ring_for_a_message_that_does_not_exist_is_forgotten(stage: Stage, follows: bool) -> None:
    """A database restored from a backup may be behind the engine: nothing is answered that was never stored."""
    tenant = await stage.tenant(ECHO)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]")
        await chat.ring_for(Ring(seq=900, prev=1 if follows else 400, text="[никогда]"))
        await asyncio.sleep(1)
        turns = (await chat.row()).turn
        await asyncio.sleep(0.5)
        assert (await chat.row()).turn == turns <= 3, "the conversation turns in a circle"
        await chat.ask("[2]")
    assert [str(violation) for violation in check(await chat.history())] == []
    assert await chat.texts() == ["эхо: [1]", "эхо: [2]"]


async def test_a_message_of_every_length_is_answered(stage: Stage) -> None:
    """Above 4 KiB the ring carries no text and the workflow reads the row."""
    tenant = await stage.tenant(ECHO)
    async with stage.working():
        chat = await stage.chat(tenant)
        for number, text in enumerate(["а" * 2047, "б" * 2049, "в" * 1490]):
            await chat.ask(f"[{number}] {text}")
    echoes = [text for text in await chat.texts() if text.startswith("эхо")]
    assert len(echoes) == 3


class SlowRead(TurnActivities):
    """Holds back that a read has found nothing."""

    def __init__(self, plain: TurnActivities) -> None:
        self.__dict__.update(plain.__dict__)
        self.looked = asyncio.Event()
        self.go_on = asyncio.Event()

    @activity.defn
    async def read_inbound(self, after: int) -> list[Inbound]:
        """The product's read, late."""
        found = await super().read_inbound(after)
        if not found:
            self.looked.set()
            await asyncio.wait_for(self.go_on.wait(), HELD_AT_MOST_S)
        return found


async def test_a_ring_that_comes_while_the_rows_are_read_is_not_forgotten(stage: Stage) -> None:
    """The read found nothing, and by the time it says so there is something; no sweeper heals it here."""
    made: list[SlowRead] = []

    def slow(adapters: StageAdapters) -> TurnActivities:
        made.append(SlowRead(adapters.plain_turns()))
        return made[0]

    tenant = await stage.tenant(ECHO)
    async with stage.working(sandboxed=False, turns=slow):
        chat = await stage.chat(tenant)
        await chat.ask("[1]")
        await chat.ring_for(Ring(seq=900, prev=400))
        await asyncio.wait_for(made[0].looked.wait(), HELD_AT_MOST_S)
        await chat.say("[2]")
        # Past four fifths of the task timeout the SDK reports half-way, and the signal gets in.
        await asyncio.sleep(temporal.TASK_TIMEOUT.total_seconds())
        made[0].go_on.set()
        await chat.quiet()
    assert await chat.texts() == ["эхо: [1]", "эхо: [2]"]


async def test_a_run_that_is_rung_for_the_second_message_answers_the_first_by_its_own_scenario(
    stage: Stage,
) -> None:
    """The first read finds out who takes the message that rang; it must not be taken for the one before it."""
    tenant = await stage.tenant(*(_once(word) for word in ("чай", "кружки")))
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.accept("чай")
        await chat.ring(await chat.accept("кружки") | {"ring": True})
        await chat.until_said(count=2)
        await chat.quiet()
    assert await chat.texts() == ["про чай", "про кружки"]


def _once(word: str) -> str:
    return scenario(
        {"чай": "tea", "кружки": "mugs"}[word],
        f"""
triggers:
  - {{id: word, type: keyword, any: [{word}]}}
start: say
nodes:
  say: {{type: message, content: [{{text: {{ru: "про {word}", en: "about {word}"}}}}], next: done}}
  done: {{type: end, outcome: told}}
""",
    )


async def test_questions_that_waited_for_the_worker_are_answered_one_by_one(stage: Stage) -> None:
    """Fragments belong together when they were typed together, not because nobody was there to answer."""
    tenant = await stage.tenant()
    chat = await stage.chat(tenant)
    stage.shelf.asked.clear()
    await chat.say("сколько стоит")
    await chat.say("доставка?")
    await asyncio.sleep(1)
    await chat.say("а доставка за рубеж?")
    async with stage.working():
        said = await chat.until_said(count=2)
        await chat.quiet()
    assert [row["text"] for row in said] == [ANSWER, ANSWER]
    assert stage.shelf.asked[-2:] == ["сколько стоит\nдоставка?", "а доставка за рубеж?"]
