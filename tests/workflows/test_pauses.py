"""Messages that are said after a pause: durable, silent once people have the conversation, and as cheap as a wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson

from omnisupport.storage.redis import channel_of, connect
from tests.support.tenants import TestTenant
from tests.workflows.budget import Cost, cost_of
from tests.workflows.chat import Chat, until
from tests.workflows.scenarios import LATE, scenario
from tests.workflows.skipping import SkippingStage
from tests.workflows.stage import Stage

WAITS = scenario(
    "waits",
    """
triggers:
  - {id: any, type: message, match: any}
start: soon
nodes:
  soon: {type: message, text: сейчас посмотрю, next: pause}
  pause: {type: wait, for: 2s, on_message: queue, next: found}
  found: {type: message, text: нашёл, next: ask}
  ask:
    type: ask
    text: помогло?
    input: {kind: text}
    timeout: 1h
    next: done
    exits: {timeout: done, invalid: done}
  done: {type: end, outcome: helped}
""",
)
SAID = ["сейчас посмотрю", "нашёл", "помогло?"]


async def paused(chat: Chat) -> None:
    await chat.ask("вопрос")
    assert await chat.texts() == SAID[:1]


async def test_a_message_comes_after_its_pause_and_what_was_written_in_it_is_answered(
    skipping: SkippingStage,
) -> None:
    tenant = await skipping.tenant(LATE.replace("typing: true", "delay: 50s"))
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await paused(chat)
        await chat.say("да, спасибо")
        await chat.quiet()
        await skipping.pass_time(seconds=45)
        assert await chat.texts() == SAID[:1]
        await skipping.pass_time(seconds=10)
        assert (await chat.until_said(count=4))[-1]["text"] == "ответ: да, спасибо"
    assert await chat.texts() == [*SAID, "ответ: да, спасибо"]


async def test_a_worker_that_dies_in_the_pause_loses_nothing(stage: Stage) -> None:
    tenant = await stage.tenant(LATE)
    async with stage.working():
        chat = await stage.chat(tenant)
        await paused(chat)
    await asyncio.sleep(2.5)
    assert await chat.texts() == SAID[:1]
    async with stage.working():
        await chat.until_said(count=3)
        assert await chat.texts() == SAID


async def test_an_operator_who_takes_over_in_the_pause_silences_it(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(LATE.replace("typing: true", "delay: 50s"))
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await paused(chat)
        await chat.do("take_over")
        await skipping.pass_time(minutes=5)
        assert await chat.texts() == SAID[:1]
        row = await chat.row()
        assert row.controller == "operator"


async def test_after_a_hand_back_the_bot_goes_on_with_what_it_was_about_to_say(
    skipping: SkippingStage,
) -> None:
    tenant = await skipping.tenant(LATE.replace("typing: true", "delay: 50s"))
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await paused(chat)
        await chat.do("take_over")
        await skipping.pass_time(minutes=5)
        await chat.do("hand_back")
        await chat.until_said(count=3)
    assert await chat.texts() == SAID


async def test_a_conversation_that_is_resolved_in_the_pause_hears_no_more(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(LATE.replace("typing: true", "delay: 50s"))
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await paused(chat)
        await chat.do("resolve", text="готово")
        await skipping.pass_time(minutes=5)
        assert await chat.texts() == SAID[:1]
        assert (await chat.row()).state is None


async def test_a_pause_costs_what_a_wait_costs(stage: Stage) -> None:
    async def cost(source: str) -> Cost:
        chat = await stage.chat(await stage.tenant(source))
        await paused(chat)
        await chat.until_said(count=3)
        return await cost_of(stage.client, chat.workflow_id)

    async with stage.working():
        waits, late = await cost(WAITS), await cost(LATE)
    assert late.events <= waits.events
    assert late.bytes <= waits.bytes + 200


async def test_the_commit_tells_that_somebody_writes_and_no_row_does(stage: Stage) -> None:
    tenant = await stage.tenant(LATE)
    async with stage.working(), hints(stage, tenant) as told:
        chat = await stage.chat(tenant)
        await paused(chat)
        await chat.until_said(count=3)
        shown = await until(lambda: _typing(told), "the sign")
    assert 0 < shown["typing"] <= 2_000
    assert (shown["k"], shown["c"]) == ("commit", chat.conversation_id)
    assert len([hint for hint in told if "typing" in hint]) == 1
    assert "typing" not in orjson.dumps([row["content"] for row in await chat.rows()]).decode()


async def test_a_text_that_speaks_of_typing_shows_nothing(stage: Stage) -> None:
    tenant = await stage.tenant(LATE.replace("сейчас посмотрю", "'\"typing\": 4102444800000'"))
    async with stage.working(), hints(stage, tenant) as told:
        chat = await stage.chat(tenant)
        await chat.ask("вопрос")
        await chat.until_said(count=3)
    assert len([hint for hint in told if "typing" in hint]) == 1


async def _typing(told: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((hint for hint in told if "typing" in hint), None)


@asynccontextmanager
async def hints(stage: Stage, tenant: TestTenant) -> AsyncIterator[list[dict[str, Any]]]:
    """What is told of the tenant's conversations meanwhile."""
    told: list[dict[str, Any]] = []
    client = connect(stage.settings.redis_url or "", blocking=True)
    async with client, client.pubsub(ignore_subscribe_messages=True) as wire:
        await wire.subscribe(channel_of(tenant.id))

        async def listen() -> None:
            async for message in wire.listen():
                told.append(orjson.loads(message["data"]))

        listening = asyncio.create_task(listen())
        try:
            yield told
        finally:
            listening.cancel()
