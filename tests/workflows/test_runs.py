"""Scenarios that no message begins: in a conversation, beside one, or alone; and runs that move to a new version."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from omnisupport import temporal
from omnisupport.activities.runs import begin
from omnisupport.domain.conversation import Begin, Move, Moved
from omnisupport.domain.runs import Asked, Began
from omnisupport.scenario_dsl import compile_document, load_document
from omnisupport.scenario_dsl.planning import plan_migration
from omnisupport.storage.queries.runs import Runs
from omnisupport.storage.tables import Conversation, Customer, EventRow, ScenarioRun, ScenarioRunTurn
from tests.support.tenants import publish_again
from tests.workflows.chat import Chat, until
from tests.workflows.scenarios import HEAD, PARROT, scenario
from tests.workflows.stage import Stage

BACKGROUND = """
omni: scenario/v1
id: follow_up
kind: background
name: {ru: Вслед, en: Follow up}
locale: {default: ru, supported: [ru]}
variables:
  n: {type: int, default: 0}
on_error: {next: done}
start: count
nodes:
  count: {type: set, assign: {vars.n: "=vars.n + 1"}, next: pause}
  pause: {type: wait, for: 1s, on_message: queue, next: mark}
  mark: {type: tag, add: [followed], next: told}
  told: {type: emit, event: follow.done, data: {n: "=vars.n"}, next: done}
  done: {type: end, outcome: followed}
"""

CALLED = scenario(
    "called",
    """
triggers:
  - {id: api, type: event, event: custom.called}
variables:
  topic: {type: string, default: чае}
start: hello
nodes:
  hello: {type: message, text: "Поговорим о {{ vars.topic }}?", next: ask}
  ask:
    type: ask
    text: Да или нет?
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {timeout: bye, invalid: bye}
  bye: {type: message, text: Спасибо, next: done}
  done: {type: end, outcome: talked}
""",
)


async def rows(stage: Stage, tenant_id: UUID, table: Any) -> list[Any]:
    """Every row of a table of a tenant."""
    async with stage.adapters.database.session(tenant_id) as session:
        return list((await session.exec(select(table).where(table.tenant_id == tenant_id))).all())


async def ask_for(stage: Stage, tenant_id: UUID, **asked: Any) -> Began:
    bell = temporal.Bell(stage.client)
    return await begin(Runs(stage.adapters.database), bell, tenant_id, Asked(**asked))


async def ended(stage: Stage, tenant_id: UUID) -> ScenarioRun:
    async def look() -> ScenarioRun | None:
        own = [run for run in await rows(stage, tenant_id, ScenarioRun) if run.mode != "dialog"]
        return own[0] if own and own[0].ended_at is not None else None

    found: ScenarioRun = await until(look, "the run has ended")
    return found


async def test_a_background_run_waits_acts_on_its_conversation_and_begins_once(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT, BACKGROUND)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await chat.say("привет")
        await chat.quiet()
        [customer] = await rows(stage, tenant.id, Customer)
        asked = {
            "key": "order-17",
            "scenario": "follow_up",
            "mode": "event",
            "conversation_id": chat.conversation_id,
            "customer_id": str(customer.id),
        }
        first, again = await asyncio.gather(*(ask_for(stage, tenant.id, **asked) for _ in range(2)))
        assert first == again
        run = await ended(stage, tenant.id)
        assert (run.status, run.outcome, str(run.id)) == ("ended", "followed", first.run_id)

        async def tagged() -> bool | None:
            [conversation] = await rows(stage, tenant.id, Conversation)
            return (conversation.tags == ["followed"]) or None

        await until(tagged, "the conversation was told to take the tag")
    [event] = await rows(stage, tenant.id, EventRow)
    assert (event.name, event.data, event.customer_id) == ("follow.done", {"n": 1}, customer.id)
    turns = await rows(stage, tenant.id, ScenarioRunTurn)
    assert sorted(turn.turn for turn in turns) == [1, 2]


async def test_a_run_goes_on_with_another_worker(stage: Stage) -> None:
    tenant = await stage.tenant(BACKGROUND)
    async with stage.working(sandboxed=False):
        await ask_for(stage, tenant.id, key="a", scenario="follow_up", mode="api")

        async def waits() -> bool | None:
            return (bool(await rows(stage, tenant.id, ScenarioRunTurn))) or None

        await until(waits, "the run waits")
    async with stage.working(sandboxed=False):
        assert (await ended(stage, tenant.id)).outcome == "followed"
    assert len(await rows(stage, tenant.id, EventRow)) == 1


async def test_what_is_not_published_or_has_no_place_is_rejected(stage: Stage) -> None:
    tenant = await stage.tenant(CALLED)
    unknown = await ask_for(stage, tenant.id, key="a", scenario="nobody", mode="api")
    assert unknown.reason == "not_published"
    nobody = await ask_for(stage, tenant.id, key="a", scenario="called", mode="api")
    assert nobody.reason == "no_customer"


async def test_a_scenario_begins_in_the_customers_conversation_without_a_message(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT, CALLED)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await chat.say("привет")
        await chat.quiet()
        [customer] = await rows(stage, tenant.id, Customer)
        seen = len(await chat.rows())
        wanted = {"scenario": "called", "mode": "api", "customer_id": str(customer.id)}
        bell = temporal.Bell(stage.client)
        conversation_id = UUID(chat.conversation_id)
        await bell.begin_in_conversation(tenant.id, conversation_id, Begin("skip", "called"))
        await ask_for(stage, tenant.id, key="b", **wanted)
        replaced = Begin("replace", "called", inputs={"topic": "пуэре"}, if_busy="replace")
        await bell.begin_in_conversation(tenant.id, conversation_id, replaced)
        await bell.begin_in_conversation(tenant.id, conversation_id, replaced)

        async def said() -> bool | None:
            return ("Поговорим о пуэре?" in [row["text"] for row in await chat.rows()]) or None

        await until(said, "the scenario began")
        assert await chat.ask("да") == ["Спасибо"]
    texts = [row["text"] for row in (await chat.rows())[seen:]]
    assert texts.count("Поговорим о пуэре?") == 1
    assert "Поговорим о чае?" not in texts


NEW = HEAD.format(id="parrot") + PARROT.split("timezone: Europe/Moscow\n", 1)[1].replace("эхо:", "снова:")


async def moved(stage: Stage, chat: Chat, old: str, new: str, *, policy: str = "at_next_wait") -> Moved:
    """Publish a new version and move the chat to it."""
    before, after = load_document(old).document, load_document(new).document
    assert before is not None and after is not None
    old_ir, new_ir = compile_document(before), compile_document(after)
    plan = plan_migration(old_ir, new_ir, after, 1).plan
    await publish_again(stage.adapters.database, chat.tenant_id, new)
    move = Move(str(uuid4()), old_ir["hash"], new_ir["hash"], plan, policy, "Мы обновляемся")
    found: Moved = await chat.handle.execute_update("move", move, result_type=Moved)
    return found


async def test_a_waiting_run_moves_to_the_new_version(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await chat.ask("раз", count=2)
        assert await moved(stage, chat, PARROT, NEW) == Moved("moved")
        assert await chat.ask("два", count=2) == ["снова: два", "что ещё?"]
        assert (await moved(stage, chat, PARROT, NEW)).way == "gone"


async def test_a_run_that_cannot_move_stays_and_says_why(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await chat.ask("раз", count=2)
        found = await moved(stage, chat, PARROT, NEW.replace("listen", "hear"))
        assert found == Moved("refused", "node_gone", "listen")
        assert await chat.ask("два", count=2) == ["эхо: два", "что ещё?"]


async def test_a_run_may_begin_anew_be_finished_or_go_to_people(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working(sandboxed=False):
        again, over, people = await stage.chats(tenant, 3)
        for chat in (again, over, people):
            await chat.ask("раз", count=2)
        assert await moved(stage, again, PARROT, NEW, policy="restart") == Moved("moved")
        assert [row["text"] for row in await again.rows()][-2:] == ["снова: ", "что ещё?"]
        assert await moved(stage, over, PARROT, NEW, policy="finish") == Moved("moved")
        assert [row["text"] for row in await over.rows()][-1] == "Мы обновляемся"
        assert await moved(stage, people, PARROT, NEW, policy="ask_human") == Moved("moved")
        assert (await people.row()).controller == "operator"
