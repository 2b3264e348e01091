"""A light client: one keep-alive HTTP connection, one WebSocket; it shares the machine with what it measures."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Self, cast

import orjson
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.typing import Origin
from websockets.uri import parse_uri

END_OF_HEAD = b"\r\n\r\n"


class Http(asyncio.Protocol):
    """One request at a time on one connection. It reads what our api sends: answers with Content-Length."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._host = f"{host}:{port}".encode()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._read = bytearray()

    @classmethod
    async def open(cls, host: str, port: int) -> Self:
        """Connect."""
        http = cls(host, port)
        await http._connect()
        return http

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    async def request(
        self, method: str, path: str, body: Any = None, *, token: str | None = None
    ) -> tuple[int, bytes]:
        """Send a request; status and body of the answer."""
        assert self._answer is None, "one request at a time"
        content = b"" if body is None else orjson.dumps(body)
        head = b"%s %s HTTP/1.1\r\nHost: %s\r\n" % (method.encode(), path.encode(), self._host)
        if token is not None:
            head += b"Authorization: Bearer %s\r\n" % token.encode()
        if body is not None:
            head += b"Content-Type: application/json\r\n"
        whole = b"%sContent-Length: %d\r\n\r\n%s" % (head, len(content), content)
        # The api hangs up on who was silent for some seconds: before, or in the moment of, the request.
        if self._transport is not None:
            with contextlib.suppress(ConnectionResetError):
                return await self._send(whole)
        await self._connect()
        return await self._send(whole)

    async def _send(self, request: bytes) -> tuple[int, bytes]:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    async def json(
        self, method: str, path: str, body: Any = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """A request that must succeed.

        Raises:
            RuntimeError: it did not; with the status and what was said.
        """
        status, content = await self.request(method, path, body, token=token)
        if status >= 300:
            raise RuntimeError(f"{method} {path.split('?')[0]} answered {status}: {content[:300].decode()}")
        answer: dict[str, Any] = orjson.loads(content) if content else {}
        return answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of no common class

    def data_received(self, data: bytes) -> None:
        self._read += data
        end = self._read.find(END_OF_HEAD)
        if end < 0:
            return
        status, length = read_head(bytes(self._read[:end]))
        start = end + len(END_OF_HEAD)
        if len(self._read) < start + length:
            return
        content = bytes(self._read[start : start + length])
        del self._read[: start + length]
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result((status, content))

    async def _connect(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, *self._address)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(ConnectionResetError("the api hung up"))


def read_head(head: bytes) -> tuple[int, int]:
    """Status and Content-Length of an answer's head."""
    lines = head.lower().split(b"\r\n")
    status = int(lines[0].split(b" ", 2)[1])
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return status, int(value)
        if name == b"transfer-encoding":
            raise RuntimeError("this client reads answers with Content-Length only")
    return status, 0


class Stream(asyncio.Protocol):
    """One WebSocket by the sans-I/O half of `websockets`; every text frame goes to `heard`, decoded."""

    def __init__(self, address: str, path: str, heard: Callable[[dict[str, Any]], None]) -> None:
        self._protocol = ClientProtocol(
            parse_uri(f"ws://{address}{path}"), origin=Origin(f"http://{address}"), max_size=None
        )
        self._heard = heard
        self._transport: asyncio.Transport | None = None
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, host: str, port: int, path: str, heard: Callable[[dict[str, Any]], None]) -> Self:
        """Connect and shake hands, as a page of the same origin.

        Raises:
            InvalidHandshake: the api refused.
        """
        _, protocol = await asyncio.get_running_loop().create_connection(
            lambda: cls(f"{host}:{port}", path, heard), host, port
        )
        await protocol._opened
        return protocol

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def say(self, frame: dict[str, Any]) -> None:
        """Send a text frame."""
        self._protocol.send_text(orjson.dumps(frame))
        self._flush()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of no common class
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if not self._opened.done():
                self._end_handshake()
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._heard(orjson.loads(event.data))
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(ConnectionResetError("the api hung up"))

    def _end_handshake(self) -> None:
        refused = self._protocol.handshake_exc
        if refused is None:
            self._opened.set_result(None)
        else:
            self._opened.set_exception(refused)

    def _flush(self) -> None:
        assert self._transport is not None
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
