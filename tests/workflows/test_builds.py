"""Two builds side by side: a conversation stays with the one that began it until it continues as new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import ScheduleActionStartWorkflow, WorkflowExecutionStatus

from omnisupport import temporal, worker
from omnisupport.errors import Conflict
from tests.support.product import Product
from tests.support.tenants import ECHO
from tests.workflows.budget import kinds_of, runs_of
from tests.workflows.chat import Chat, until
from tests.workflows.stage import Stage, add_namespace


@pytest_asyncio.fixture
async def cluster(
    stage: Stage, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """A stage of its own: where a build is current, workers without one get nothing."""
    opened = await Stage.open(
        product.settings(), state_dir=tmp_path_factory.mktemp("builds"), namespace="builds"
    )
    opened.sweeper = stage.sweeper
    yield opened
    await opened.close()


def run_build(cluster: Stage, build_id: str) -> None:
    """Which build the workers are of that begin next."""
    cluster.adapters.settings = cluster.adapters.settings.model_copy(update={"build_id": build_id})


async def make_current(cluster: Stage, build_id: str) -> None:
    """Make a build current, as soon as the engine has heard of its workers."""

    async def tried() -> bool | None:
        try:
            await temporal.make_current(cluster.client, build_id)
        except Conflict:
            return None
        return True

    await until(tried, f"the workers of {build_id}")


def builds_of(events: list[HistoryEvent]) -> set[str]:
    """Which builds took the tasks of a run."""
    done = [event.workflow_task_completed_event_attributes for event in events]
    return {each.deployment_version.build_id for each in done if each.deployment_version.build_id}


async def test_a_conversation_changes_builds_only_by_continuing_as_new(cluster: Stage) -> None:
    """The next message crosses over to the new build; an operator's action is finished by the old one first."""
    tenant = await cluster.tenant(ECHO)
    run_build(cluster, "a")
    async with cluster.working(sandboxed=False):
        await make_current(cluster, "a")
        chat, held = await cluster.chats(tenant, 2)
        await chat.ask("[1]")
        await held.ask("[1]")
        run_build(cluster, "b")
        async with cluster.working(sandboxed=False):
            await make_current(cluster, "b")
            newcomer = await cluster.chat(tenant)
            await newcomer.ask("[1]")
            asked = await _until_continued(chat, lambda number: chat.ask(f"[{number}]"))
            replied = await _until_continued(held, lambda number: held.reply(f"ответ {number}"))
            runs = [await runs_of(cluster.client, each.workflow_id) for each in (chat, held, newcomer)]
    assert [[builds_of(run) for run in each] for each in runs] == [[{"a"}, {"b"}], [{"a"}, {"b"}], [{"b"}]]
    assert "WORKFLOW_EXECUTION_UPDATE_COMPLETED" in kinds_of(runs[1][0])
    assert await chat.texts() == ["эхо: [1]", *(f"эхо: [{number}]" for number in asked)]
    assert await held.texts() == ["эхо: [1]", *(f"ответ {number}" for number in replied)]


@pytest.mark.parametrize("build", ["a", ""], ids=["of a build", "of no build"])
async def test_the_sweeper_sweeps(cluster: Stage, build: str) -> None:
    """And one that hangs does not stand in the way of the next for long."""
    cluster.client = await temporal.connect(
        cluster.settings.temporal_address or "",
        namespace=f"sweeps-{build or 'none'}",
        keys=cluster.adapters.keys,
    )
    await add_namespace(cluster.client)
    run_build(cluster, build)
    async with cluster.working():
        if build:
            await make_current(cluster, build)
        await worker.ensure_sweeper(cluster.client)
        schedule = cluster.client.get_schedule_handle(
            temporal.workflow_id(temporal.SYSTEM_TENANT, "sweeper", "main")
        )
        await schedule.trigger()
        described = await schedule.describe()
        assert isinstance(described.schedule.action, ScheduleActionStartWorkflow)
        assert described.schedule.action.execution_timeout == worker.SWEEP_AT_MOST
        await until(lambda: _swept(cluster), "a sweep to end")
        await schedule.delete()


async def _swept(cluster: Stage) -> bool | None:
    found = [each async for each in cluster.client.list_workflows("WorkflowType = 'SweeperWorkflow'")]
    return True if any(each.status == WorkflowExecutionStatus.COMPLETED for each in found) else None


async def _until_continued(chat: Chat, act: Callable[[int], Awaitable[Any]]) -> range:
    """Act until the conversation has a second run, which it has once the engine has told its queues; the numbers."""
    for number in range(2, 30):
        await act(number)
        if len(await runs_of(chat.client, chat.workflow_id)) > 1:
            return range(2, number + 1)
        await asyncio.sleep(0.1)
    raise AssertionError("the conversation never heard of the new build")


async def test_a_build_whose_workers_are_not_there_is_refused_in_words(cluster: Stage) -> None:
    with pytest.raises(
        Conflict, match=r"Build 'c' cannot take over: .*OMNI_BUILD_ID=c omni worker"
    ) as refused:
        await temporal.make_current(cluster.client, "c")
    assert refused.value.code == "build_not_ready"
