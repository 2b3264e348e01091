"""What happens when nobody writes: reminders, timeouts, queues and snoozes, on a clock that the test moves."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from omnisupport.errors import Conflict
from tests.workflows.scenarios import FORM, PARROT, PEOPLE, REMIND
from tests.workflows.skipping import SkippingStage


async def test_a_reminder_and_then_the_timeout_close_a_silent_conversation(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(REMIND)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        assert await chat.ask("привет") == ["вы ещё здесь?"]
        await skipping.pass_time(minutes=9)
        assert len(await chat.texts()) == 1
        await skipping.pass_time(minutes=2)
        await chat.until_said(count=2)
        await skipping.pass_time(minutes=50)
        await chat.until_said(count=3)
        await chat.ended()
    assert await chat.texts() == ["вы ещё здесь?", "напоминаю", "закрываю"]
    assert (await chat.row()).status == "resolved"


async def test_an_answer_moves_reminder_and_timeout(skipping: SkippingStage) -> None:
    """The timer of the first question fires into a state that has gone on, and says nothing."""
    tenant = await skipping.tenant(REMIND)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("привет")
        await skipping.pass_time(minutes=9)
        await chat.ask("я тут", count=2)
        await skipping.pass_time(minutes=9)
        assert (await chat.texts())[1:] == ["спасибо", "вы ещё здесь?"]
        await skipping.pass_time(minutes=2)
        await chat.until_said(count=4)
    assert (await chat.texts())[3] == "напоминаю"


async def test_timers_survive_continuing_as_new(
    skipping: SkippingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omnisupport.workflows.options.TURNS_PER_RUN", 2)
    tenant = await skipping.tenant(REMIND)
    async with skipping.working(sandboxed=False):
        chat = await skipping.chat(tenant)
        await chat.ask("привет")
        first = (await chat.handle.describe()).run_id
        for number in range(3):
            await chat.ask(f"ход {number}", count=2)
        assert (await chat.handle.describe()).run_id != first
        await skipping.pass_time(minutes=11)
        said = await chat.until_said(count=8)
    assert said[-1]["text"] == "напоминаю"


async def test_the_bots_timers_are_silent_while_an_operator_holds(skipping: SkippingStage) -> None:
    """Neither reminder nor timeout of the bot's question reaches a customer who talks to a person."""
    tenant = await skipping.tenant(REMIND)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("привет")
        await chat.do("take_over")
        await skipping.pass_time(hours=3)
        assert await chat.texts() == ["вы ещё здесь?"]
        row = await chat.row()
        assert (row.status, row.controller) == ("open", "operator")


async def test_a_question_that_timed_out_while_held_is_handled_after_hand_back(
    skipping: SkippingStage,
) -> None:
    tenant = await skipping.tenant(REMIND)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("привет")
        await chat.do("take_over")
        await skipping.pass_time(hours=3)
        await chat.do("hand_back")
        await skipping.pass_time(hours=2)
        await chat.ended()
    assert (await chat.texts())[-1] == "закрываю"


async def test_a_queue_where_nobody_comes_is_said(skipping: SkippingStage) -> None:
    """Nobody holds the conversation yet, so the scenario may still speak; it stays in the operators' list."""
    tenant = await skipping.tenant(PEOPLE)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("помогите")
        await chat.until_row(lambda row: row.controller == "operator", "the handoff")
        await skipping.pass_time(hours=2, minutes=1)
        await chat.until_row(lambda row: row.state is None, "the end of the scenario")
    row = await chat.row()
    assert (row.controller, row.assignee_id) == ("operator", None)
    assert await chat.texts() == ["зову человека", "никто не пришёл"]


async def test_a_snoozed_conversation_wakes_at_its_time(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(PARROT)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("take_over")
        await chat.do("snooze", until=await _in(skipping, hours=5))
        row = await chat.row()
        assert (row.status, row.snoozed_until is not None) == ("snoozed", True)
        await skipping.pass_time(hours=4)
        assert (await chat.row()).status == "snoozed"
        await skipping.pass_time(hours=2)
        row = await chat.until_row(lambda row: row.status == "open", "the waking")
    assert (row.controller, row.snoozed_until) == ("operator", None)
    assert await chat.events() == ["taken_over", "snoozed", "woken"]


async def test_a_snoozed_conversation_wakes_when_the_customer_writes(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(PARROT)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("take_over")
        await chat.do("snooze", until=await _in(skipping, hours=5))
        await chat.say("[2]")
        row = await chat.until_row(lambda row: row.status == "open", "the waking")
        assert row.controller == "operator"
        await skipping.pass_time(hours=6)
        assert (await chat.events()).count("woken") == 1
    assert (await chat.texts())[2:] == []


async def test_snoozing_into_the_past_is_refused(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(PARROT)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("[1]", count=2)
        with pytest.raises(Conflict) as refused:
            await chat.do("snooze", until=await _in(skipping, hours=-1))
    assert refused.value.code == "until_past"


async def test_a_form_gives_up_after_its_retries(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(FORM)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("привет")
        await chat.ask("много")
        await chat.ask("сто")
        await chat.ask("никак")
        await chat.until_row(lambda row: row.state is None, "the end of the form")
    assert await chat.texts() == ["сколько лет?", "нужно число", "нужно число", "не вышло"]


async def _in(skipping: SkippingStage, **duration: float) -> int:
    now = await skipping.environment.get_current_time()
    return int((now.replace(tzinfo=now.tzinfo or UTC) + timedelta(**duration)).timestamp() * 1000)
