"""One webhook of a tenant: tells it what has changed, for as long as it is there."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.webhooks import Wake, WebhookActivities
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options
    from omnisupport.workflows.alarm import now_ms


@workflow.defn(name="WebhookWorkflow")
class WebhookWorkflow:
    """Sends what is due, then waits for a ring, for the next attempt, or a minute, whichever is first."""

    def __init__(self) -> None:
        self._rung = False

    @workflow.run
    async def run(self) -> None:
        """Go on until the webhook is deleted or switched off."""
        for _ in range(options.WEBHOOK_ROUNDS):
            self._rung = False
            wake = await workflow.execute_activity_method(
                WebhookActivities.deliver_due,
                task_queue=CHANNELS,
                summary="Tell what has changed",
                **options.WEBHOOK,
            )
            if wake.gone:
                return
            if not wake.more:
                await self._wait(wake)
        workflow.continue_as_new()

    async def _wait(self, wake: Wake) -> None:
        left = options.WEBHOOK_LOOK
        if wake.next_at is not None:
            left = min(left, timedelta(milliseconds=max(0, wake.next_at - now_ms())))
        try:
            await workflow.wait_condition(
                lambda: self._rung, timeout=left, timeout_summary="until something is due"
            )
        except TimeoutError:
            return

    @workflow.signal
    def ring(self) -> None:
        """Something has changed; duplicates and losses are harmless."""
        self._rung = True
