"""The one durable timer of a conversation: until its earliest deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from temporalio import workflow

Deadline = tuple[int, str]
"""When (epoch milliseconds) and the timer's id."""


class Alarm:
    """Rings at the earliest deadline. An answer does not cancel it, only an earlier deadline moves it.

    `deadlines` names what is due and when, earliest first, as it stands at the moment of the call.
    """

    def __init__(self, deadlines: Callable[[], list[Deadline]]) -> None:
        self._deadlines = deadlines
        self._task: asyncio.Task[None] | None = None
        self.at: int | None = None
        self.rang = False

    def arm(self) -> None:
        """Sleep until the earliest deadline, unless a timer runs that ends before it."""
        deadlines = self._deadlines()
        if not deadlines or self.rang:
            return
        earliest = deadlines[0][0]
        if self._task is not None:
            if self.at is not None and self.at <= earliest:
                return
            self._task.cancel()
        self.at = earliest
        self._task = asyncio.create_task(self._sleep_until(earliest))

    async def _sleep_until(self, at: int) -> None:
        await workflow.sleep(max(0, at - now_ms()) / 1000, summary="until the next deadline")
        self._task = None
        self.at = None
        self.rang = any(due <= now_ms() for due, _ in self._deadlines())
        self.arm()


def now_ms() -> int:
    """The workflow's time, in epoch milliseconds."""
    return int(workflow.now().timestamp() * 1000)
