"""The doubles of all providers, served in the test's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import uvicorn

from omnisupport.devstack.simulator.server import Simulator, make_simulator
from tests.support.patience import PATIENCE_S
from tests.support.product import bound


@asynccontextmanager
async def simulated(port: int | None = None) -> AsyncIterator[Simulator]:
    """Serve them."""
    listener = bound(port or 0)
    simulator = Simulator(f"http://127.0.0.1:{listener.getsockname()[1]}")
    options: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 1, "lifespan": "on"}
    server = uvicorn.Server(uvicorn.Config(make_simulator(simulator), **options))
    # `serve` would take the signals of the test's process.
    serving = asyncio.ensure_future(server._serve([listener]))
    await seen(lambda: server.started, "the doubles")
    try:
        yield simulator
    finally:
        server.should_exit = True
        await serving


async def seen(look: Callable[[], Any], what: str, patience: float = PATIENCE_S) -> Any:
    """Wait for something in this process.

    Raises:
        AssertionError: it did not come; `what` names it.
    """
    deadline = monotonic() + patience
    while not (found := look()):
        assert monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.05)
    return found
