"""A long trial of a scenario: one activity does it, and writes how far it is."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.scenario_jobs import ScenarioJobActivities
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options


@workflow.defn(name="ScenarioJobWorkflow")
class ScenarioJobWorkflow:
    """Its id is `{tenant}/job/{job}`; what is to be done stands in the job's row."""

    @workflow.run
    async def run(self) -> str:
        """Return what became of it: done, failed or unwanted."""
        try:
            became: str = await workflow.execute_activity_method(
                ScenarioJobActivities.run_job,
                task_queue=CHANNELS,
                summary="Try the scenario",
                **options.SCENARIO_JOB,
            )
        except ActivityError:
            await workflow.execute_activity_method(
                ScenarioJobActivities.fail_job,
                "job_died",
                task_queue=CHANNELS,
                **options.SCENARIO_JOB_END,
            )
            return "failed"
        return became
