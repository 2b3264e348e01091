"""What the supervisor and the test harness know of a part: how to start it and when it is ready."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import json
import socket
import sys
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from omnisupport.devstack.ports import LOOPBACK
from omnisupport.devstack.process import Child, Launch, tail
from omnisupport.devstack.refusal import PartFailed, Refused
from omnisupport.devstack.warden import Warden

POLL = 0.02
STANDS_BACK = 5
"""Niceness of what answers: that a message is taken goes first where the processors are busy."""


class Part(ABC):
    """One process of the stack. All methods are synchronous and quick, except `prepare` at a first start."""

    name: str
    start_timeout: float = 30.0

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it answers, without any secret: fit for a log."""

    @abstractmethod
    def prepare(self) -> Launch:
        """Make what the process needs on disk and say how to start it. Safe to repeat."""

    @abstractmethod
    def is_ready(self) -> bool:
        """It answers now. Takes at most a second."""

    def finish(self) -> None:  # noqa: B027 - most parts have nothing left to do
        """What is left to do once it answers: roles, retention. Safe to repeat."""

    def version(self) -> str | None:
        """The version of the running or installed server, for `omni doctor`."""
        return None


def start_part(part: Part, log: Path, warden: Warden | None = None) -> Child:
    """Start a part and wait until it is ready; the blocking way, for tests.

    Raises:
        PartFailed: it ended or was not ready in time; nothing of it is left running.
    """
    launch = part.prepare()
    written = log.stat().st_size if log.exists() else 0
    child = Child(launch, log, warden)
    deadline = time.monotonic() + part.start_timeout
    try:
        while not part.is_ready():
            if child.exit_code() is not None or time.monotonic() > deadline:
                raise failure_of(part, child.exit_code(), log, written)
            time.sleep(POLL)
        part.finish()
    except BaseException:
        child.kill()
        raise
    return child


def failure_of(part: Part, exit_code: int | None, log: Path, since: int) -> PartFailed:
    """Say what happened to a part that did not become ready, with the end of its log."""
    what = (
        f"was not ready within {part.start_timeout:.0f} s" if exit_code is None else f"ended with {exit_code}"
    )
    words = tail(log, since=since) or "(it wrote nothing)"
    return PartFailed(f"{part.name} {what}. Its log is {log}:\n{words}")


def installed_folder(package: str, needed_for: str) -> Path:
    """The folder of an installed package, found without importing it.

    Raises:
        Refused: it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Refused(
            f"{needed_for} is missing: the package {package} is not installed. Run python3 scripts/bootstrap.py."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def installed_program(name: str, distribution: str, needed_for: str) -> Path:
    """A program that a wheel brought along: beside this interpreter, or where the wheel says.

    Raises:
        Refused: it is not there.
    """
    beside = Path(sys.executable).parent / name
    if beside.is_file():
        return beside
    with contextlib.suppress(metadata.PackageNotFoundError):
        for file in metadata.distribution(distribution).files or ():
            if file.name == name and (path := Path(str(file.locate())).resolve()).is_file():
                return path
    raise Refused(f"{needed_for} is missing: there is no {beside}. Run python3 scripts/bootstrap.py.")


def accepts(port: int, timeout: float = 0.5) -> bool:
    """Something listens on the loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of a part."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object; anything else reads as empty."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def http_call(
    port: int, path: str, *, body: dict[str, Any] | None = None, timeout: float = 1.0
) -> Answer | None:
    """GET, or POST where there is a body, on the loopback port; None where nobody answers."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
    try:
        if body is None:
            connection.request("GET", path)
        else:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, response.read())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
