"""Messages that wait to be sent to a provider, one activity each, in their order."""

from __future__ import annotations

import asyncio

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.messaging import MessagingActivities
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options


class Outbox:
    """Sends beside the turns. The widget's rows never come here: their commit and its hint deliver them."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._sending: asyncio.Task[None] | None = None

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def send(self, message_ids: list[str]) -> None:
        """Put these after what waits already."""
        self._waiting += message_ids
        if self._waiting and self._sending is None:
            self._sending = asyncio.create_task(self._empty())

    async def _empty(self) -> None:
        while self._waiting:
            try:
                await workflow.execute_activity_method(
                    MessagingActivities.send_message,
                    self._waiting[0],
                    task_queue=CHANNELS,
                    summary="Send to the provider",
                    **options.CHANNEL_SEND,
                )
            except FailureError as failed:  # the row says `failed` or `uncertain`, where operators see it
                workflow.logger.warning("send_failed message_id=%s reason=%s", self._waiting[0], failed.cause)
            self._waiting.pop(0)
        self._sending = None
