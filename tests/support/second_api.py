"""A second api beside the product's own, in the process of the test, so that a test can look into it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from omnisupport.api.app import create_app
from omnisupport.api.services import Services
from omnisupport.settings import Settings
from tests.support.product import bound


@dataclass(frozen=True)
class SecondApi:
    """Where it answers, and its inside."""

    url: str
    services: Services


@asynccontextmanager
async def second_api(settings: Settings) -> AsyncIterator[SecondApi]:
    """An api on the product's Postgres, Redis and Temporal, on a port of its own."""
    listener = bound()
    port = listener.getsockname()[1]
    app = create_app(settings.model_copy(update={"port": port, "api_metrics_port": 0}))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            log_config=None,
            timeout_graceful_shutdown=3,
        )
    )
    serving = asyncio.create_task(server._serve([listener]))  # `serve` would take the test's signals
    while not server.started:
        assert not serving.done(), serving
        await asyncio.sleep(0.01)
    try:
        yield SecondApi(f"http://127.0.0.1:{port}", app.state.services)
    finally:
        server.should_exit = True
        await serving
