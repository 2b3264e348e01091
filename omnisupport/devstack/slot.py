"""One part under supervision: starts it, waits until it is ready, restarts it when it dies, holds it down."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from omnisupport.devstack.part import Part, failure_of
from omnisupport.devstack.process import Child
from omnisupport.devstack.warden import Warden
from omnisupport.errors import OmniError

POLL = 0.05
STOP_TIMEOUT = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
STEADY_AFTER = 30.0
"""A part that ran this long, in seconds, is restarted without a pause."""


class PartState(StrEnum):
    """What a part is doing."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"
    EXTERNAL = "external"


class Slot:
    """A part, its process and its state. All methods run on the supervisor's loop."""

    def __init__(self, part: Part, log: Path, warden: Warden, changed: Callable[[Slot], None]) -> None:
        self.part = part
        self.state = PartState.STOPPED
        self.reason = ""
        """Why it is in this state, for people."""
        self._log = log
        self._warden = warden
        self._changed = changed
        self._child: Child | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    async def start(self) -> None:
        """Start it and stay with it.

        Raises:
            PartFailed: it did not become ready; it is not tried again.
        """
        async with self._turn:
            if self._keeper is not None:
                return
            await self._start_once()
            self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def stop(self) -> None:
        """Stop it and leave it stopped; safe to repeat, also while it is starting."""
        async with self._turn:
            if self._keeper is not None:
                self._keeper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._keeper
                self._keeper = None
            await self._end_child()
            if self.state is not PartState.STOPPED:
                self._become(PartState.STOPPED)

    def kill(self) -> None:
        """End it now, whatever it is doing."""
        if self._child is not None:
            self._child.kill()

    async def _start_once(self) -> None:
        self._become(PartState.STARTING)
        try:
            launch = await asyncio.to_thread(self.part.prepare)
            written = self._log.stat().st_size if self._log.exists() else 0
            # On this thread: Linux ends a child that asked for it when the *thread* that made it ends.
            self._child = Child(launch, self._log, self._warden)
            await self._wait_until_ready(self._child, written)
            await asyncio.to_thread(self.part.finish)
        except BaseException as error:
            if self._child is not None:
                self._child.kill()
                self._child = None
            if isinstance(error, Exception):  # being stopped while it starts is no failure
                self._become(PartState.FAILED, str(error))
            raise
        self._become(PartState.READY)

    async def _wait_until_ready(self, child: Child, written: int) -> None:
        deadline = time.monotonic() + self.part.start_timeout
        while not await asyncio.to_thread(self.part.is_ready):
            if child.exit_code() is not None or time.monotonic() > deadline:
                raise failure_of(self.part, child.exit_code(), self._log, written)
            await asyncio.sleep(POLL)

    async def _keep(self) -> None:
        """Bring it back for as long as nobody stops it, with longer pauses while it keeps dying."""
        pause = 0.0
        while True:
            began = time.monotonic()
            if self._child is not None:
                await self._wait_for_death(self._child)
            pause = (
                0.0
                if time.monotonic() - began > STEADY_AFTER
                else min(pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)
            )
            await asyncio.sleep(pause)
            with contextlib.suppress(OmniError, OSError, subprocess.SubprocessError):
                await self._start_once()

    async def _wait_for_death(self, child: Child) -> None:
        while (code := child.exit_code()) is None:  # noqa: ASYNC110 - the kernel wakes nobody here
            await asyncio.sleep(POLL)
        child.kill()  # what it left behind
        self._child = None
        self._become(PartState.FAILED, _words_of(code))

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            self._become(PartState.STOPPING)
            await asyncio.to_thread(child.stop, STOP_TIMEOUT)

    def _become(self, state: PartState, reason: str = "") -> None:
        self.state, self.reason = state, reason
        self._changed(self)


def _words_of(exit_code: int) -> str:
    return f"killed by signal {-exit_code}" if exit_code < 0 else f"ended with {exit_code}"
