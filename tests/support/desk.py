"""An operator's console as the server sees it: a ticket, and one socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import websockets

from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S

Frame = dict[str, Any]


class Desk:
    """One open console."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket

    async def say(self, kind: str, **fields: Any) -> None:
        """Send a frame."""
        await self._socket.send(json.dumps({"type": kind, **fields}))

    async def hear(self) -> Frame:
        """The next frame, whatever it is."""
        frame: Frame = json.loads(await self._socket.recv())
        return frame

    async def await_frame(
        self, kind: str, is_it: Callable[[Frame], bool] = lambda _: True, *, timeout: float = PATIENCE_S
    ) -> Frame:
        """Read until a frame of a kind."""
        async with asyncio.timeout(timeout):
            while True:
                frame = await self.hear()
                if frame["type"] == kind and is_it(frame):
                    return frame

    async def settle(self, *, after: float = 0.5) -> list[Frame]:
        """What comes within a while."""
        await asyncio.sleep(after)
        await self.say("ping")
        frames = [await self.hear()]
        while frames[-1]["type"] != "pong":
            frames.append(await self.hear())
        return frames[:-1]

    async def until_closed(self, *, within: float = PATIENCE_S) -> int | None:
        """The code of the close that comes within so many seconds."""
        async with asyncio.timeout(within):
            await self._socket.wait_closed()
        return self._socket.close_code


async def ticket_of(operator: Operator) -> str:
    """A ticket for one socket."""
    answer = await operator.request("POST", "/ws-ticket")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["ticket"])


@asynccontextmanager
async def desk(url: str, operator: Operator, **options: Any) -> AsyncIterator[Desk]:
    """A console that has been welcomed, at the api of an address."""
    ticket = await ticket_of(operator)
    async with websockets.connect(
        f"{url.replace('http', 'ws')}/api/v1/ws?ticket={ticket}", origin=url, **options
    ) as socket:  # type: ignore[arg-type]
        opened = Desk(socket)
        await opened.await_frame("welcome")
        yield opened
