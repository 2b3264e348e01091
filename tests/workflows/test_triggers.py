"""Scenarios that begin by what happens and by the clock, and runs that wait for an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select
from temporalio.api.enums.v1 import EventType

from omnisupport import temporal
from omnisupport.activities.triggers import watch_triggers
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.occasions import News
from omnisupport.storage.access.events import take_event
from omnisupport.storage.queries.scenarios import PublishedScenarios
from omnisupport.storage.queries.triggers import Triggers
from omnisupport.storage.tables import Conversation, Customer, EventRow, ScenarioRun, TriggerDue
from tests.workflows.chat import Chat, until
from tests.workflows.scenarios import PARROT, scenario
from tests.workflows.stage import Stage

AFTER = """
omni: scenario/v1
id: after_the_end
kind: dialog
name: {ru: После, en: After}
channels: [widget]
locale: {default: ru, supported: [ru]}
reentry: {policy: once, per: customer}
triggers:
  - {id: resolved, type: event, event: conversation.resolved, when: "event.resolved_by == 'operator'"}
variables:
  score: {type: int, nullable: true}
start: rate
nodes:
  rate:
    type: csat
    scale: stars5
    text: Как мы справились?
    save_to: vars.score
    timeout: 1h
    next: thanks
    exits: {timeout: done, message: back}
  thanks: {type: message, text: "Спасибо за {{ vars.score | default('оценку') }}", next: done}
  back: {type: end, outcome: more, release: redeliver}
  done: {type: end, outcome: rated}
"""
PAID = scenario(
    "paying",
    """
triggers:
  - {id: word, type: keyword, any: [заплатить], priority: 10}
start: wait
nodes:
  wait:
    type: wait_event
    event: payment.succeeded
    match: "event.order == '17'"
    timeout: 1h
    next: thanks
    exits: {timeout: gone, message: gone}
  thanks: {type: message, text: Деньги пришли, next: done}
  gone: {type: message, text: Не дождались, next: done}
  done: {type: end, outcome: paid}
""",
)
NIGHTLY = """
omni: scenario/v1
id: nightly
kind: background
name: {ru: Ночью, en: Nightly}
locale: {default: ru, supported: [ru]}
triggers:
  - {id: leap, type: schedule, cron: "0 0 29 2 *"}
start: told
nodes:
  told: {type: emit, event: night.passed, next: done}
  done: {type: end, outcome: told}
"""


HEARS = """
omni: scenario/v1
id: hears
kind: background
name: {ru: Слышит, en: Hears}
locale: {default: ru, supported: [ru]}
triggers:
  - {id: rated, type: event, event: csat.submitted}
start: told
nodes:
  told: {type: emit, event: score.heard, next: done}
  done: {type: end, outcome: heard}
"""


BREAKS = scenario(
    "breaks",
    """
triggers:
  - {id: word, type: keyword, any: [сломайся], priority: 10}
start: shown
nodes:
  shown: {type: message, text: "{{ 10 / int('0') }}", next: done}
  done: {type: end, outcome: done}
""",
)
FAILS = HEARS.replace("id: hears", "id: alarm").replace("csat.submitted", "scenario.failed")


async def rows(stage: Stage, tenant_id: UUID, table: Any) -> list[Any]:
    """Every row of a table of a tenant."""
    async with stage.adapters.database.session(tenant_id) as session:
        return list((await session.exec(select(table).where(table.tenant_id == tenant_id))).all())


async def look(stage: Stage, tenant_id: UUID) -> None:
    """Ring, and wait until a look that began after it is over, however often it was tried."""
    handle = stage.client.get_workflow_handle(temporal.workflow_id(tenant_id, "triggers", "main"))
    assert await temporal.Bell(stage.client).ring_triggers(tenant_id)

    async def looked() -> bool | None:
        events = (await handle.fetch_history()).events
        rung = max(
            event.event_id
            for event in events
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
        )
        ended = events[-1].event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
        done = [event.activity_task_completed_event_attributes.scheduled_event_id for event in events]
        return True if ended or max(done) > rung else None

    await until(looked, "the triggers have looked")


async def texts(chat: Chat) -> list[str]:
    return [row["text"] for row in await chat.rows()]


async def said(chat: Chat, text: str) -> None:
    async def look() -> bool | None:
        return text in await texts(chat) or None

    await until(look, f"said: {text}")


async def test_a_score_is_asked_for_after_the_end_and_only_once(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT, AFTER, HEARS)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await look(stage, tenant.id)
        await chat.ask("раз", count=2)
        await chat.do("take_over")
        await chat.do("resolve")
        await look(stage, tenant.id)
        await said(chat, "Как мы справились?")
        assert await chat.ask("5") == ["Спасибо за 5"]

        async def heard() -> bool | None:
            return [row.name for row in await rows(stage, tenant.id, EventRow)].count(
                "score.heard"
            ) == 1 or None

        await until(heard, "the score has begun a scenario")
        [conversation] = await rows(stage, tenant.id, Conversation)
        assert conversation.status == "resolved"
        await chat.ask("ещё вопрос", count=2)
        [conversation] = await rows(stage, tenant.id, Conversation)
        assert conversation.status == "open"
        await chat.do("take_over")
        await chat.do("resolve")
        await look(stage, tenant.id)
        await look(stage, tenant.id)
    assert (await texts(chat)).count("Как мы справились?") == 1


async def test_a_question_instead_of_a_score_opens_the_conversation_again(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT, AFTER)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await look(stage, tenant.id)
        await chat.ask("раз", count=2)
        await chat.do("take_over")
        await chat.do("resolve")
        await look(stage, tenant.id)
        await said(chat, "Как мы справились?")
        assert await chat.ask("а где мой заказ?", count=2) == ["эхо: а где мой заказ?", "что ещё?"]
        [conversation] = await rows(stage, tenant.id, Conversation)
        assert conversation.status == "open"


async def test_a_run_waits_for_an_event_of_its_customer(stage: Stage) -> None:
    tenant = await stage.tenant(PAID)
    async with stage.working(sandboxed=False):
        mine, other = await stage.chats(tenant, 2)
        await look(stage, tenant.id)
        for chat in (mine, other):
            await chat.say("хочу заплатить")
            await chat.quiet()
        async with stage.adapters.database.session(tenant.id) as session:
            found = await session.get_one(Conversation, (tenant.id, UUID(mine.conversation_id)))

        async def tell(event_id: str, order: str) -> None:
            await take_event(
                stage.adapters.database,
                tenant.id,
                SYSTEM,
                None,
                event_id=event_id,
                name="payment.succeeded",
                customer_id=found.customer_id,
                data={"order": order},
                source="api",
            )
            await look(stage, tenant.id)

        await tell("pay-1", "18")
        assert "Деньги пришли" not in await texts(mine)
        await tell("pay-2", "17")
        await said(mine, "Деньги пришли")
        assert "Деньги пришли" not in await texts(other)


async def test_a_schedule_fires_once_for_its_time(stage: Stage) -> None:
    tenant = await stage.tenant(NIGHTLY)
    async with stage.working(sandboxed=False):
        await look(stage, tenant.id)

        async def planned() -> TriggerDue | None:
            return next(iter(await rows(stage, tenant.id, TriggerDue)), None)

        due = await until(planned, "it is known when it fires")
        assert due.due_at > datetime.now(UTC)
        async with stage.adapters.database.session(tenant.id) as session:
            row = await session.get_one(TriggerDue, (tenant.id, due.scenario_id, due.trigger_id))
            row.due_at = datetime.now(UTC) - timedelta(hours=3)
            session.add(row)
        await look(stage, tenant.id)
        await look(stage, tenant.id)

        async def fired() -> bool | None:
            return (bool(await rows(stage, tenant.id, EventRow))) or None

        await until(fired, "the scheduled run has told its event")
    assert len(await rows(stage, tenant.id, ScenarioRun)) == 1
    assert len(await rows(stage, tenant.id, Customer)) == 0


async def test_what_happens_between_a_publish_and_the_first_look_begins_a_scenario(stage: Stage) -> None:
    """Nobody works while it happens; and when triggers have gone, what happens then is of the past for later ones."""
    tenant = await stage.tenant(HEARS)
    database, store = stage.adapters.database, Triggers(stage.adapters.database)
    await watch_triggers(PublishedScenarios(database), store, tenant.id)
    told = {"name": "csat.submitted", "customer_id": None, "known_by": None, "data": {}, "source": "api"}
    await take_event(database, tenant.id, SYSTEM, None, event_id="early", **told)
    async with stage.working(sandboxed=False):
        await temporal.Bell(stage.client).ring_triggers(tenant.id)

        async def heard() -> bool | None:
            return "score.heard" in [row.name for row in await rows(stage, tenant.id, EventRow)] or None

        await until(heard, "the early event has begun a scenario")
    await store.forget(tenant.id, datetime.now(UTC) - timedelta(minutes=1))
    await take_event(database, tenant.id, SYSTEM, None, event_id="seen", **told)
    assert "event:seen" in [each.id for each in (await store.news(tenant.id)).occasions], "looked at since"
    await store.forget(tenant.id, datetime.now(UTC) + timedelta(minutes=1))
    await take_event(database, tenant.id, SYSTEM, None, event_id="missed", **told)
    assert (await store.news(tenant.id)).occasions == []


THANKS = """
omni: scenario/v1
id: thanks
kind: dialog
name: {ru: Спасибо, en: Thanks}
channels: [widget]
locale: {default: ru, supported: [ru]}
triggers:
  - {id: resolved, type: event, event: conversation.resolved}
start: told
nodes:
  told: {type: message, text: Спасибо за разговор, next: done}
  done: {type: end, outcome: told}
"""


async def test_a_look_that_is_repeated_begins_nothing_again_though_the_conversation_went_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after it has begun the scenario, and the conversation has ended when the next one looks."""
    tenant = await stage.tenant(PARROT, THANKS)
    seen, failed = Triggers.seen, []

    async def dies_once(self: Triggers, tenant_id: UUID, news: News) -> None:
        if news.occasions and not failed:
            await said(chat, "Спасибо за разговор")
            await chat.ended()
            failed.append(news)
            raise RuntimeError("the worker died here")
        await seen(self, tenant_id, news)

    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await look(stage, tenant.id)
        await chat.ask("раз", count=2)
        await chat.do("take_over")
        monkeypatch.setattr(Triggers, "seen", dies_once)
        await chat.do("resolve")
        await look(stage, tenant.id)
        await look(stage, tenant.id)
    assert len(failed) == 1
    assert (await texts(chat)).count("Спасибо за разговор") == 1


async def test_what_happens_while_it_is_looked_at_is_news_of_the_next_look(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await stage.tenant(PARROT, THANKS)
    seen, resolved = Triggers.seen, []

    async def late(self: Triggers, tenant_id: UUID, news: News) -> None:
        if news.occasions and not resolved:
            resolved.append(await chat.do("resolve"))
        await seen(self, tenant_id, news)

    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await look(stage, tenant.id)
        await chat.ask("раз", count=2)
        monkeypatch.setattr(Triggers, "seen", late)
        await chat.do("take_over")
        await look(stage, tenant.id)
        await look(stage, tenant.id)
        await said(chat, "Спасибо за разговор")
    assert resolved


async def test_a_run_that_failed_begins_the_scenario_that_listens_for_that(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT, BREAKS, FAILS.replace("score.heard", "alarm.raised"))
    async with stage.working():
        [chat] = await stage.chats(tenant, 1)
        await look(stage, tenant.id)  # what happened before the first look is of the past
        await chat.say("сломайся")
        await chat.until_said(count=1)

        async def heard() -> list[ScenarioRun] | None:
            runs = await rows(stage, tenant.id, ScenarioRun)
            return [run for run in runs if run.mode == "event" and run.ended_at] or None

        [run] = await until(heard, "the alarm has ended")
        assert run.outcome == "heard"
        told = {row.name: row.data for row in await rows(stage, tenant.id, EventRow)}
        assert told["scenario.failed"] == {"scenario": "breaks", "code": "expr.value", "node": "shown"}
        assert "alarm.raised" in told
