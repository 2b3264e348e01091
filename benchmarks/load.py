"""Visitors and an operator of the product, in a process of its own that is not counted."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any
from uuid import uuid4

import uvloop

from benchmarks.helper import leave, serve
from benchmarks.pace import TEXT, TURN_DEADLINE_S, TURNS_PER_CONVERSATION, Pace, keep_pace
from benchmarks.wire import Http, Stream

HOST = "127.0.0.1"
OPENERS = 8
"""Sessions are opened by so many connections side by side."""


class Visitor:
    """One browser with the widget open.

    `posted` counts accepted messages, `echoed` those of them that came back on the live stream.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.conversation_id: str | None = None
        self.posted = 0
        self.echoed = 0
        self.stream: Stream | None = None
        self._greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited: dict[str, asyncio.Future[None]] = {}

    async def connect(self, http: Http, port: int) -> None:
        """Open the live stream."""
        ticket = await http.json("POST", "/api/v1/widget/ws-ticket", token=self.token)
        path = f"/api/v1/widget/ws?ticket={ticket['ticket']}&after=0"
        self.stream = await Stream.open(HOST, port, path, self._hear)
        await self._greeted

    def expect(self, what: str) -> asyncio.Future[None]:
        """The next `outbound` row on the visitor's stream, or his next message on the `console`."""
        waiter = self._awaited[what] = asyncio.get_running_loop().create_future()
        return waiter

    def resolve(self, what: str) -> None:
        """What was expected has come."""
        waiter = self._awaited.pop(what, None)
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    async def post(self, http: Http, text: str = TEXT) -> None:
        """Send a message; returns when it is accepted."""
        body = {"client_message_id": str(uuid4()), "text": text}
        answer = await http.json("POST", "/api/v1/widget/messages", body, token=self.token)
        self.conversation_id = answer["message"]["conversation_id"]
        self.posted += 1

    def _hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "welcome" and not self._greeted.done():
            self._greeted.set_result(None)
        elif frame["type"] == "message":
            self.echoed += frame["message"]["direction"] == "inbound"
            self.resolve(frame["message"]["direction"])


class Load:
    """Obeys the measuring process. Visitors are named by their number."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._visitors: list[Visitor] = []
        self._consoles: list[Stream] = []

    async def open(self, order: dict[str, Any]) -> dict[str, Any]:
        """Open the widget `count` times, with live streams if `streams`."""
        first = len(self._visitors)
        numbers = iter(range(int(order["count"])))

        async def opener() -> None:
            http = await Http.open(HOST, self._port)
            for _ in numbers:
                path = f"/api/v1/widget/{order['slug']}/sessions"
                session = await http.json("POST", path, {"locale": "ru"})
                visitor = Visitor(session["visitor_token"])
                if order["streams"]:
                    await visitor.connect(http, self._port)
                self._visitors.append(visitor)
            http.close()

        await asyncio.gather(*(opener() for _ in range(OPENERS)))
        return {"visitors": list(range(first, len(self._visitors)))}

    async def run(self, order: dict[str, Any]) -> dict[str, Any]:
        """Keep a pace. A turn lasts until the `reply`, or the `echo` of the message, is on the stream.

        A visitor writes `turns` messages of `text`, then the slot's next visitor begins; the last one goes on,
        or ends the slot if `stop`.
        """
        turns, stop, until = (
            order.get("turns", TURNS_PER_CONVERSATION),
            order.get("stop", False),
            order["until"],
        )
        pace, text = Pace(**order["pace"]), order.get("text", TEXT)
        https = [await Http.open(HOST, self._port) for _ in range(pace.slots)]
        queues = [self._visitors_of(order["visitors"][slot :: pace.slots]) for slot in range(pace.slots)]
        begun = {id(visitor): visitor.posted for queue in queues for visitor in queue}

        async def turn(slot: int) -> bool:
            queue = queues[slot]
            if queue[0].posted - begun[id(queue[0])] >= turns and (stop or len(queue) > 1):
                queue.pop(0)
                if not queue:
                    return False
            await _take_turn(queue[0], https[slot], until, text)
            return True

        tally = await keep_pace(pace, turn)
        for http in https:
            http.close()
        await _delivered(self._visitors_of(order["visitors"]))
        return {**tally.to_dict(), "conversations": self._posted(order["visitors"])}

    async def reply(self, order: dict[str, Any]) -> dict[str, Any]:
        """An operator replies in the visitors' conversations; each is awaited on the visitor's stream."""
        pace, token = Pace(**order["pace"]), order["token"]
        https = [await Http.open(HOST, self._port) for _ in range(pace.slots)]
        visitors = self._visitors_of(order["visitors"])

        async def turn(slot: int) -> bool:
            visitor = visitors[slot]
            seen = visitor.expect("outbound")
            path = f"/api/v1/conversations/{visitor.conversation_id}/messages"
            body = {"text": TEXT, "kind": "reply", "client_message_id": str(uuid4())}
            await https[slot].json("POST", path, body, token=token)
            await seen
            return True

        tally = await keep_pace(pace, turn)
        for http in https:
            http.close()
        return tally.to_dict()

    async def burst(self, order: dict[str, Any]) -> dict[str, Any]:
        """One visitor sends `count` messages at once; returns when all are accepted."""
        visitor = self._visitors[order["visitor"]]
        https = [await Http.open(HOST, self._port) for _ in range(order["count"])]
        await asyncio.gather(*(visitor.post(http, f"{TEXT} {n}") for n, http in enumerate(https)))
        for http in https:
            http.close()
        return {"conversation_id": visitor.conversation_id}

    async def call(self, order: dict[str, Any]) -> dict[str, Any]:
        """One request of an operator: how long it took, and the answer."""
        http = await Http.open(HOST, self._port)
        began = time.perf_counter()
        answer = await http.json(order["method"], order["path"], order["body"], token=order["token"])
        took = (time.perf_counter() - began) * 1000
        http.close()
        return {"ms": took, "answer": answer}

    async def console(self, order: dict[str, Any]) -> dict[str, Any]:
        """Open an operator's live stream that watches conversations."""
        http = await Http.open(HOST, self._port)
        ticket = await http.json("POST", "/api/v1/ws-ticket", token=order["token"])
        http.close()
        greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def hear(frame: dict[str, Any]) -> None:
            if frame["type"] == "welcome" and not greeted.done():
                greeted.set_result(None)
            elif frame["type"] == "message" and frame["message"]["direction"] == "inbound":
                visitors[frame["message"]["conversation_id"]].resolve("console")

        visitors = {v.conversation_id: v for v in self._visitors}
        stream = await Stream.open(HOST, self._port, f"/api/v1/ws?ticket={ticket['ticket']}", hear)
        await greeted
        for conversation_id in order["watch"]:
            stream.say({"type": "watch", "conversation_id": conversation_id, "after": 0})
        self._consoles.append(stream)
        return {}

    async def forget(self, _order: dict[str, Any]) -> dict[str, Any]:
        """Close every stream and begin with no visitor."""
        for stream in [*self._consoles, *(v.stream for v in self._visitors)]:
            if stream is not None:
                stream.close()
        self._visitors, self._consoles = [], []
        return {}

    def _visitors_of(self, numbers: list[int]) -> list[Visitor]:
        return [self._visitors[number] for number in numbers]

    def _posted(self, numbers: list[int]) -> dict[str, int]:
        visitors = self._visitors_of(numbers)
        return {v.conversation_id: v.posted for v in visitors if v.conversation_id is not None}


async def _take_turn(visitor: Visitor, http: Http, until: str, text: str) -> None:
    if until == "accepted":
        await visitor.post(http, text)
        return
    seen = visitor.expect("outbound" if until == "reply" else until)
    await visitor.post(http, text)
    await seen


async def _delivered(visitors: list[Visitor]) -> None:
    """Wait until everybody has what he wrote on his own stream too; it may come later than the answer."""
    async with asyncio.timeout(TURN_DEADLINE_S):
        while any(v.stream is not None and v.echoed < v.posted for v in visitors):
            await asyncio.sleep(0.02)


async def main() -> None:
    """Obey until stdin is closed."""
    load = Load(int(sys.argv[1]))
    orders = (load.open, load.run, load.reply, load.burst, load.call, load.console, load.forget)
    await serve({order.__name__: order for order in orders})


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main())
    leave()
