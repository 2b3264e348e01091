"""CPU time and memory of processes and of the machine, read from /proc (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
IDLE_FIELDS = (3, 4)
"""Of the first line of /proc/stat: idle and iowait."""
CPU_FIELDS = 8
"""user nice system idle iowait irq softirq steal; what follows is counted in them already."""


@dataclass(frozen=True)
class Process:
    """A line of /proc/PID/stat: CPU milliseconds of its own and of children that have ended."""

    pid: int
    parent: int
    ms: float


@dataclass(frozen=True)
class Snapshot:
    """CPU milliseconds so far: of named process trees, of all that this process started, of the machine."""

    at: float
    parts: Mapping[str, float]
    ours: float
    machine: float


@dataclass(frozen=True)
class Usage:
    """What was used between two snapshots; `others` are cores that strangers kept busy meanwhile."""

    seconds: float
    parts: Mapping[str, float]
    ours: float
    others: float

    @property
    def total(self) -> float:
        """CPU milliseconds of the named parts together."""
        return sum(self.parts.values())

    def per(self, count: int) -> dict[str, float]:
        """CPU milliseconds of each part a piece."""
        return {name: ms / max(1, count) for name, ms in self.parts.items()}


def parse_stat(line: str) -> Process:
    """One line of /proc/PID/stat; the command in it may hold spaces and brackets."""
    head, _, rest = line.rpartition(")")
    fields = rest.split()
    user, system, reaped_user, reaped_system = (int(field) for field in fields[11:15])
    ticks = user + system + reaped_user + reaped_system
    return Process(pid=int(head.partition(" ")[0]), parent=int(fields[1]), ms=ticks * TICK_MS)


def read_processes() -> dict[int, Process]:
    """Every process that can be seen, by its pid."""
    found: dict[int, Process] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found[int(entry)] = parse_stat(Path(f"/proc/{entry}/stat").read_text())
            except (OSError, ValueError, IndexError):
                continue  # it ended meanwhile
    return found


def tree_ms(root: int, processes: Mapping[int, Process]) -> float:
    """CPU milliseconds of a process and of everything below it, ended children included."""
    children: dict[int, list[int]] = {}
    for process in processes.values():
        children.setdefault(process.parent, []).append(process.pid)
    total, waiting = 0.0, [root]
    while waiting:
        pid = waiting.pop()
        if pid in processes:
            total += processes[pid].ms
        waiting += children.get(pid, [])
    return total


def parse_machine(line: str) -> float:
    """Busy CPU milliseconds of all cores, from the first line of /proc/stat."""
    ticks = [int(field) for field in line.split()[1 : CPU_FIELDS + 1]]
    return (sum(ticks) - sum(ticks[index] for index in IDLE_FIELDS)) * TICK_MS


def take_snapshot(parts: Mapping[str, int]) -> Snapshot:
    """Read the clocks; `parts` are names and root pids."""
    processes = read_processes()
    with open("/proc/stat", encoding="ascii") as file:
        machine = parse_machine(file.readline())
    return Snapshot(
        at=time.monotonic(),
        parts={name: tree_ms(pid, processes) for name, pid in parts.items()},
        ours=tree_ms(os.getpid(), processes),
        machine=machine,
    )


def usage_between(before: Snapshot, after: Snapshot) -> Usage:
    """The difference of two snapshots of the same parts."""
    seconds = after.at - before.at
    ours = after.ours - before.ours
    strangers = after.machine - before.machine - ours
    return Usage(
        seconds=seconds,
        parts={name: after.parts[name] - before.parts[name] for name in before.parts},
        ours=ours / 1000 / seconds,
        others=max(0.0, strangers / 1000 / seconds),
    )


def rss_kib(pid: int) -> float:
    """Resident memory of one process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1])
    raise ValueError(f"process {pid} has no memory of its own")
