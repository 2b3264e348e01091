"""Loopback ports: free ones are found once, kept in the state folder and used again at the next start."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path
from typing import IO

from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.state import StateDir

LOOPBACK = "127.0.0.1"
# Below the range from which the kernel takes ports for outgoing connections (32768 up on Linux), so that
# a kept port is rarely somebody's outgoing one at the next start.
FIRST, LAST = 20_000, 29_999
TRIES = 200


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Nobody listens on the port: a server could bind it now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a socket in TIME_WAIT does not count, a listening one does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


class PortBook:
    """The ports of one stack, by name, in `ports.json` of the state folder."""

    def __init__(self, state: StateDir) -> None:
        self._state = state
        kept = state.read_json("ports.json")
        self._ports = {name: port for name, port in kept.items() if isinstance(port, int)}
        self.moved: list[str] = []
        """One sentence for every kept port that somebody else holds now."""
        self._spoken_for: dict[int, IO[bytes]] = {}
        """Ports that no other stack of this user takes before our part listens there: their lock files."""

    def claim(self, name: str) -> int:
        """The kept port of this name, or a new free one."""
        kept = self._ports.get(name)
        if kept is not None and is_free(kept) and self._speak_for(kept):
            return kept
        port = self._find()
        if kept is not None:
            self.moved.append(
                f"Port {kept} of {name} is taken by {holder_of(kept)}; using {port} from now on."
            )
        self._ports[name] = port
        self._state.write_json(dict(self._ports), "ports.json")
        return port

    def kept(self, name: str) -> int | None:
        """The port of this name as it is written down, free or not."""
        return self._ports.get(name)

    def _find(self) -> int:
        taken = set(self._ports.values())
        for _ in range(TRIES):
            port = random.randint(FIRST, LAST)  # noqa: S311 - any free one will do
            if port not in taken and is_free(port) and self._speak_for(port):
                return port
        raise Refused(
            f"No free port between {FIRST} and {LAST} on {LOOPBACK}: stop something that listens there."
        )

    def _speak_for(self, port: int) -> bool:
        """Lock a port against other stacks that look for one right now; the lock ends with this book."""
        if port in self._spoken_for:
            return True
        folder = Path(tempfile.gettempdir()) / f"omni-ports-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = (folder / str(port)).open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._spoken_for[port] = lock
        return True


class KeptPorts(PortBook):
    """For whoever only looks at a stack: the ports as they are written down, 0 for an unknown one."""

    def claim(self, name: str) -> int:
        return self.kept(name) or 0


def require_free(port: int, *, variable: str, host: str = LOOPBACK) -> None:
    """Refuse a port that a person chose and that is taken.

    Raises:
        Refused: it is taken, or may not be bound by this user.
    """
    if not 0 < port < 65536:
        raise Refused(f"{variable}={port} is not a port: choose one between 1024 and 65535.")
    if not is_free(port, host):
        other = port + 1 if port < 65535 else port - 1
        raise Refused(
            f"Port {port} is already in use by {holder_of(port)}: stop it, or choose another port, "
            f"for example {variable}={other}."
        )


def holder_of(port: int) -> str:
    """Who listens on the port, as well as this user may know."""
    inode = _listening_inode(port)
    if inode is None:
        return "another process"
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            for link in os.scandir(entry / "fd"):
                if os.readlink(link.path) == f"socket:[{inode}]":
                    return f"process {entry.name} ({(entry / 'comm').read_text().strip()})"
    return "another process"


def _listening_inode(port: int) -> str | None:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    return fields[9]
    return None
