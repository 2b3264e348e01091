"""Operators and the bot share a conversation: who holds it speaks, and no message falls between them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

import pytest

from omnisupport.domain.conversation import Person
from omnisupport.errors import Conflict
from tests.reliability.checker import check, check_all
from tests.workflows.chat import IVAN, OLGA, Chat
from tests.workflows.scenarios import MENU, ORDER, PARROT, PEOPLE
from tests.workflows.shop import Shop
from tests.workflows.stage import Stage

pytestmark = pytest.mark.long

PROMPT = "что ещё?"
INTERLEAVINGS = 1000
CONVERSATIONS = 10
ROUNDS = INTERLEAVINGS // CONVERSATIONS


async def test_1000_interleavings_of_taking_over_handing_back_and_writing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None lost, none answered twice, none answered by the bot while the operator holds; across many runs."""
    monkeypatch.setattr("omnisupport.workflows.options.TURNS_PER_RUN", 20)
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    tenant = await stage.tenant(PARROT)
    async with stage.working(sandboxed=False):
        chats = await stage.chats(tenant, CONVERSATIONS)
        await asyncio.gather(*(_interleave(chat, random.Random(dice.random())) for chat in chats))
        histories = [await chat.history() for chat in chats]
    assert sum(len(history.holds) for history in histories) > INTERLEAVINGS // 4, (
        "hardly anything was taken over"
    )
    assert [str(violation) for violation in check_all(histories)] == []


async def _interleave(chat: Chat, dice: random.Random) -> None:
    """Rounds of messages and operator's actions, all at once with small delays; the bot has the last word."""
    await chat.say("[begin]")
    for round in range(ROUNDS):
        steps = [
            _after(dice.uniform(0, 0.02), chat.say(f"[{round}.{n}]"))
            for n in range(dice.choice([1, 1, 1, 2]))
        ]
        if dice.random() < 0.7:
            steps.append(_after(dice.uniform(0, 0.02), _take_over(chat)))
        if dice.random() < 0.7:
            steps.append(_after(dice.uniform(0, 0.04), _hand_back(chat)))
        if dice.random() < 0.1:
            steps.append(_after(dice.uniform(0, 0.04), chat.reply("это человек")))
        dice.shuffle(steps)
        await asyncio.gather(*steps)
    await _hand_back(chat)
    await chat.say("[end]")
    await chat.quiet()


async def _after(delay: float, step: Coroutine[Any, Any, Any]) -> None:
    await asyncio.sleep(delay)
    await step


async def _take_over(chat: Chat) -> None:
    await chat.do("take_over")


async def _hand_back(chat: Chat) -> None:
    [answer] = await asyncio.gather(chat.do("hand_back"), return_exceptions=True)
    if isinstance(answer, Exception) and not (isinstance(answer, Conflict) and answer.code == "not_held"):
        raise answer


async def test_a_taken_over_conversation_rings_nothing_and_keeps_every_message(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("take_over")
        before = (await chat.handle.describe()).history_length
        for number in range(2, 6):
            accepted = await chat.accept(f"[{number}]")
            assert accepted["ring"] is False
        await chat.reply("здравствуйте, это Ольга")
        assert (await chat.handle.describe()).history_length > before
        await chat.do("hand_back", text="всё решили")
        await chat.ask("[6]", count=2)
    history = await chat.history()
    assert [str(violation) for violation in check(history)] == []
    greeting = "здравствуйте, это Ольга"
    assert await chat.texts() == ["эхо: [1]", PROMPT, greeting, PROMPT, "эхо: [6]", PROMPT]


async def test_what_came_after_the_operators_last_reply_is_the_bots_next_turn(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("take_over")
        await chat.say("[2]")
        await chat.reply("это человек")
        await chat.say("[3]")
        await chat.do("hand_back")
        await chat.quiet()
    assert (await chat.texts())[2:] == ["это человек", "эхо: [3]", PROMPT]
    assert [str(violation) for violation in check(await chat.history())] == []


async def test_a_repeated_operation_counts_once(stage: Stage) -> None:
    """The console repeats a request that got no answer, under its own id."""
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await asyncio.gather(*(chat.do("take_over", id="once") for _ in range(5)))
        await asyncio.gather(
            *(chat.do("reply", id="word", text="привет", client_message_id="word") for _ in range(5))
        )
    assert (await chat.events()).count("taken_over") == 1
    assert (await chat.texts()).count("привет") == 1


async def test_a_conversation_that_somebody_holds_is_refused_to_others(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("take_over", by=OLGA)
        with pytest.raises(Conflict) as refused:
            await chat.do("take_over", by=IVAN)
        assert refused.value.code == "conversation_held"
        await chat.do("transfer", by=OLGA, assignee=IVAN, text="это к тебе")
        assert (await chat.row()).assignee_id == IVAN.id
        await chat.do("hand_back", by=IVAN)
        with pytest.raises(Conflict) as refused:
            await chat.do("hand_back", by=IVAN)
        assert refused.value.code == "not_held"


async def test_a_takeover_during_a_call_cuts_the_bot_off(stage: Stage, shop: Shop) -> None:
    """The answer of a call that was under way is never said; the operator's word is the last."""
    tenant = await stage.tenant(ORDER)
    await stage.connect_shop(tenant.id, shop.url)
    shop.open.clear()
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.say("где заказ?")
        await shop.until_asked()
        await chat.do("take_over")
        shop.open.set()
        await chat.reply("сейчас посмотрю сама")
        await asyncio.sleep(0.3)
    assert await chat.texts() == ["ищу", "сейчас посмотрю сама"]


@pytest.mark.parametrize("before", [[], ["и ещё вопрос"]])
async def test_a_wish_for_a_person_during_a_call_acts_at_once(
    stage: Stage, shop: Shop, before: list[str]
) -> None:
    tenant = await stage.tenant(ORDER)
    await stage.connect_shop(tenant.id, shop.url)
    shop.open.clear()
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.say("где заказ?")
        await shop.until_asked()
        for text in before:
            await chat.say(text)
        await asyncio.sleep(0.3)
        assert await chat.texts() == ["ищу"], "anything else waits for the call"
        assert (await chat.row()).cursor == 1
        await chat.say("позовите оператора")
        await chat.until_row(lambda row: row.controller == "operator", "a person")
        shop.open.set()
        await asyncio.sleep(0.3)
        assert "handoff" in await chat.events()
        assert not any("заказ:" in text for text in await chat.texts())
        assert (await chat.row()).last_in == (await chat.row()).cursor


async def test_a_wish_for_a_person_cuts_an_answer_off_that_nothing_was_said_for_yet(stage: Stage) -> None:
    """A question to the documents is uncommitted while it is looked up: one turn takes both messages."""
    tenant = await stage.tenant()
    stage.shelf.open.clear()
    async with stage.working():
        stage.shelf.open.clear()
        chat = await stage.chat(tenant)
        await chat.say("сколько стоит доставка?")
        await asyncio.sleep(0.5)
        await chat.say("позовите оператора")
        await chat.until_row(lambda row: row.controller == "operator", "a person")
        stage.shelf.open.set()
        await asyncio.sleep(0.3)
        row = await chat.row()
    assert (row.cursor, row.last_in) == (2, 2)
    assert "handoff" in await chat.events()


async def test_after_a_takeover_during_a_call_the_bot_still_answers(stage: Stage, shop: Shop) -> None:
    """The call was cut off by the fence; handed back, the conversation does not wait for it for ever."""
    tenant = await stage.tenant(ORDER)
    await stage.connect_shop(tenant.id, shop.url)
    shop.open.clear()
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.say("где заказ?")
        await shop.until_asked()
        await chat.do("take_over")
        shop.open.set()
        seq = await chat.say("ау")
        await chat.do("hand_back")
        said = await chat.until_said(after=seq)
    assert "заказ: в пути" in [row["text"] for row in said]


async def test_a_handoff_waits_for_people_and_goes_on_with_what_they_agreed(stage: Stage) -> None:
    tenant = await stage.tenant(PEOPLE)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("помогите")
        row = await chat.until_row(lambda row: row.controller == "operator", "the handoff")
        assert row.assignee_id is None
        await chat.say("алло")
        await chat.do("take_over")
        await chat.reply("чем помочь?")
        await chat.do("hand_back", text="вернули деньги")
        await chat.quiet()
    assert await chat.texts() == ["зову человека", "чем помочь?", "итог: вернули деньги"]
    assert await chat.events() == ["handoff", "taken_over", "handed_back"]


async def test_a_question_is_asked_again_when_the_operator_hands_back(stage: Stage) -> None:
    tenant = await stage.tenant(MENU)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("привет", count=2)
        await chat.do("take_over")
        await chat.reply("я тут")
        await chat.do("hand_back")
        await chat.until_said(after=6)
        await chat.press("Чай")
        await chat.until_said(after=8, count=2)
    assert (await chat.texts())[3:] == ["Что показать?", "вот чай", "Что показать?"]


async def test_an_operator_sees_no_bot_in_a_conversation_that_he_was_given(stage: Stage) -> None:
    """Assigning takes the conversation from the bot, and giving it to nobody leaves it with people."""
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("assign", assignee=IVAN)
        await chat.say("[2]")
        await chat.do("assign", assignee=None)
        row = await chat.row()
        assert (row.controller, row.assignee_id) == ("operator", None)
        await asyncio.sleep(0.2)
    assert await chat.texts() == ["эхо: [1]", PROMPT]


async def test_a_ring_that_raced_the_takeover_says_nothing_of_an_absent_operator(stage: Stage) -> None:
    """He took over a moment ago and is looking; a late signal is not a minute of neglect."""
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        accepted = await chat.accept("[2]")
        await chat.do("take_over")
        await chat.ring(accepted)
        await asyncio.sleep(0.3)
    assert await chat.events() == ["taken_over"]


async def test_notes_are_for_colleagues_and_leave_the_bot_in_control(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("reply", text="постоянный клиент", note=True, client_message_id="n1")
        await chat.ask("[2]", count=2)
    kinds = ["inbound", "outbound", "outbound", "note", "inbound", "outbound", "outbound"]
    assert [row["direction"] for row in await chat.rows()] == kinds
    assert (await chat.row()).controller == "scenario"


async def test_nobody_is_taken_from_a_conversation_of_the_bot(stage: Stage) -> None:
    """Assigned to nobody it would be no one's: the bot has it, and keeps it."""
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        with pytest.raises(Conflict) as refused:
            await chat.do("assign")
        assert refused.value.code == "not_held"
        assert await chat.ask("[2]", count=2) == ["эхо: [2]", PROMPT]


async def test_a_stop_word_during_a_hold_changes_nothing_that_the_operator_has(stage: Stage) -> None:
    """«Позовите оператора» to an operator who holds already: the bot stays silent."""
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("take_over")
        await chat.say("позовите оператора")
        await asyncio.sleep(0.3)
        row = await chat.row()
    assert (row.controller, row.assignee_id) == ("operator", OLGA.id)
    assert await chat.texts() == ["эхо: [1]", PROMPT]
    assert await chat.events() == ["taken_over"], "she has looked a moment ago"


def someone(number: int) -> Person:
    """An operator of a test."""
    return Person(id=f"00000000-0000-0000-0000-{number:012d}", name=f"Оператор {number}")


async def test_of_several_who_take_over_at_once_one_holds(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        answers = await asyncio.gather(
            *(chat.do("take_over", by=someone(number)) for number in range(10, 16)), return_exceptions=True
        )
    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(refused) == len(answers) - 1
    assert {one.code for one in refused} == {"conversation_held"}
    assert (await chat.events()).count("taken_over") == 1
