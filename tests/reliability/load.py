"""Visitors who write in waves while parts of the product die, and what they and the tables saw of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic

from omnisupport.storage.session import Database
from tests.reliability.checker import Ack, History
from tests.reliability.collect import collect
from tests.support.operator import Operator
from tests.support.tenants import TestTenant
from tests.support.visitor import Visitor

ANSWER_S = 60.0
"""Longest wait for an answer: a part that died comes back in it (I9)."""


@dataclass
class Talk:
    """One visitor's conversation: what he sent, and whether he waits for an answer."""

    visitor: Visitor
    acks: list[Ack] = field(default_factory=list)
    waits: bool = False

    async def turn(self, text: str) -> float:
        """Send one message and wait until the socket has brought its echo; seconds until it came."""
        began = monotonic()
        message = await self.visitor.send(text)
        self.acks.append(Ack(text, message["id"], message["seq"], began, monotonic()))
        self.waits = True
        async with asyncio.timeout(ANSWER_S):
            while not any(text in m["text"] and m["direction"] == "outbound" for m in self.visitor.received):
                await asyncio.sleep(0.02)
        self.waits = False
        return monotonic() - began


class Load:
    """A number of talks that take their turns together, one wave after the other."""

    def __init__(self, url: str, tenant: TestTenant, *, talks: int) -> None:
        self.talks = [Talk(Visitor(url, tenant.slug)) for _ in range(talks)]
        self.waves = 0
        self._tenant = tenant

    async def open(self) -> None:
        """Every visitor opens the widget and its live stream."""
        for talk in self.talks:
            await talk.visitor.open()
        await asyncio.gather(*(talk.visitor.connect() for talk in self.talks))

    async def wave(self) -> float:
        """Every visitor sends a message and gets its answer; seconds until the slowest had his."""
        self.waves += 1
        taken = await asyncio.gather(
            *(talk.turn(f"[{number}.{self.waves}]") for number, talk in enumerate(self.talks))
        )
        return max(taken)

    @property
    def sent(self) -> int:
        """Messages acknowledged so far, of all talks."""
        return sum(len(talk.acks) for talk in self.talks)

    async def until_some_wait(self, least: int = 3) -> int:
        """Wait for a moment of a wave at which messages are acknowledged and not answered; how many they are."""
        while (waiting := sum(talk.waits for talk in self.talks)) < least:
            assert self.sent < len(self.talks) * self.waves, "the wave is over: nobody was seen waiting"
            await asyncio.sleep(0.001)
        return waiting

    async def histories(self, database: Database, operator: Operator) -> list[History]:
        """What all of it left behind, from the console's API, the visitors' sockets and the tables."""
        return [await self._history(database, operator, talk) for talk in self.talks]

    async def _history(self, database: Database, operator: Operator, talk: Talk) -> History:
        conversation_id = talk.visitor.conversation_id
        assert conversation_id is not None
        listed = await operator.messages(conversation_id)
        shown = await talk.visitor.read()
        assert [row["id"] for row in shown["messages"]] == [row["id"] for row in listed], "two views differ"
        return await collect(
            database,
            self._tenant.id,
            conversation_id,
            acks=talk.acks,
            listed=listed,
            live=[frame["message"]["id"] for frame in talk.visitor.frames if frame["type"] == "message"],
        )

    async def close(self) -> None:
        """Every visitor closes the browser."""
        await asyncio.gather(*(talk.visitor.close() for talk in self.talks))
