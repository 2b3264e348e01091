"""A conversation lives over many runs of its workflow: it goes on, closes, and begins again."""

from __future__ import annotations

import asyncio
import random
import time
from uuid import UUID

import pytest
from temporalio.client import WorkflowExecutionStatus

from omnisupport import temporal
from omnisupport.storage.queries.inbox import Inbox
from tests.reliability.checker import check, check_all
from tests.support.tenants import ECHO, publish_again
from tests.workflows.budget import runs_of
from tests.workflows.chat import OLGA, Chat, all_quiet, until
from tests.workflows.scenarios import FORM, MENU, ORDER, PARROT, SILENT
from tests.workflows.shelf import ANSWER
from tests.workflows.shop import Shop
from tests.workflows.stage import Stage


async def test_continuing_as_new_every_50_turns_loses_nothing(stage: Stage) -> None:
    """Two visitors write without waiting for answers; their runs hand over in the middle of it."""
    tenant = await stage.tenant(ECHO)
    async with stage.working(sandboxed=False):
        chats = await stage.chats(tenant, 2)
        await asyncio.gather(*(_write_much(chat, 70, random.Random(n)) for n, chat in enumerate(chats)))
        await all_quiet(chats)
        histories = [await chat.history() for chat in chats]
        runs = [len(await runs_of(stage.client, chat.workflow_id)) for chat in chats]
    assert min(runs) >= 2, runs
    assert [str(violation) for violation in check_all(histories)] == []


def now_ms() -> int:
    """The time as operations name it."""
    return int(time.time() * 1000)


async def _write_much(chat: Chat, messages: int, dice: random.Random) -> None:
    for number in range(messages):
        seq = await chat.say(f"[{number}]")
        if dice.random() < 0.9:
            await chat.until_row(lambda row, seq=seq: row.cursor >= seq, f"message {seq} to be taken")  # type: ignore[misc]


async def test_a_held_conversation_continues_as_new_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator who answers for hours does not run into the engine's limits: commands count as turns."""
    monkeypatch.setattr("omnisupport.workflows.options.TURNS_PER_RUN", 5)
    tenant = await stage.tenant(PARROT)
    async with stage.working(sandboxed=False):
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("take_over")
        for number in range(15):
            await chat.reply(f"ответ {number}")
        await chat.do("hand_back")
        await chat.ask("[2]", count=2)
    assert len(await runs_of(stage.client, chat.workflow_id)) >= 3
    assert [str(violation) for violation in check(await chat.history())] == []


async def test_a_system_scenario_survives_continuing_as_new(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default answer asks whether to call a person; the visitor's choice comes in the next run."""
    monkeypatch.setattr("omnisupport.workflows.options.TURNS_PER_RUN", 1)
    tenant = await stage.tenant()
    async with stage.working(sandboxed=False):
        chat = await stage.chat(tenant)
        await chat.ask("какого цвета небо?")
        seq = await chat.press("Нет, спасибо")
        said = await chat.until_said(after=seq)
    assert len(await runs_of(stage.client, chat.workflow_id)) >= 2
    assert [row["text"] for row in said] == ["Хорошо. Если понадоблюсь, просто напишите."]
    assert (await chat.row()).controller == "assistant"


async def test_a_published_change_never_breaks_a_running_conversation(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run stays with its version: at once, in its workflow's next run, and for a worker that never met it."""
    monkeypatch.setattr("omnisupport.workflows.options.TURNS_PER_RUN", 2)
    tenant = await stage.tenant(FORM)
    async with stage.working(sandboxed=False):
        chats = await stage.chats(tenant, 2)
        for chat in chats:
            assert await chat.ask("здравствуйте") == ["сколько лет?"]
        await publish_again(stage.adapters.database, tenant.id, FORM.replace("почта?", "пароль?"))
        assert await chats[0].ask("тридцать") == ["нужно число"]
        assert await chats[0].ask("30") == ["почта?"]
    async with stage.working(sandboxed=False):
        assert await chats[0].ask("a@tea.example") == ["записал: 30, a@tea.example"]
        assert await chats[1].ask("40") == ["почта?"]
        newcomer = await stage.chat(tenant)
        await newcomer.ask("здравствуйте")
        assert await newcomer.ask("50") == ["пароль?"]
    assert len(await runs_of(stage.client, chats[0].workflow_id)) >= 2


@pytest.mark.parametrize("release", ["", ", release: redeliver"])
async def test_a_message_that_no_scenario_answers_gets_the_default_answer(stage: Stage, release: str) -> None:
    tenant = await stage.tenant(SILENT % release)
    async with stage.working():
        chat = await stage.chat(tenant)
        assert await chat.ask("сколько стоит доставка?") == [ANSWER]
        await chat.quiet()


async def test_ops_find_a_conversation_by_what_its_row_says(stage: Stage) -> None:
    """Also one that the sweeper or an operator has begun, which know nothing of scenario and status."""

    async def shown(chat: Chat, *wanted: str) -> None:
        async def look() -> bool | None:
            found = (await chat.handle.describe()).typed_search_attributes
            return True if (found.get(temporal.SCENARIO), found.get(temporal.STATUS)) == wanted else None

        await until(look, f"the search attributes {wanted}")

    tenant = await stage.tenant(FORM.replace("match: any", "match: first"))
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("здравствуйте")
        await shown(chat, "form", "open")
        await chat.handle.terminate("lost in a power cut")
        await chat.do("snooze", until=now_ms() + 60_000)
        await shown(chat, "form", "snoozed")
        await chat.say("позовите оператора")
        await chat.until_row(lambda row: row.controller == "operator", "a person")
        await shown(chat, "system:handoff", "open")
        other = await stage.chat(await stage.tenant())
        await other.ask("какого цвета небо?")
        await shown(other, "system:default_answer", "open")


@pytest.mark.parametrize("system", [False, True], ids=["a tenant's scenario", "a system scenario"])
async def test_a_conversation_whose_workflow_was_lost_goes_on_from_its_row(
    stage: Stage, system: bool
) -> None:
    """A power cut may cost the embedded engine its last moments: the row is the truth."""
    tenant = await stage.tenant(*([] if system else [MENU]))
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("какого цвета небо?", count=1 if system else 2)
        await chat.handle.terminate("lost in a power cut")
        seq = await chat.press("Нет, спасибо" if system else "Чай")
        said = await chat.until_said(after=seq)
    assert said[0]["text"] == ("Хорошо. Если понадоблюсь, просто напишите." if system else "вот чай")


async def test_a_call_is_sent_out_again_when_its_workflow_was_lost(stage: Stage, shop: Shop) -> None:
    tenant = await stage.tenant(ORDER)
    await stage.connect_shop(tenant.id, shop.url)
    shop.open.clear()
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.say("где заказ?")
        await shop.until_asked()
        await chat.until_said()
        await chat.handle.terminate("lost in a power cut")
        shop.open.set()
        await chat.say("ау")
        await chat.until_said(count=3)
    assert (await chat.texts())[:2] == ["ищу", "заказ: в пути"]


async def test_a_resolved_conversation_ends_its_workflow_and_a_later_message_starts_the_same_id(
    stage: Stage,
) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        first = (await chat.handle.describe()).run_id
        await chat.do("resolve")
        await chat.ended()
        own = chat.conversation_id
        await chat.ask("[2]", count=2)
        assert chat.conversation_id == own
        second = await chat.handle.describe()
    assert second.run_id != first
    assert second.status == WorkflowExecutionStatus.RUNNING
    assert [str(violation) for violation in check(await chat.history())] == []


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "not seen"])
async def test_a_last_word_that_the_operator_has_seen_needs_no_bot(stage: Stage, seen: bool) -> None:
    """«Спасибо!» after his reply, which he read and then resolved; one that he did not see is answered."""
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("take_over")
        await chat.reply("готово")
        seq = await chat.say("спасибо!")
        if seen:
            inbox = Inbox(stage.adapters.database)
            assert await inbox.mark_seen(tenant.id, UUID(chat.conversation_id), seq, UUID(OLGA.id))
        await chat.do("resolve")
        if seen:
            await chat.ended()
        else:
            await chat.until_said(count=5)
    assert (await chat.texts())[2:] == (["готово"] if seen else ["готово", "эхо: спасибо!", "что ещё?"])
    assert (await chat.row()).status == ("resolved" if seen else "open")


async def test_an_operator_opens_a_resolved_conversation_again(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.do("resolve")
        await chat.ended()
        await chat.do("reopen")
        row = await chat.row()
        assert (row.status, row.controller) == ("open", "operator")
        await chat.reply("я ещё кое-что нашла")
        await chat.do("hand_back")
        await chat.ask("[2]", count=2)
    assert await chat.events() == ["resolved", "reopened", "handed_back"]
    assert [str(violation) for violation in check(await chat.history())] == []


async def test_messages_that_race_the_close_are_all_answered(stage: Stage) -> None:
    """Resolve and write at the same moment, many times over: whichever comes first, every message has its answer."""
    tenant = await stage.tenant(PARROT)
    dice = random.Random(7)
    async with stage.working(sandboxed=False):
        chats = await stage.chats(tenant, 8)
        await asyncio.gather(*(_race(chat, random.Random(dice.random())) for chat in chats))
        await all_quiet(chats)
        histories = [await chat.history() for chat in chats]
    assert sum(row.author == "resolved" for history in histories for row in history.rows) >= 20
    assert [str(violation) for violation in check_all(histories)] == []


async def _race(chat: Chat, dice: random.Random) -> None:
    await chat.say("[begin]")
    for number in range(6):
        await chat.quiet()
        writing = _later(dice.uniform(0, 0.03), chat, f"[{number}]")
        resolving = asyncio.gather(chat.do("resolve"), return_exceptions=True)
        await asyncio.gather(writing, resolving)


async def _later(delay: float, chat: Chat, text: str) -> None:
    await asyncio.sleep(delay)
    await chat.say(text)
