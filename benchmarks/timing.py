"""How long something takes: the best of some runs, so that neighbours on the machine do not count."""

from __future__ import annotations

import time
from collections.abc import Callable


def best(work: Callable[[], object], repeat: int) -> float:
    """The best of some runs, in seconds."""
    times = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def speed_of_machine() -> float:
    """Millions of rounds of an empty loop a second: machines, and one machine at two times, differ twofold."""

    def loop() -> None:
        total = 0
        for number in range(1_000_000):
            total += number

    return 1 / best(loop, 5)
