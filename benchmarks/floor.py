"""The floor: what Temporal itself costs for a turn, with nothing of the product in it.

A bare workflow: signal-with-start, one local activity with one statement that writes both rows, one
publish, a subscriber that sees it. Same server, same settings, same machine, its own tables.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvloop
from redis.asyncio import Redis
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.helper import leave, serve
from omnisupport.storage.session import driver_url

QUEUE = "floor"
CHANNEL = "floor"
TASK_TIMEOUT = timedelta(seconds=3)
TABLES = """
drop schema if exists floor cascade;
create schema floor;
create table floor.dialog (
  id uuid primary key,
  turns integer not null,
  updated_at timestamptz not null default now()
) with (fillfactor = 70);
create table floor.dialog_row (
  conversation_id uuid not null references floor.dialog (id),
  seq integer not null,
  direction text not null,
  text text not null,
  created_at timestamptz not null default now(),
  primary key (conversation_id, seq)
);
grant usage on schema floor to omni_app;
grant select, insert, update on all tables in schema floor to omni_app;
"""
WRITE_TURN = """
with c as (
  insert into floor.dialog (id, turns) values ($1, 1)
    on conflict (id) do update set turns = floor.dialog.turns + 1, updated_at = now()
    returning turns)
insert into floor.dialog_row (conversation_id, seq, direction, text)
  select $1, turns * 2 - 1, 'inbound', $2 from c
  union all select $1, turns * 2, 'outbound', $3 from c
"""


class Writer:
    """One statement for both rows, one publish: all that a turn must do anywhere."""

    def __init__(self, pool: asyncpg.Pool, redis: Redis) -> None:
        self._pool = pool
        self._redis = redis

    @classmethod
    async def connect(cls) -> Writer:
        """On the servers that the environment names."""
        url = driver_url(os.environ["DATABASE_URL"])
        pool = await asyncpg.create_pool(url, min_size=4, max_size=20, reset=_keep_session)
        return cls(pool, Redis.from_url(os.environ["REDIS_URL"]))

    def subscriber(self) -> Redis:
        """A connection of its own for who listens."""
        return Redis.from_url(os.environ["REDIS_URL"])

    async def write(self, conversation_id: str, text: str) -> None:
        """Write a turn and tell."""
        reply = f"Вы написали: {text}"[: len(text)]
        await self._pool.execute(WRITE_TURN, UUID(conversation_id), text, reply)
        await self._redis.publish(CHANNEL, orjson.dumps({"c": conversation_id, "text": reply}))


class FloorActivities:
    """The local activity of the floor."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    @activity.defn
    async def take_turn(self, text: str) -> str:
        """Write and tell."""
        workflow_id = activity.info().workflow_id
        assert workflow_id is not None
        await self._writer.write(workflow_id.removeprefix("floor/"), text)
        return "ok"


@workflow.defn
class FloorWorkflow:
    """A conversation that answers each message."""

    def __init__(self) -> None:
        self._messages: deque[str] = deque()

    @workflow.run
    async def run(self) -> None:
        """Answer for ever."""
        while True:
            await workflow.wait_condition(lambda: bool(self._messages))
            await workflow.execute_local_activity_method(
                FloorActivities.take_turn,
                self._messages.popleft(),
                start_to_close_timeout=timedelta(seconds=10),
            )

    @workflow.signal
    def message(self, text: str) -> None:
        """A customer wrote."""
        self._messages.append(text)


async def _keep_session(_connection: Any) -> None:
    """No reset when a connection comes back: the product's hot path has none either."""


async def connect(address: str | None = None) -> Client:
    """A plain client: no codec, no converter."""
    return await Client.connect(address or os.environ["TEMPORAL_ADDRESS"])


async def work() -> None:
    """A worker with the product's settings, until stdin is closed."""
    activities = FloorActivities(await Writer.connect())
    worker = Worker(
        await connect(),
        task_queue=QUEUE,
        workflows=[FloorWorkflow],
        activities=[activities.take_turn],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=20_000,
        max_concurrent_workflow_task_polls=20,
        nonsticky_to_sticky_poll_ratio=0.6,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
    )

    async def nothing(_order: dict[str, Any]) -> dict[str, Any]:
        return {}

    async with worker:
        await serve({"ping": nothing})


async def make_tables(owner_url: str) -> None:
    """Fresh tables, as the owner of the database."""
    connection = await asyncpg.connect(driver_url(owner_url))
    try:
        await connection.execute(TABLES)
    finally:
        await connection.close()


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(work())
    leave()
