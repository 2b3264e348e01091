"""Drives the floor, and the same writes without an engine; it stands for the api there, so it is counted."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import orjson
import uvloop
from redis.asyncio import Redis
from temporalio.client import Client

from benchmarks.floor import CHANNEL, QUEUE, TASK_TIMEOUT, FloorWorkflow, Writer, connect
from benchmarks.helper import leave, serve
from benchmarks.pace import TEXT, TURNS_PER_CONVERSATION, Pace, keep_pace


class Slot:
    """One customer: a conversation of 20 turns, then the next."""

    def __init__(self) -> None:
        self.conversation_id = str(uuid4())
        self.turns = 0


class FloorClient:
    """Sends turns and sees the replies on one subscription."""

    def __init__(self, client: Client, writer: Writer, redis: Redis) -> None:
        self._client = client
        self._writer = writer
        self._pubsub = redis.pubsub(ignore_subscribe_messages=True)
        self._awaited: dict[str, asyncio.Future[None]] = {}
        self._written: dict[str, int] = {}

    async def listen(self) -> None:
        """See every reply."""
        await self._pubsub.subscribe(CHANNEL)
        async for message in self._pubsub.listen():
            waiter = self._awaited.pop(orjson.loads(message["data"])["c"], None)
            if waiter is not None and not waiter.done():
                waiter.set_result(None)

    async def run(self, order: dict[str, Any]) -> dict[str, Any]:
        """Keep a pace; `engine` false writes without Temporal."""
        engine = bool(order.pop("engine"))
        pace = Pace(**order)
        self._written = {}
        slots = [Slot() for _ in range(pace.slots)]

        async def turn(number: int) -> bool:
            if slots[number].turns == TURNS_PER_CONVERSATION:
                slots[number] = Slot()
            await self._turn(slots[number], engine)
            return True

        tally = await keep_pace(pace, turn)
        return {**tally.to_dict(), "conversations": self._written}

    async def _turn(self, slot: Slot, engine: bool) -> None:
        conversation_id = slot.conversation_id
        seen = self._awaited[conversation_id] = asyncio.get_running_loop().create_future()
        slot.turns += 1
        self._written[conversation_id] = slot.turns
        if engine:
            await self._client.start_workflow(
                FloorWorkflow.run,
                id=f"floor/{conversation_id}",
                task_queue=QUEUE,
                task_timeout=TASK_TIMEOUT,
                start_signal="message",
                start_signal_args=[TEXT],
            )
        else:
            await self._writer.write(conversation_id, TEXT)
        await seen


async def main() -> None:
    """Obey until stdin is closed."""
    writer = await Writer.connect()
    floor = FloorClient(await connect(), writer, writer.subscriber())
    listening = asyncio.create_task(floor.listen())
    await serve({"run": floor.run})
    listening.cancel()


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main())
    leave()
