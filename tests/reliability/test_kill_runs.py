"""The worker is killed inside effects, runs and triggers: each is done, and done once."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlmodel import select

from omnisupport.storage.session import Database
from omnisupport.storage.tables import Effect, EventRow, ScenarioRun, ScenarioRunTurn
from tests.reliability.load import Load
from tests.support.product import Product
from tests.support.tenants import TestTenant, make_tenant

pytestmark = [pytest.mark.long, pytest.mark.kill]

TALKS = 6
SETTLED_S = 150.0
"""An event whose ring died with the worker is seen at the next look, a minute later."""
RESTART_S = 60.0

POINTS = [
    "before_effect:3",
    "after_effect:4",
    "before_seen:1",
    "before_run_start:2",
    "before_run_commit:5",
    "after_run_commit:4",
]

ASKS = """
omni: scenario/v1
id: asks
kind: dialog
name: {ru: Спрашивает, en: Asks}
locale: {default: ru, supported: [ru]}
triggers:
  - {id: any, type: message, match: any}
on_error: {next: done}
start: say
nodes:
  say: {type: message, text: "эхо: {{ event.text }}", next: named}
  named: {type: update_customer, set: {name: Анна}, next: told}
  told: {type: emit, event: order.asked, data: {text: "=event.text"}, next: done}
  done: {type: end, outcome: asked}
"""

FOLLOWS = """
omni: scenario/v1
id: follows
kind: background
name: {ru: Вслед, en: Follows}
locale: {default: ru, supported: [ru]}
triggers:
  - {id: asked, type: event, event: custom.order.asked}
variables:
  n: {type: int, default: 0}
start: count
nodes:
  count: {type: set, assign: {vars.n: "=vars.n + 1"}, next: pause}
  pause: {type: wait, for: 1s, on_message: queue, next: told}
  told: {type: emit, event: follow.done, data: {n: "=vars.n"}, next: done}
  done: {type: end, outcome: followed}
"""


async def rows(database: Database, tenant: TestTenant, table: Any) -> list[Any]:
    async with database.session(tenant.id) as session:
        return list((await session.exec(select(table).where(table.tenant_id == tenant.id))).all())


async def settled(database: Database, tenant: TestTenant, messages: int) -> None:
    """Wait until every message has its event, its run and what that tells."""
    until = monotonic() + SETTLED_S
    while True:
        told = Counter(event.name for event in await rows(database, tenant, EventRow))
        ended = sum(run.ended_at is not None for run in await rows(database, tenant, ScenarioRun))
        waiting = [each for each in await rows(database, tenant, Effect) if each.status != "done"]
        if min(told["order.asked"], told["follow.done"]) >= messages and not waiting and ended >= messages:
            return
        if monotonic() > until:
            raise TimeoutError(dict(told), ended, [(each.kind, each.status) for each in waiting])
        await asyncio.sleep(0.3)


async def test_what_a_scenario_does_beyond_its_talk_is_done_once_whatever_dies(tmp_path: Path) -> None:
    """Each message emits an event, which begins a run, which waits and emits another: no link of it is lost."""
    fault = tmp_path / "fault"
    with Product(tmp_path / "state", env={"FAULT_FILE": str(fault)}) as product:
        settings = product.settings()
        tenant = await make_tenant(settings, ASKS, FOLLOWS)
        database = Database(settings.database_url or "", pool_size=1)
        load = Load(product.url, tenant, talks=TALKS)
        await load.open()
        await load.wave()
        await settled(database, tenant, TALKS)
        for wave, point in enumerate(POINTS, 2):
            before = int(product.part("worker")["pid"])
            armed = fault.with_suffix(".new")
            armed.write_text(point)
            armed.rename(fault)
            began = monotonic()
            await load.wave()
            await settled(database, tenant, wave * TALKS)
            assert not fault.exists(), f"nobody passed {point}: this run proves nothing"
            await asyncio.to_thread(product.await_restart, "worker", before, timeout=RESTART_S)
            print(f"{point}: settled after {monotonic() - began:.1f} s")
        runs = [run for run in await rows(database, tenant, ScenarioRun) if run.mode == "event"]
        events = await rows(database, tenant, EventRow)
        turns = await rows(database, tenant, ScenarioRunTurn)
        await load.close()
        await database.close()
    messages = (len(POINTS) + 1) * TALKS
    texts = Counter(event.data["text"] for event in events if event.name == "order.asked")
    assert len(texts) == messages and set(texts.values()) == {1}, "one event a message"
    assert [(run.status, run.outcome) for run in runs] == [("ended", "followed")] * messages
    assert [event.data for event in events if event.name == "follow.done"] == [{"n": 1}] * messages
    assert Counter(turn.run_id for turn in turns) == {run.id: 2 for run in runs}, "two turns a run"
