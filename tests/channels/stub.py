"""A provider that answers as it is told, and fails in every way that real ones do: for all channels that speak HTTP."""

from __future__ import annotations

import asyncio
import json
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Self

from aiohttp import web

from tests.support.product import bound


@dataclass(frozen=True)
class Called:
    """A request as it reached the provider."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    form: Mapping[str, str]
    """Fields of a form or of JSON's first level, as text."""
    files: Mapping[str, tuple[str, str, bytes]] = field(default_factory=dict)
    """Name, media type and bytes of what was uploaded, by its field."""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What comes back.

    `fault`: `drop` closes before anything is done, `lose` does it and closes without a word, `stall` does nothing and
    falls silent, `hang` does it and falls silent, `slow` answers after `after_s`.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    fault: str = ""
    after_s: float = 0.0

    @property
    def takes(self) -> bool:
        """Whether the provider has done what was asked."""
        return (
            self.fault in ("lose", "hang") or (not self.fault and self.status < 400) or self.fault == "slow"
        )


BAD_GATEWAY = Answer(502, "<html><body>502 Bad Gateway</body></html>", content_type="text/html")
Respond = Callable[[Called], Answer]


class Stub:
    """Its `respond` says what a request is answered with; `answers` are used up before that.

    `done` are requests that it has carried out, whatever it then said.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.answers: list[Answer] = []
        self.calls: list[Called] = []
        self.done: list[Called] = []
        self._socket = bound()
        self.port: int = self._socket.getsockname()[1]
        weakref.finalize(self, self._socket.close)
        self._silent = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{tail:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        if (
            self._socket.fileno() < 0 or self._socket.getsockname()[1] != self.port
        ):  # opened again, or elsewhere
            self._socket.close()
            self._socket = bound(self.port)
        await web.SockSite(self._runner, self._socket).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._silent.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        called = Called(
            request.method,
            request.path,
            dict(request.query),
            {name.lower(): value for name, value in request.headers.items()},
            body,
            await _fields(request, body),
            {part.name: (part.file, part.type, part.content) for part in _parts(request, body) if part.file},
        )
        self.calls.append(called)
        usual = self.respond(called)
        answer = self.answers.pop(0) if self.answers else usual
        if answer.takes:
            self.done.append(called)
        if answer.fault in ("drop", "lose"):
            assert request.transport is not None
            request.transport.close()
            raise asyncio.CancelledError
        if answer.fault in ("hang", "stall"):
            await self._silent.wait()
        if answer.fault == "slow":
            await asyncio.sleep(answer.after_s)
            answer = usual
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        return web.Response(
            status=answer.status, text=text, headers=dict(answer.headers), content_type=answer.content_type
        )


async def _fields(request: web.Request, body: bytes) -> dict[str, str]:
    if request.content_type == "multipart/form-data":
        return {part.name: part.content.decode() for part in _parts(request, body) if not part.file}
    if request.content_type == "application/x-www-form-urlencoded":
        return {name: str(value) for name, value in (await request.post()).items()}
    if request.content_type == "application/json" and body:
        read = json.loads(body)
        if isinstance(read, dict):
            return {
                name: value if isinstance(value, str) else json.dumps(value) for name, value in read.items()
            }
    return {}


@dataclass(frozen=True)
class _Part:
    name: str
    file: str
    type: str
    content: bytes


def _parts(request: web.Request, body: bytes) -> list[_Part]:
    """A form of several parts: the body was read before, and aiohttp would read it once more."""
    if request.content_type != "multipart/form-data":
        return []
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    whole = BytesParser(policy=HTTP).parsebytes(head + body)
    found = []
    for part in whole.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = part.get_param("name", header="Content-Disposition")
        found.append(_Part(str(name), part.get_filename() or "", part.get_content_type(), content))
    return found
