"""What a turn costs in history, counted by the engine's own events."""

from __future__ import annotations

import pytest
from temporalio.client import Client

from omnisupport import temporal
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor
from tests.workflows.budget import (
    EVENTS_PER_KNOWLEDGE_TURN,
    Cost,
    TooDear,
    cost_of,
    hold_to_budget,
    kinds_of,
    runs_of,
)
from tests.workflows.scenarios import ORDER
from tests.workflows.shelf import ANSWER
from tests.workflows.shop import Shop
from tests.workflows.stage import Stage

TURNS = 20
SWEPT_AFTER_S = 40.0
"""A ring that a busy machine lost is made up for in this time."""


async def test_a_scripted_turn_costs_at_most_six_events_and_a_kilobyte_and_a_half(
    product: Product, stage: Stage
) -> None:
    """Twenty turns through the product's own processes, the start of the conversation included."""
    tenant = await make_tenant(product.settings(), ECHO)
    engine: Client = await temporal.connect(
        product.settings().temporal_address or "", namespace="default", keys=stage.adapters.keys
    )
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        for turn in range(TURNS):
            message = await visitor.send(f"ход {turn}")
            await visitor.await_reply(message["seq"], timeout=SWEPT_AFTER_S)
        assert visitor.conversation_id is not None
        workflow_id = temporal.conversation_workflow_id(tenant.id, visitor.conversation_id)
    cost = await cost_of(engine, workflow_id)
    print(f"{cost.events / TURNS:.2f} events and {cost.bytes / TURNS:.0f} bytes a turn")
    hold_to_budget(cost, TURNS)


async def test_a_first_answer_costs_two_local_activities(stage: Stage) -> None:
    """Who answers is found out with the first read; what rang is not read again."""
    tenant = await stage.tenant(ECHO)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]")
        await chat.quiet()
    (run,) = await runs_of(stage.client, chat.workflow_id)
    assert kinds_of(run).count("MARKER_RECORDED") == 2


async def test_a_knowledge_turn_costs_at_most_twelve_events(stage: Stage) -> None:
    """A question that no scenario takes, answered from the knowledge; the start of the conversation aside."""
    tenant = await stage.tenant()
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("сколько стоит доставка?")
        before = await cost_of(stage.client, chat.workflow_id)
        for turn in range(5):
            await chat.ask(f"а доставка в город {turn}?")
        cost = (await cost_of(stage.client, chat.workflow_id)).since(before)
    assert set(await chat.texts()) == {ANSWER}
    hold_to_budget(cost, 5, events=EVENTS_PER_KNOWLEDGE_TURN, size=None)


async def test_the_counter_refuses_turns_that_leave_the_process(stage: Stage, shop: Shop) -> None:
    """The same count over turns with an HTTP call each is above the scripted turn's budget."""
    tenant = await stage.tenant(ORDER)
    await stage.connect_shop(tenant.id, shop.url)
    async with stage.working(sandboxed=False):
        chat = await stage.chat(tenant)
        for turn in range(TURNS):
            await chat.ask(f"где заказ {turn}", count=3)
    cost = await cost_of(stage.client, chat.workflow_id)
    with pytest.raises(TooDear, match="events a turn"):
        hold_to_budget(cost, TURNS)


async def test_the_counter_counts_every_run_of_a_conversation(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A history that went on in a new run is counted whole, so continuing as new hides nothing."""
    monkeypatch.setattr("omnisupport.workflows.options.TURNS_PER_RUN", 4)
    tenant = await stage.tenant(ECHO)
    async with stage.working(sandboxed=False):
        chat = await stage.chat(tenant)
        for turn in range(10):
            await chat.ask(f"ход {turn}")
    runs = await runs_of(stage.client, chat.workflow_id)
    cost = await cost_of(stage.client, chat.workflow_id)
    assert (len(runs), cost.runs) == (3, 3)
    assert cost.events == sum(len(run) for run in runs)
    assert [kinds_of(run)[-1] for run in runs[:-1]] == ["WORKFLOW_EXECUTION_CONTINUED_AS_NEW"] * 2


@pytest.mark.parametrize(
    "cost",
    [Cost(events=121, bytes=1000, runs=1), Cost(events=100, bytes=30_721, runs=1)],
    ids=["an event too many", "a byte too many"],
)
def test_one_more_than_the_budget_is_refused(cost: Cost) -> None:
    hold_to_budget(Cost(events=120, bytes=30_720, runs=1), TURNS)
    with pytest.raises(TooDear):
        hold_to_budget(cost, TURNS)
