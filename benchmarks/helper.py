"""Processes beside the measuring one: a question and an answer are one JSON line each."""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

import orjson

DEADLINE_S = 900.0
"""No order takes so long; one that does is stuck."""
LINE_LIMIT = 256 * 1024 * 1024
Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class HelperFailed(RuntimeError):
    """The other process ended or reported an error."""


class Helper:
    """A module of this package in a process of its own."""

    def __init__(self, module: str, *words: str, env: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-P", "-m", module, *words]
        self._env = env
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        # `-P` keeps the current folder off sys.path (as the product starts), so name the root by PYTHONPATH.
        env = {**os.environ, **self._env, "PYTHONPATH": os.getcwd()}
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=env,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
        )
        await self._read()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def ask(self, do: str, **values: Any) -> dict[str, Any]:
        """Give an order and wait for its answer.

        Raises:
            HelperFailed: with the other side's words.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(orjson.dumps({"do": do, **values}) + b"\n")
        await self._process.stdin.drain()
        return await self._read()

    async def _read(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            line = await self._process.stdout.readline()
        if not line:
            raise HelperFailed(f"{' '.join(self._command[3:])} ended with {await self._process.wait()}")
        answer: dict[str, Any] = orjson.loads(line)
        if "error" in answer:
            raise HelperFailed(f"{' '.join(self._command[3:])}: {answer['error']}")
        return answer


async def serve(handlers: Mapping[str, Handler]) -> None:
    """The helper's side: say that it is ready, then obey until stdin is closed."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LINE_LIMIT)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    _answer({"ready": True})
    while line := await reader.readline():
        order = orjson.loads(line)
        try:
            _answer(await handlers[order.pop("do")](order))
        except Exception:  # told to the other side, which ends the run with it
            _answer({"error": traceback.format_exc()})


def leave() -> None:
    """End at once: a process with a Temporal client may abort at interpreter exit."""
    sys.stdout.flush()
    os._exit(0)


def _answer(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.flush()
