"""Long activities tell the engine that their worker lives, whatever they are at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

BEATS = 4
"""So often within the heartbeat timeout, so that one that comes late is no death."""


class BeatInterceptor(Interceptor):
    """Beats for every activity whose options name a heartbeat timeout: a worker that died is missed after it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap each activity attempt."""
        return _Beat(next)


class _Beat(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        timeout = activity.info().heartbeat_timeout
        if not timeout:
            return await self.next.execute_activity(input)
        async with beating(timeout.total_seconds() / BEATS):
            return await self.next.execute_activity(input)


@contextlib.asynccontextmanager
async def beating(pause: float) -> AsyncIterator[None]:
    """Beat after every `pause` seconds until the block ends."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(pause)  # what is done sooner costs no call
            activity.heartbeat()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
