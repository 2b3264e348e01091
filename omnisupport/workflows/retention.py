"""Retention: goes through all tenants, one after the other, and ends what is over its term."""

from __future__ import annotations

from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.retention import RetentionActivities, Swept
    from omnisupport.temporal import CHANNELS, SYSTEM_TENANT
    from omnisupport.workflows import options


@workflow.defn(name="RetentionWorkflow")
class RetentionWorkflow:
    """One sweep of all tenants, started by a Schedule; `after` is the tenant that the run before ended with."""

    @workflow.run
    async def run(self, after: UUID | None = None, swept: Swept | None = None) -> Swept:
        """Sweep; gives what was ended, of all tenants together."""
        counts = dict(swept.counts) if swept is not None else {}
        tenants = await workflow.execute_activity_method(
            RetentionActivities.list_tenants,
            args=[after or SYSTEM_TENANT, options.TENANTS_PER_RUN],
            task_queue=CHANNELS,
            summary="Who is next",
            **options.RETENTION_LIST,
        )
        for tenant_id in [*([] if after else [SYSTEM_TENANT]), *tenants]:
            for name, count in (await self._sweep(tenant_id)).counts.items():
                counts[name] = counts.get(name, 0) + count
        if len(tenants) == options.TENANTS_PER_RUN:
            workflow.continue_as_new(args=[tenants[-1], Swept(counts)])
        return Swept(counts)

    async def _sweep(self, tenant_id: UUID) -> Swept:
        try:
            return await workflow.execute_activity_method(
                RetentionActivities.sweep_tenant,
                tenant_id,
                task_queue=CHANNELS,
                summary="End what is over its term",
                **options.RETENTION,
            )
        except ActivityError:
            workflow.logger.warning("tenant_not_swept tenant_id=%s", tenant_id)
            return Swept()  # the others are swept all the same, and this one the next time
