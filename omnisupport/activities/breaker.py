"""Circuit breakers of connections: a service that is down is left alone for a while, and callers hear so at once.

Of one process, like the cache: each worker finds out for itself, and forgets with its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

FAILURES = 5
"""In a row: as many as the attempts of one keyed POST, so that a single call does not shut a service out."""
OPEN_S = 30.0
MOST = 10_000
"""Circuits that are remembered; the one that has failed longest ago goes first."""


@dataclass
class _Circuit:
    failures: int = 0
    open_until: float = 0.0


class Breakers:
    """Who may be called, by name. After so many failures in a row nobody is for 30 s, then one is let through."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._circuits: dict[str, _Circuit] = {}

    def wait_s(self, name: str) -> float:
        """Seconds until it may be called again; 0: now. Whoever gets the 0 after a pause is the one that tries."""
        circuit = self._circuits.get(name)
        if circuit is None or circuit.failures < FAILURES:
            return 0.0
        now = self._clock()
        if now < circuit.open_until:
            return circuit.open_until - now
        circuit.open_until = now + OPEN_S
        return 0.0

    def tell(self, name: str, *, is_well: bool) -> None:
        """How a call went: whether the service itself answered and was not overwhelmed."""
        circuit = self._circuits.pop(name, None)
        if is_well:
            return
        circuit = circuit or _Circuit()
        circuit.failures += 1
        circuit.open_until = self._clock() + OPEN_S
        self._circuits[name] = circuit
        if len(self._circuits) > MOST:
            del self._circuits[next(iter(self._circuits))]
