"""The door to a running supervisor: a unix socket of mode 0600 in the state folder, one JSON line each way."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.state import StateDir
from omnisupport.settings import Settings

FOLDER, SOCKET = "run", "control.sock"
Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class ControlServer:
    """Answers `omni dev stop|start|status`."""

    def __init__(self, state: StateDir, handle: Handler) -> None:
        self._path = state.socket_folder(FOLDER, SOCKET) / SOCKET
        self._handle = handle
        self._server: asyncio.Server | None = None
        self._answering: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Listen; a socket that a killed supervisor left is replaced (its lock is ours now)."""
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, path=str(self._path))
        finally:
            os.umask(before)

    def close(self) -> None:
        """Stop listening, and leave orders that are not done."""
        if self._server is not None:
            self._server.close()
        for task in self._answering:
            task.cancel()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        with contextlib.suppress(ConnectionError, ValueError):
            request = json.loads(await reader.readline())
            answer = await self._handle(request)
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()


def ask_supervisor(state: StateDir, request: dict[str, Any], *, timeout: float = 90.0) -> dict[str, Any]:
    """Send one request to the running supervisor.

    Raises:
        Refused: none runs on this state folder, or it refused the request.
    """
    folder = state.find_socket_folder(FOLDER, SOCKET)
    try:
        if folder is None:
            raise FileNotFoundError
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(timeout)
            link.connect(str(folder / SOCKET))
            link.sendall(json.dumps(request).encode() + b"\n")
            with link.makefile("rb") as file:
                answer: dict[str, Any] = json.loads(file.readline() or b"{}")
    except TimeoutError:
        raise Refused(f"The supervisor did not answer within {timeout:.0f} s.") from None
    except (OSError, ValueError):
        raise Refused(f"Nothing runs on the state folder {state.root}: start it with omni dev.") from None
    if "error" in answer or not answer:
        raise Refused(str(answer.get("error", "The supervisor ended before it answered.")))
    return answer


def order(do: str, part: str) -> str:
    """`omni dev stop|start PART`; answers in words."""
    view = ask_supervisor(here(), {"do": do, "part": part})["part"]
    process = f" (process {view['pid']})" if view["pid"] else ""
    return f"{view['name']} is {view['state']}{process}"


def print_status(as_json: bool) -> None:
    """`omni dev status`."""
    parts = ask_supervisor(here(), {"do": "status"})["parts"]
    if as_json:
        sys.stdout.write(json.dumps({"parts": parts}, ensure_ascii=False) + "\n")
        return
    for part in parts:
        sys.stdout.write(f"{part['name']:9} {part['state']:9} {part['pid'] or '-':>8}  {part['url']}\n")


def here() -> StateDir:
    """The state folder that this command was asked about; it is not made, nor mended."""
    return StateDir(Settings().state_dir.expanduser().absolute())


def is_running(state: StateDir) -> bool:
    """A supervisor answers on this state folder."""
    try:
        ask_supervisor(state, {"do": "status"}, timeout=2)
    except Refused:
        return False
    return True
