"""A visitor of the widget, over real HTTP and a real WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any, Self
from uuid import uuid4

import httpx2
import websockets

from tests.support.patience import PATIENCE_S


class Visitor:
    """One browser with the widget open."""

    def __init__(self, url: str, slug: str, *, locale: str | None = None) -> None:
        self.url = url
        self.slug = slug
        self.locale = locale
        self.token = ""
        self.config: dict[str, Any] = {}
        self.conversation_id: str | None = None
        self.received: list[dict[str, Any]] = []
        self.frames: list[dict[str, Any]] = []
        self._http = httpx2.AsyncClient(base_url=url, timeout=20, verify=False)
        self._pump: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._socket: Any = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Open the widget: a session, no conversation."""
        body = {"locale": self.locale, "visitor_token": self.token or None}
        answer = await self._http.post(f"/api/v1/widget/{self.slug}/sessions", json=body)
        assert answer.status_code == 201, answer.text
        session = answer.json()
        self.token, self.config = session["visitor_token"], session["config"]
        self.conversation_id = session["conversation_id"]

    async def close(self) -> None:
        """Close the browser."""
        await self.disconnect()
        await self._http.aclose()

    async def disconnect(self) -> None:
        """End the live stream."""
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump

    @property
    def headers(self) -> dict[str, str]:
        """The visitor's credential."""
        return {"Authorization": f"Bearer {self.token}"}

    async def identify(self, **fields: str) -> None:
        """Say what the page knows of its visitor."""
        answer = await self._http.post("/api/v1/widget/identify", json=fields, headers=self.headers)
        assert answer.status_code == 204, answer.text

    async def post(self, text: str | None = None, *, button: str | None = None, id: str | None = None) -> Any:
        """Send without retry; the raw answer."""
        body: dict[str, Any] = {"client_message_id": id or str(uuid4())}
        body |= {"text": text} if button is None else {"button": button}
        return await self._http.post("/api/v1/widget/messages", json=body, headers=self.headers)

    async def send(self, text: str | None = None, *, button: str | None = None) -> dict[str, Any]:
        """Send as the widget does: the same id again until it is taken."""
        message_id = str(uuid4())
        for attempt in range(200):
            try:
                answer = await self.post(text, button=button, id=message_id)
            except (httpx2.TransportError, OSError):
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 202:
                message: dict[str, Any] = answer.json()["message"]
                self.conversation_id = message["conversation_id"]
                return message
            assert answer.status_code in (429, 500, 502, 503), (attempt, answer.text)
            await asyncio.sleep(0.1)
        raise AssertionError("the message was never taken")

    async def read(self, after: int = 0) -> dict[str, Any]:
        """Read by cursor."""
        params = {"after": after} | (
            {"conversation_id": self.conversation_id} if self.conversation_id else {}
        )
        answer = await self._http.get("/api/v1/widget/messages", params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    async def connect(self) -> None:
        """Open the live stream and keep it open across losses."""
        self._pump = asyncio.create_task(self._stream())
        await self.await_frame("welcome")

    async def say(self, frame: dict[str, Any]) -> None:
        """Send a frame on the live stream."""
        await self._socket.send(json.dumps(frame))

    async def until_closed(self, *, within: float = PATIENCE_S) -> int | None:
        """The code with which the server ends the live stream, within so many seconds."""
        socket = self._socket
        async with asyncio.timeout(within):
            await socket.wait_closed()
        code: int | None = socket.close_code
        return code

    async def await_frame(self, kind: str, *, timeout: float = PATIENCE_S) -> dict[str, Any]:
        """Wait for a frame of a kind."""
        return await self._await(lambda: next((f for f in self.frames if f["type"] == kind), None), timeout)

    async def await_reply(
        self, to: int, *, timeout: float = PATIENCE_S, count: int = 1
    ) -> list[dict[str, Any]]:
        """Wait for `count` outbound messages after the row `to`."""

        def replies() -> list[dict[str, Any]] | None:
            found = [m for m in self.received if m["direction"] == "outbound" and m["seq"] > to]
            return found if len(found) >= count else None

        return await self._await(replies, timeout)

    async def ask(
        self, text: str | None = None, *, button: str | None = None, count: int = 1
    ) -> list[dict[str, Any]]:
        """Send and wait for the answer on the live stream."""
        message = await self.send(text, button=button)
        return await self.await_reply(message["seq"], count=count)

    async def _await(self, look: Any, timeout: float) -> Any:
        async with asyncio.timeout(timeout):
            while True:
                self._news.clear()
                if (found := look()) is not None:
                    return found
                await self._news.wait()

    async def _stream(self) -> None:
        while True:
            try:
                ticket = await self._http.post("/api/v1/widget/ws-ticket", headers=self.headers)
                if ticket.status_code != 200:
                    raise OSError(ticket.text)
                after = self.received[-1]["seq"] if self.received else 0
                address = self.url.replace("http", "ws") + "/api/v1/widget/ws"
                async with websockets.connect(
                    f"{address}?ticket={ticket.json()['ticket']}&after={after}"
                ) as socket:
                    self._socket = socket
                    async for text in socket:
                        self._take(json.loads(text))
            except (OSError, httpx2.TransportError, websockets.WebSocketException):
                await asyncio.sleep(0.2)

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["type"] == "message":
            known = {m["id"] for m in self.received}
            if frame["message"]["id"] not in known:
                self.received.append(frame["message"])
        self._news.set()
