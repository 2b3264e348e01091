"""One connected channel, for as long as it is connected: looked at when rung, and every few minutes by itself."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.channels import ChannelActivities, Looked
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options


@workflow.defn(name="ChannelWorkflow")
class ChannelWorkflow:
    """Keeps a connection whole: its webhook, its credentials, its files, its gaps. The row says everything else."""

    def __init__(self) -> None:
        self._rung = True

    @workflow.run
    async def run(self) -> None:
        """Look, rest, look again; the end comes with the channel's own."""
        for _ in range(options.CHANNEL_LOOKS):
            self._rung = False
            looked: Looked = await workflow.execute_activity_method(
                ChannelActivities.look_after,
                task_queue=CHANNELS,
                summary="Look after the connection",
                **options.CHANNEL_LOOK,
            )
            if looked.is_over:
                return
            await self._rest(timedelta(seconds=looked.again_s))
        workflow.continue_as_new()

    async def _rest(self, pause: timedelta) -> None:
        try:
            await workflow.wait_condition(
                lambda: self._rung, timeout=pause, timeout_summary="until it is looked at again"
            )
        except TimeoutError:
            return

    @workflow.signal
    def ring(self) -> None:
        """Something changed, files wait, or a send was refused; duplicates and losses are harmless."""
        self._rung = True
