"""A running stack of stand-ins, seen from outside: its events, its processes, its refusals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from omnisupport.devstack.ports import FIRST, LAST, is_free
from omnisupport.devstack.postgres_home import PostgresHome
from omnisupport.devstack.state import StateDir

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
Start = Callable[..., "RunningStack"]


class RunningStack:
    """`run_stack.py` as a child, with files for what it says."""

    def __init__(self, state: Path, port: int, **variables: str) -> None:
        self.state = state
        self.port = port
        self.out, self.err = state.with_suffix(".out"), state.with_suffix(".err")
        env = {key: value for key, value in os.environ.items() if not key.startswith(("OMNI_", "DATABASE_"))}
        env |= {"TELEGRAM_API_URL": "http://127.0.0.1:9"}  # nothing here asks the real one
        env |= {"OMNI_STATE_DIR": str(state), "OMNI_PORT": str(port)} | variables
        with self.out.open("wb") as out, self.err.open("wb") as err:
            command = [sys.executable, "-m", "tests.devstack.run_stack"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=err)
        self.began = time.monotonic()

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every line of stdout; a line that is not JSON fails the test."""
        lines = self.out.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def wait_for(self, what: Callable[[list[dict[str, Any]]], Any], patience: float = PATIENCE) -> Any:
        """Wait until the events hold it; give back what was found."""
        deadline = time.monotonic() + patience
        while not (found := what(self.events)):
            assert self.process.poll() is None, f"ended with {self.process.poll()}: {self.err.read_text()}"
            assert time.monotonic() < deadline, f"waited in vain; stderr: {self.err.read_text()}"
            time.sleep(0.05)
        return found

    def ready(self) -> dict[str, Any]:
        """The ready event."""
        found = self.wait_for(lambda events: [one for one in events if one["event"] == "ready"])
        return dict(found[0])

    def changes(self, name: str, after: int = 0) -> list[str]:
        """The states that a part went through since the first `after` events."""
        return [one["state"] for one in self.events[after:] if one["event"] == "part" and one["name"] == name]

    def family(self) -> list[psutil.Process]:
        """The supervisor and everything below it."""
        me = psutil.Process(self.process.pid)
        return [me, *me.children(recursive=True)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and give back its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it went while it was looked at
        return False


def all_gone(processes: list[psutil.Process], patience: float = 10.0) -> list[psutil.Process]:
    """Those that are still alive after `patience` seconds; a zombie is not alive."""
    deadline = time.monotonic() + patience
    alive = processes
    while alive and time.monotonic() < deadline:
        alive = [one for one in alive if _is_alive(one)]
        time.sleep(0.05)
    return alive


def free_port() -> int:
    """A port for the api of one test, apart from those of tests that run beside it."""
    start = FIRST + os.getpid() * 37 % (LAST - FIRST - 200)
    return next(port for port in range(start, LAST) if is_free(port))


@pytest.fixture
def start_stack(tmp_path: Path) -> Iterator[Start]:
    """Start stacks that are stopped after the test, whatever happens, with their data."""
    started: list[RunningStack] = []

    def start(state: Path | None = None, port: int | None = None, **variables: str) -> RunningStack:
        stack = RunningStack(state or tmp_path / "state", port or free_port(), **variables)
        started.append(stack)
        return stack

    yield start
    for stack in started:
        if stack.process.poll() is None:
            stack.process.kill()
            stack.process.wait()
    for state in {stack.state for stack in started}:
        if state.is_relative_to(tmp_path):  # not the folder of a stack that others use
            remove_data(state)


def remove_data(state: Path) -> None:
    """Remove the database of a state folder; as root it is not inside."""
    if state.exists():
        PostgresHome(StateDir.open(state)).remove()
