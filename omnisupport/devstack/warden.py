"""A tiny process that ends the whole family when the supervisor is gone, however it died.

`PR_SET_PDEATHSIG` reaches direct children only, and Linux only. The warden holds a pipe from the
supervisor; when the pipe closes it ends what the supervisor had told it about, with all descendants.
It runs this very file with nothing but the standard library, in a session of its own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

GRACE = 3.0
MARK = "OMNI_PROCESS_MARK"

Process = tuple[int, str]
"""A pid with its start time, so that a reused pid is not taken for the old process."""


class Warden:
    """The supervisor's end of the pipe."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def watch(self, pid: int, orphan_signal: signal.Signals, mark: str) -> None:
        """End this process and its family when we are gone."""
        self._tell(f"+{pid} {int(orphan_signal)} {mark}\n")

    def forget(self, pid: int) -> None:
        """It has ended; its pid may be somebody else's soon."""
        self._tell(f"-{pid}\n")

    def dismiss(self) -> None:
        """Everything is stopped: close the pipe and wait for the warden to go."""
        if self._popen.stdin is not None:
            with contextlib.suppress(OSError):
                self._popen.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout=GRACE + 2)

    def _tell(self, line: str) -> None:
        if self._popen.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self._popen.stdin.write(line.encode())
                self._popen.stdin.flush()


def family_of(pid: int, mark: str) -> list[Process]:
    """The process, its descendants, and whoever is of its session or carries its mark, as far as /proc tells.

    Descent alone is not enough: when a parent dies, its children become children of process 1. The mark
    is a variable of the environment, which passes from parent to child and stays readable.
    """
    table = _process_table()
    family, grew = {pid} | {one for one in table if _carries(one, mark)}, True
    while grew:
        members = {
            one
            for one, (parent, session, _) in table.items()
            if parent in family or session == pid or session in family
        }
        grew = not members <= family
        family |= members
    return [(one, table[one][2]) for one in sorted(family) if one in table]


def is_alive(process: Process) -> bool:
    """It runs still, and is the same process; a zombie is dead."""
    fields = _stat_fields(process[0])
    return fields is not None and fields[0] != "Z" and fields[19] == process[1]


def kill_all(processes: Iterable[Process]) -> None:
    """SIGKILL to each that is still the process it was."""
    for process in processes:
        if is_alive(process):
            with contextlib.suppress(OSError):
                os.kill(process[0], signal.SIGKILL)


def _carries(pid: int, mark: str) -> bool:
    try:
        return f"{MARK}={mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False  # gone, or another user's


def _process_table() -> dict[int, tuple[int, int, str]]:
    """pid -> (parent, session, start time); empty where there is no /proc."""
    table = {}
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _stat_fields(int(entry.name))
        if fields is not None:
            table[int(entry.name)] = (int(fields[1]), int(fields[3]), fields[19])
    return table


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on: 0 state, 1 parent, 3 session, 19 start time."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _read_watched() -> dict[int, tuple[int, str]]:
    """pid -> (signal, mark) of everything that is up when the pipe closes."""
    watched: dict[int, tuple[int, str]] = {}
    for line in sys.stdin:
        kind, words = line[:1], line[1:].split()
        if kind == "+":
            watched[int(words[0])] = (int(words[1]), words[2])
        else:
            watched.pop(int(words[0]), None)
    return watched


def _main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watched = _read_watched()
    families = {pid: family_of(pid, mark) for pid, (_, mark) in watched.items()}
    for pid, (number, _) in watched.items():
        with contextlib.suppress(OSError):
            os.kill(pid, number)
        if number == signal.SIGKILL:
            kill_all(families[pid])
    left = [member for family in families.values() for member in family]
    deadline = time.monotonic() + GRACE
    while any(is_alive(member) for member in left) and time.monotonic() < deadline:
        time.sleep(0.05)
    kill_all(left)
    if watched and not left:  # no /proc here: the groups are all that can be known
        _kill_groups(watched)


def _kill_groups(pids: Iterable[int]) -> None:
    time.sleep(GRACE)
    for pid in pids:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    _main()
