"""Jobs about scenarios on real Temporal: a worker that dies, a cancel, and conversations that cannot move."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, col, func, select, update

from omnisupport.domain.scenario_jobs import JobKind, JobStatus
from omnisupport.storage.queries.recordings import Recordings
from omnisupport.storage.queries.scenario_jobs import ScenarioJobs
from omnisupport.storage.tables import Customer, Scenario, ScenarioJob, Tenant
from omnisupport.temporal import CONVERSATIONS, Bell, workflow_id
from tests.support.tenants import publish_again
from tests.workflows.chat import Chat
from tests.workflows.scenarios import scenario
from tests.workflows.shop import Shop
from tests.workflows.stage import Stage

PATIENCE_S = 60
NODES = """
triggers:
  - {id: any, type: message, match: any}
variables:
  number: {type: string, default: ""}
  order: {type: object, fields: {status: {type: string}}}
on_error: {next: broken}
start: NAME
nodes:
  NAME:
    type: ask
    text: {ru: "Номер?", en: "Number?"}
    input: {kind: text}
    save_to: vars.number
    timeout: 24h
    next: look
    exits: {timeout: done, invalid: done}
  look:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/{{ vars.number }}"}
    response: {save_to: vars.order}
    next: say
    exits: {error: broken, timeout: broken}
  say:
    type: message
    text: {ru: "Статус: {{ vars.order.status }}", en: "Status: {{ vars.order.status }}"}
    next: done
  broken: {type: message, text: {ru: "Не вышло.", en: "It failed."}, next: done}
  done: {type: end, outcome: resolved}
"""
ONE = scenario("orders", NODES.replace("NAME", "ask"))
TWO = scenario("orders", NODES.replace("NAME", "number").replace("Статус:", "Сейчас:"))


async def scenario_id(stage: Stage, tenant_id: UUID) -> UUID:
    """The scenario of the test."""
    async with stage.adapters.database.session(tenant_id) as session:
        return (await session.exec(select(Scenario.id).where(Scenario.key == "orders"))).one()


async def job(stage: Stage, chat: Chat, kind: JobKind, **request: Any) -> ScenarioJob:
    """Ask for a job, and wait until it is over."""
    jobs, whose = ScenarioJobs(stage.adapters.database), chat.tenant_id
    of = await scenario_id(stage, whose)
    made = await jobs.ask(whose, of, kind, request, None)
    await Bell(stage.client).start_job(whose, made.id, migration=kind == JobKind.MIGRATION)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = await jobs.find(whose, of, made.id)
            assert found is not None
            if found.status not in (JobStatus.WAITING, JobStatus.RUNNING):
                return found
            await asyncio.sleep(0.1)


async def talk(chat: Chat, number: str) -> list[str]:
    """Ask about an order, to the end of the run."""
    await chat.ask("привет", count=1)
    return await chat.ask(number, count=1)


async def test_what_services_answered_is_replayed_and_not_asked_again(stage: Stage, shop: Shop) -> None:
    tenant = await stage.tenant(ONE)
    await stage.connect_shop(tenant.id, shop.url)
    async with stage.working(sandboxed=False):
        [chat, large] = await stage.chats(tenant, 2)
        assert await talk(chat, "A1") == ["Статус: в пути"]
        shop.body = {"status": "x", "more": "y" * 9_000}
        assert await talk(large, "A2") == ["Статус: x"]
        asked = list(shop.asked)
        found = await job(stage, chat, JobKind.REPLAY, last=10)
        assert found.status == JobStatus.DONE and found.report is not None, found.failure
        assert found.report["counts"]["same"] == 1 and found.report["left_out"] == {"large": 1}
        assert shop.asked == asked
        logs = await Recordings(stage.adapters.database).newest(
            tenant.id, await scenario_id(stage, tenant.id), 10
        )
    steps = [[step["event"] for turn in log["turns"] for step in turn["trace"]] for log in logs]
    assert steps == [["Start", "Message", "Result"]] * 2
    assert {log["outcome"] for log in logs} == {"resolved"} and all(log["is_over"] for log in logs)


WORLD = scenario(
    "orders",
    """
triggers:
  - {id: any, type: message, match: any}
on_error: {next: done}
start: ask
nodes:
  ask:
    type: ask
    text: {ru: "Номер?", en: "Number?"}
    input: {kind: text}
    timeout: 24h
    next: look
    exits: {timeout: done, invalid: done}
  look:
    type: http
    connection: shop
    request: {method: POST, path: "/orders", json: {number: "=event.text"}}
    next: mark
    exits: {error: mark, timeout: mark}
  mark: {type: actions, do: [{tag: {add: [seen]}}, {note: {text: Был}}, {emit: {event: seen}}], next: people}
  people:
    type: operators_available
    target: {department: support}
    exits: {available: say, unavailable: say}
  say:
    type: message
    text:
      ru: "{{ customer.name | default('кто-то') }}, {{ tenant.name }}, {{ channel.type }}"
      en: "{{ customer.name | default('somebody') }}, {{ tenant.name }}, {{ channel.type }}"
    next: known
  known:
    type: condition
    cases: [{when: "customer.name.orValue('') == 'Анна'", next: done}]
    else: other
  done: {type: end, outcome: known}
  other: {type: end, outcome: unknown}
""",
)


async def count_rows(stage: Stage, tenant_id: UUID) -> dict[str, int]:
    """How many rows each table has for a tenant, but for the jobs themselves."""
    counts = {}
    async with stage.adapters.database.session(tenant_id) as session:
        for table in SQLModel.metadata.sorted_tables:
            if "tenant_id" in table.c and table.name != "scenario_job":
                query = select(func.count()).select_from(table).where(table.c.tenant_id == tenant_id)
                counts[table.name] = (await session.exec(query)).one()
    return counts


async def test_a_replay_sees_the_world_as_it_was_and_changes_nothing_of_it(stage: Stage, shop: Shop) -> None:
    tenant = await stage.tenant(WORLD)
    await stage.connect_shop(tenant.id, shop.url)
    async with stage.working(sandboxed=False):
        chat = await stage.chat(tenant)
        await chat.ask("привет", count=1)
        [said] = await chat.ask("A1", count=1)
        await chat.quiet()
        # With this name it would end otherwise, and be left out.
        await rename(stage, tenant.id, customer="Анна", company="Кофе")
        asked, before = list(shop.asked), await count_rows(stage, tenant.id)
        found = await job(stage, chat, JobKind.GATE, last=10, walks=10)
        assert found.status == JobStatus.DONE and found.report is not None, found.failure
        replayed = found.report["replay"]
        assert replayed["counts"]["same"] == 1 and replayed["left_out"] == {}, (said, replayed)
        assert shop.asked == asked, "nobody was asked"
        assert await count_rows(stage, tenant.id) == before, "nothing was sent, written or planned"
        await publish_again(
            stage.adapters.database, tenant.id, WORLD.replace('path: "/orders"', 'path: "/order"')
        )
        other = await job(stage, chat, JobKind.GATE, of="live", last=10, walks=10)
    assert other.report is not None and shop.asked == asked
    assert other.report["replay"]["misses"] == {"look": 1}
    assert ("G205", 1) in [(each["code"], each["count"]) for each in other.report["points"]]


async def rename(stage: Stage, tenant_id: UUID, *, customer: str, company: str) -> None:
    """Give the tenant and its customer other names."""
    async with stage.adapters.database.session(tenant_id) as session:
        await session.exec(update(Customer).where(col(Customer.tenant_id) == tenant_id).values(name=customer))
        await session.exec(update(Tenant).where(col(Tenant.tenant_id) == tenant_id).values(name=company))


async def test_conversations_that_cannot_move_stay_and_are_counted(stage: Stage, shop: Shop) -> None:
    tenant = await stage.tenant(ONE)
    await stage.connect_shop(tenant.id, shop.url)
    async with stage.working(sandboxed=False):
        chats = await stage.chats(tenant, 3)
        for chat in chats:
            await chat.ask("привет", count=1)
        await publish_again(stage.adapters.database, tenant.id, TWO)
        found = await job(stage, chats[0], JobKind.MIGRATION, to=2, policy="at_next_wait")
        assert (found.status, found.progress) == (JobStatus.DONE, {"done": 3, "total": 3})
        assert found.report is not None and found.report["counts"] == {"refused": 3}
        [refused] = found.report["refused"]
        assert (refused["node"], refused["reason"], refused["count"]) == ("ask", "node_gone", 3)
        assert await chats[0].ask("A1", count=1) == ["Статус: в пути"], "in the version that it began in"
        restarted = await job(stage, chats[1], JobKind.MIGRATION, to=2, policy="restart")
        assert restarted.report is not None and restarted.report["counts"] == {"moved": 2}
        assert await chats[1].ask("A1", count=1) == ["Сейчас: в пути"]


async def test_a_job_that_nobody_wants_any_more_stops(stage: Stage) -> None:
    tenant = await stage.tenant(ONE)
    jobs = ScenarioJobs(stage.adapters.database)
    of = await scenario_id(stage, tenant.id)
    made = await jobs.ask(tenant.id, of, JobKind.WALKS, {"walks": 1_000_000}, None)
    async with stage.working(sandboxed=False):
        await Bell(stage.client).start_job(tenant.id, made.id)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = await jobs.find(tenant.id, of, made.id)
                assert found is not None
                if found.progress:
                    break
                await asyncio.sleep(0.1)
        await jobs.finish(tenant.id, made.id, JobStatus.CANCELLED)
        handle = stage.client.get_workflow_handle(workflow_id(tenant.id, "job", made.id))
        async with asyncio.timeout(PATIENCE_S):
            assert await handle.result() == "unwanted"


async def test_a_job_outlives_its_worker(stage: Stage) -> None:
    tenant = await stage.tenant(ONE)
    jobs = ScenarioJobs(stage.adapters.database)
    of = await scenario_id(stage, tenant.id)
    made = await jobs.ask(tenant.id, of, JobKind.WALKS, {"walks": 100}, None)
    await Bell(stage.client).start_job(tenant.id, made.id)
    async with stage.working(sandboxed=False, queues=[CONVERSATIONS]):
        await asyncio.sleep(1)
    found = await jobs.find(tenant.id, of, made.id)
    assert found is not None and found.status == JobStatus.WAITING
    async with stage.working(sandboxed=False):
        handle = stage.client.get_workflow_handle(workflow_id(tenant.id, "job", made.id))
        async with asyncio.timeout(PATIENCE_S):
            assert await handle.result() == "done"
    found = await jobs.find(tenant.id, of, made.id)
    assert found is not None and found.report is not None and found.report["walks"] == 100
