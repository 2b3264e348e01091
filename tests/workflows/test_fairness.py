"""One tenant never slows another: a backlog is taken in turns, tenant by tenant."""

from __future__ import annotations

import asyncio
import functools
from unittest.mock import patch
from uuid import UUID

import pytest
from temporalio import activity
from temporalio.worker import Worker

from omnisupport import temporal, worker
from omnisupport.activities.turns import TurnActivities
from omnisupport.domain.conversation import Committed
from omnisupport.temporal import parse_workflow_id
from tests.support.tenants import ECHO
from tests.workflows.chat import all_quiet
from tests.workflows.stage import PATIENCE_S, Stage

LOUD, QUIET = 200, 10
AT_ONCE = 20
SHARE = 0.3
"""Taken in turns, the ten end among the first twenty; behind the backlog they end last."""
TURN_S = 0.02
SLOW = functools.partial(Worker, max_concurrent_workflow_tasks=2, max_concurrent_local_activities=1)


class Slow(TurnActivities):
    """Commits one turn after the other, each slowly, and notes whose."""

    def __init__(self, plain: TurnActivities) -> None:
        self.__dict__.update(plain.__dict__)
        self.order: list[UUID] = []

    @activity.defn
    async def commit_turn(self, body: bytes) -> Committed:
        """The product's commit, late."""
        await asyncio.sleep(TURN_S)
        committed = await super().commit_turn(body)
        self.order.append(parse_workflow_id(activity.info().workflow_id or "")[0])
        return committed


async def test_ten_turns_behind_two_hundred_of_another_tenant_do_not_wait_for_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporal, "RING_DEADLINE_S", PATIENCE_S)
    loud, quiet = await stage.tenant(ECHO), await stage.tenant(ECHO)
    backlog, others = await stage.chats(loud, LOUD), await stage.chats(quiet, QUIET)
    await stage.pause_sweeper(True)  # until the stage's own worker has come and gone
    for first in range(0, LOUD, AT_ONCE):  # no worker yet: all of it waits at the engine
        await asyncio.gather(*(chat.say("[1]") for chat in backlog[first : first + AT_ONCE]))
    for chat in others:
        await chat.say("[1]")
    made: list[Slow] = []

    def slow(adapters: object) -> TurnActivities:
        made.append(Slow(stage.adapters.plain_turns()))
        return made[0]

    with patch.object(worker, "Worker", SLOW):
        async with stage.working(sandboxed=False, turns=slow):
            await all_quiet(others)
            await all_quiet(backlog)
    order = made[0].order
    assert (order.count(loud.id), order.count(quiet.id)) == (LOUD, QUIET)
    last = max(place for place, tenant_id in enumerate(order, start=1) if tenant_id == quiet.id)
    assert last <= SHARE * (LOUD + QUIET), f"the last of the quiet tenant's turns came as number {last}"
