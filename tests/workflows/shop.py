"""A shop's order service that scenarios call: it answers when the test lets it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.patience import PATIENCE_S


class Shop:
    """Answers every request with `status` and `body`, once `open` is set; remembers what was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {"status": "в пути"}
        self.asked: list[str] = []
        self.bodies: list[Any] = []
        """What came with each request: JSON, or None."""
        self.open = asyncio.Event()
        self.open.set()
        self.port = 0

    @property
    def url(self) -> str:
        """The base address of the connection."""
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        """Answer at once and well again."""
        self.status, self.body = 200, {"status": "в пути"}
        self.asked.clear()
        self.bodies.clear()
        self.open.set()

    async def until_asked(self, times: int = 1) -> None:
        """Wait until a request is held at the door."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.asked) < times:
                await asyncio.sleep(0.01)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request on one connection."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                ),
                0,
            )
            self.bodies.append(json.loads(await reader.readexactly(length)) if length else None)
            self.asked.append(head.split(b" ", 2)[1].decode())
            await self.open.wait()
            body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
            writer.write(
                b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                b"Connection: close\r\n\r\n" % (self.status, len(body)) + body
            )
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the caller was cancelled and went away
        finally:
            writer.close()


@asynccontextmanager
async def open_shop() -> AsyncIterator[Shop]:
    """A shop on a free loopback port."""
    shop = Shop()
    server = await asyncio.start_server(shop.serve, "127.0.0.1", 0)
    shop.port = server.sockets[0].getsockname()[1]
    try:
        yield shop
    finally:
        shop.open.set()
        server.close()
