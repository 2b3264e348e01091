"""Rings again for messages that no workflow has taken: what a lost ring or a power cut left behind."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.sweeping import SweepActivities
    from omnisupport.workflows import options


@workflow.defn(name="SweeperWorkflow")
class SweeperWorkflow:
    """One sweep, started by a Schedule every 10 s."""

    @workflow.run
    async def run(self) -> int:
        """Ring for every unanswered message that is older than 10 s; returns how many."""
        return await workflow.execute_activity_method(SweepActivities.sweep, **options.SWEEP)
