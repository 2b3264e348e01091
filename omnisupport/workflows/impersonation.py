"""An admin acts as a member until a moment: that it is over stands in the audit log, whoever has ended it."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.impersonation import ImpersonationActivities
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options


@workflow.defn(name="ImpersonationWorkflow")
class ImpersonationWorkflow:
    """Started with the session, delayed until its end."""

    @workflow.run
    async def run(self) -> None:
        """Write down that the time is over."""
        await workflow.execute_activity_method(
            ImpersonationActivities.expire_impersonation,
            task_queue=CHANNELS,
            summary="Write the end into the audit log",
            **options.AUDIT_LINE,
        )
