"""What begins a tenant's scenarios besides messages: looked at when it rings, when something is due, or each minute."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.triggers import TriggerActivities
    from omnisupport.activities.webhooks import Wake
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options
    from omnisupport.workflows.alarm import now_ms


@workflow.defn(name="TriggersWorkflow")
class TriggersWorkflow:
    """One a tenant, for as long as one of its scenarios begins or waits by something else than a message."""

    def __init__(self) -> None:
        self._rung = False

    @workflow.run
    async def run(self) -> None:
        """Look, and wait for the next look, until nothing wants it any more."""
        for _ in range(options.WEBHOOK_ROUNDS):
            self._rung = False
            wake = await workflow.execute_activity_method(
                TriggerActivities.look,
                task_queue=CHANNELS,
                summary="What has happened, and what is due?",
                **options.TRIGGERS,
            )
            if wake.gone and not self._rung:
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
        """Something has happened; duplicates and losses are harmless."""
        self._rung = True
