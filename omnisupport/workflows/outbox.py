"""Messages that wait to be sent to a provider, one activity each, in their order."""

from __future__ import annotations

import asyncio

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.fallback import FallbackActivities
    from omnisupport.activities.messaging import MessagingActivities
    from omnisupport.domain.message import Sent
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options


class Outbox:
    """Sends beside the turns. The widget's rows never come here: their commit and its hint deliver them."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._sending: asyncio.Task[None] | None = None
        self._going_elsewhere: dict[str, asyncio.Task[None]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting or self._going_elsewhere)

    def send(self, message_ids: list[str]) -> None:
        """Put these after what waits already; one that waits is not put there twice."""
        self._waiting += [message_id for message_id in message_ids if message_id not in self._waiting]
        if self._waiting and self._sending is None:
            self._sending = asyncio.create_task(self._empty())

    async def _empty(self) -> None:
        while self._waiting:
            sent = await self._send(self._waiting[0])
            if sent.wait_ms:  # what comes after it waits too: the order is kept
                await workflow.sleep(sent.wait_ms / 1000, summary="until the message may leave")
            elif not sent.more:
                message_id = self._waiting.pop(0)
                if sent.elsewhere_ms is not None and message_id not in self._going_elsewhere:
                    going = self._go_elsewhere(message_id, sent.elsewhere_ms)
                    self._going_elsewhere[message_id] = asyncio.create_task(going)
        self._sending = None

    async def _send(self, message_id: str) -> Sent:
        """Send its next part; returns where it stands."""
        try:
            sent: Sent = await workflow.execute_activity_method(
                MessagingActivities.send_message,
                message_id,
                task_queue=CHANNELS,
                summary="Send to the provider",
                **options.CHANNEL_SEND,
            )
        except FailureError as failed:  # no attempt could write how it ended
            workflow.logger.warning("send_failed message_id=%s reason=%s", message_id, failed.cause)
            sent = await workflow.execute_local_activity_method(
                MessagingActivities.give_up, message_id, **options.DATABASE_TURN
            )
        return sent

    async def _go_elsewhere(self, message_id: str, wait_ms: int) -> None:
        """Give the channel its time, then have the message said over the customer's next address, beside the sends."""
        try:
            if wait_ms:
                await workflow.sleep(wait_ms / 1000, summary="until another channel is taken")
            await workflow.execute_local_activity_method(
                FallbackActivities.fall_back,
                message_id,
                summary="Say it over another channel",
                **options.EFFECTS,
            )
        except FailureError as failed:  # it stays where it failed, and operators see it there
            workflow.logger.warning("fallback_failed message_id=%s reason=%s", message_id, failed.cause)
        finally:
            del self._going_elsewhere[message_id]
