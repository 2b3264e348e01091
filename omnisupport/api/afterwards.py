"""Work that a request starts and does not wait for, so that its answer takes the same time with and without it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from omnisupport.observability import get_logger

log = get_logger(__name__)

MOST = 1000
"""Under way at once; beyond it work is dropped: what is here can be asked for again."""
PATIENCE_S = 2.0


class Afterwards:
    """Runs work behind the answers of this process. What fails is logged, what is not done at the stop is lost."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a piece of work."""
        if len(self._running) >= MOST:
            work.close()
            log.warning("afterwards_dropped")
            return
        task = asyncio.ensure_future(_guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Give what is under way a moment to end."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=PATIENCE_S)
            for task in late:
                task.cancel()


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as failed:  # whatever it was, nobody waits for it
        log.error("afterwards_failed", exc_info=failed)
