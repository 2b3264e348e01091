"""Takes the conversations of older versions over to a newer one, page by page, until nobody is left to ask."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.scenario_jobs import ScenarioJobActivities
    from omnisupport.activities.scenario_migration import MigrationActivities
    from omnisupport.domain.scenario_jobs import Moving
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options


@workflow.defn(name="ScenarioMigrationWorkflow")
class ScenarioMigrationWorkflow:
    """Its id is `{tenant}/migration/{job}`; version and policy stand in the job's row."""

    @workflow.run
    async def run(self, moving: Moving | None = None) -> str:
        """Return what became of it: done, failed or unwanted."""
        place = moving or Moving()
        try:
            for _ in range(options.MIGRATION_PAGES):
                place = await workflow.execute_activity_method(
                    MigrationActivities.move_page,
                    place,
                    task_queue=CHANNELS,
                    summary=f"Move conversations from {place.done} on",
                    **options.SCENARIO_MIGRATION,
                )
                if place.is_unwanted:
                    return "unwanted"
                if place.is_over:
                    break
            else:
                workflow.continue_as_new(place)
            await workflow.execute_activity_method(
                MigrationActivities.finish_migration,
                place,
                task_queue=CHANNELS,
                **options.SCENARIO_JOB_END,
            )
        except ActivityError:
            await workflow.execute_activity_method(
                ScenarioJobActivities.fail_job,
                "job_died",
                task_queue=CHANNELS,
                **options.SCENARIO_JOB_END,
            )
            return "failed"
        return "done"
