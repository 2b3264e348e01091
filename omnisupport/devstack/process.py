"""One child process: its own session, a log file, dies with the parent, takes its descendants along."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from omnisupport.devstack.warden import MARK, Warden, family_of, is_alive, kill_all

LOG_LIMIT = 5_000_000
LOG_KEPT = 500_000
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Launch:
    """How to start a process and how to end it."""

    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path | None = None
    uid: int | None = None
    gid: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    """What the child gets the moment its parent is gone, however the parent died."""
    niceness: int = 0
    """How far it stands back where the processors are busy."""


class Child:
    """A running process of the stack."""

    def __init__(self, launch: Launch, log: Path, warden: Warden | None = None) -> None:
        """Start it. Call this from the main thread: Linux ends the child when its *thread* ends."""
        self._launch = launch
        self._warden = warden
        self._mark = secrets.token_hex(16)
        trim_log(log)
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                list(launch.command),
                env=dict(launch.env) | {MARK: self._mark},
                cwd=launch.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Only system calls between fork and exec: no lock is taken there, so threads do no harm.
                preexec_fn=_begin(launch.orphan_signal, launch.niceness),
                user=launch.uid,
                group=launch.gid,
                extra_groups=None if launch.uid is None else [],
                umask=0o077,
            )
        if warden is not None:
            warden.watch(self.pid, launch.orphan_signal, self._mark)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._popen.poll()

    def ask_to_stop(self) -> None:
        """Send the part's own stop signal."""
        if self.exit_code() is None:
            self._popen.send_signal(self._launch.stop_signal)

    def kill(self) -> None:
        """End it and everything it started, now."""
        family = family_of(self.pid, self._mark)
        if self.exit_code() is None:
            self._popen.kill()
        kill_all(family)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout=5)
        if self._warden is not None:
            self._warden.forget(self.pid)

    def stop(self, timeout: float = 10.0) -> None:
        """Ask, wait at most `timeout` seconds, then end whatever of the family is left."""
        family = family_of(self.pid, self._mark)
        self.ask_to_stop()
        deadline = time.monotonic() + timeout
        while self.exit_code() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        kill_all([member for member in family if is_alive(member)])
        self.kill()


def _begin(orphan_signal: signal.Signals, niceness: int) -> Callable[[], object]:
    """Runs in the child after its user was set: a change of user would clear what is asked of the kernel."""
    if sys.platform != "linux":
        return partial(os.nice, niceness)  # the warden ends orphans there
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask_kernel() -> None:
        os.nice(niceness)
        libc.prctl(PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died in between
            os._exit(1)

    return ask_kernel


def trim_log(log: Path) -> None:
    """Keep the end of a log that has grown past its limit."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not log.exists():
        log.touch(mode=0o600)
    elif log.stat().st_size > LOG_LIMIT:
        with log.open("rb") as file:
            file.seek(-LOG_KEPT, os.SEEK_END)
            kept = file.read()
        log.write_bytes(kept.partition(b"\n")[2])


def tail(log: Path, lines: int = 12, since: int = 0) -> str:
    """The last lines of a log, at most those written after byte `since`."""
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - 16_384))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
