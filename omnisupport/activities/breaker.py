"""Circuit breakers of connections: a service that is down is left alone for a while, and callers hear so at once.

Of one process, like the cache: each worker finds out for itself, and forgets with its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any, Protocol
from uuid import UUID

from omnisupport.errors import OmniError

FAILURES = 5
"""Attempts in a row: one keyed POST that is tried to its end is enough to know."""
SERVER_ERRORS = 500
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


class CircuitOpen(OmniError):
    """The service has failed too often and is left alone; trying again at once is no use."""

    code = "circuit_open"
    status = 502


class Http(Protocol):
    """The guarded way out (`net/fetch.py`)."""

    async def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        json: Any = None,
        form: dict[str, str] | None = None,
        timeout: float = 10.0,
        max_bytes: int = 256 * 1024,
    ) -> Any:
        """Send one request; the answer has `status` and `body`."""


class Services:
    """The services behind connections, each with its circuit breaker: whoever calls one learns from all who did."""

    def __init__(self, http: Http, breakers: Breakers | None = None) -> None:
        self._http = http
        self._breakers = breakers or Breakers()

    async def fetch(self, tenant_id: UUID, connection: str, method: str, url: str, **request: Any) -> Any:
        """Send one request, as `Http.fetch` does.

        Raises:
            CircuitOpen: it has failed so often in a row that nobody asks it now.
            OmniError: there was no answer, or the way out is shut.
        """
        service = f"{tenant_id}/{connection}"
        if wait_s := self._breakers.wait_s(service):
            raise CircuitOpen(
                f"The service has failed {FAILURES} times in a row. It is asked again in {ceil(wait_s)} s."
            )
        try:
            response = await self._http.fetch(method, url, **request)
        except OmniError as refused:
            if refused.retryable:
                self._breakers.tell(service, is_well=False)
            raise
        self._breakers.tell(service, is_well=response.status < SERVER_ERRORS)
        return response
