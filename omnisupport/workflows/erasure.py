"""The erasure of one customer: signed out first, then his rows, files and workflows, then every trace of him, twice."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.erasure import ErasureActivities
    from omnisupport.domain.erasure import Standing
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options


@workflow.defn(name="ErasureWorkflow")
class ErasureWorkflow:
    """Waits as long as a legal hold keeps him; the row says the rest, so a second start does no harm."""

    def __init__(self) -> None:
        self._rung = False

    @workflow.run
    async def run(self) -> None:
        """Erase, and write the receipt."""
        try:
            for _ in range(options.ERASURE_LOOKS):
                self._rung = False
                standing = await workflow.execute_activity_method(
                    ErasureActivities.begin_erasure,
                    task_queue=CHANNELS,
                    summary="Sign the customer out and write down what is his",
                    **options.ERASURE,
                )
                if standing is not Standing.HELD:
                    break
                await self._wait()
            else:
                workflow.continue_as_new()
            if standing is Standing.GO:
                await self._erase()
        except ActivityError:
            await workflow.execute_activity_method(
                ErasureActivities.give_up_erasure,
                task_queue=CHANNELS,
                summary="Say that it failed",
                **options.ERASURE_END,
            )
            raise

    async def _erase(self) -> None:
        act = ErasureActivities
        steps = [
            (act.erase_rows, "Take away conversations and the customer"),
            (act.erase_files, "Delete files"),
        ]
        elsewhere = [
            (act.erase_executions, "Delete workflows of his conversations"),
            (act.erase_traces, "Take away what tells of him elsewhere"),
        ]
        for method, summary in [*steps, *elsewhere]:
            await workflow.execute_activity_method(
                method, task_queue=CHANNELS, summary=summary, **options.ERASURE
            )
        # Whatever was under way while the rows went has written its last by then.
        await workflow.sleep(options.ERASURE_SETTLES, summary="until what was under way has ended")
        for method, summary in [*elsewhere, (act.finish_erasure, "Write the receipt")]:
            await workflow.execute_activity_method(
                method, task_queue=CHANNELS, summary=summary, **options.ERASURE
            )

    async def _wait(self) -> None:
        try:
            await workflow.wait_condition(
                lambda: self._rung, timeout=options.ERASURE_LOOK, timeout_summary="while a hold keeps him"
            )
        except TimeoutError:
            return

    @workflow.signal
    def ring(self) -> None:
        """A hold has ended, perhaps; duplicates and losses are harmless."""
        self._rung = True
