"""Telemelya, another project's double of the Bot API, in a virtual environment of its own.

It keeps its state in Redis and its files in S3: the first is fakeredis beside it, the second is the few calls of it
that it makes, here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from aiohttp import web

from tests.channels.peers.made import made, pip
from tests.channels.peers.running import START_S, running

BUCKET = "test-media"
_LISTENS = re.compile(r"running on (http://[0-9.:]+)")
_SERVE = """
import os, threading, uvicorn
from fakeredis import TcpFakeServer

redis = TcpFakeServer(("127.0.0.1", 0))
threading.Thread(target=redis.serve_forever, daemon=True).start()
os.environ["REDIS_URL"] = f"redis://127.0.0.1:{redis.server_address[1]}/0"
from telemelya.server.app import app

uvicorn.run(app, host="127.0.0.1", port=0)
"""


class Telemelya:
    """Its control API, and the bytes that it was given."""

    def __init__(self, url: str, files: dict[str, bytes]) -> None:
        self.url = url
        self.files = files
        self._client = httpx2.AsyncClient(
            base_url=f"{url}/api/v1/test", headers={"Authorization": "Bearer any"}, timeout=START_S
        )

    async def told(self) -> list[dict[str, Any]]:
        """What the bot has asked for, oldest first."""
        answer = await self._client.get("/responses")
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["responses"]
        return found

    async def says(self, token: str, chat: int, **said: Any) -> dict[str, Any]:
        """Let the customer of a chat do something; the update, and what the webhook answered."""
        who = {"id": chat, "first_name": "Иван", "username": "ivan"}
        body = {"chat_id": chat, "from_user": who, **said}
        answer = await self._client.post("/send_update", params={"bot_token": token}, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def keeps(self, content: bytes, name: str) -> str:
        """A file of the customer; its id."""
        answer = await self._client.post("/upload_media", files={"file": (name, content)})
        answer.raise_for_status()
        return str(answer.json()["file_id"])

    async def close(self) -> None:
        """Give connections back."""
        await self._client.aclose()


@asynccontextmanager
async def telemelya() -> AsyncIterator[Telemelya]:
    """The double, while it listens."""
    home = await asyncio.to_thread(made, "telemelya", pip)
    files: dict[str, bytes] = {}
    async with _storage(files) as storage:
        command = [str(home / "venv/bin/python"), "-c", _SERVE]
        more = {"MINIO_ENDPOINT": storage, "MINIO_BUCKET": BUCKET, "NO_PROXY": "127.0.0.1"}
        async with running(command, home, _LISTENS, more) as url:
            found = Telemelya(url, files)
            yield found
            await found.close()


@asynccontextmanager
async def _storage(files: dict[str, bytes]) -> AsyncIterator[str]:
    """The `host:port` of what S3 does here: a bucket that is there, objects put and got."""

    async def serve(request: web.Request) -> web.Response:
        if request.method == "PUT":
            files[request.path] = await request.read()
        elif request.path != f"/{BUCKET}" and request.path not in files:
            return web.Response(status=404)
        content = files.get(request.path, b"") if request.method == "GET" else b""
        return web.Response(body=content, headers={"ETag": '"x"'})

    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_route("*", "/{tail:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()
