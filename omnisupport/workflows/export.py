"""One bundle: made, told of, kept for a week and removed."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.export import ExportActivities
    from omnisupport.domain.bundle import Made
    from omnisupport.domain.mail import Mail
    from omnisupport.temporal import CHANNELS, parse_workflow_id, workflow_id
    from omnisupport.workflows import options
    from omnisupport.workflows.mail import MailWorkflow


@workflow.defn(name="ExportWorkflow")
class ExportWorkflow:
    """Its id is `{tenant}/export/{bundle}`; what is to be made stands in the bundle's row."""

    @workflow.run
    async def run(self) -> str:
        """Return what became of it: expired, unwanted, or the code of the failure."""
        try:
            made: Made | None = await workflow.execute_activity_method(
                ExportActivities.make_bundle,
                task_queue=CHANNELS,
                summary="Make the bundle",
                **options.EXPORT,
            )
        except ActivityError as failed:
            code = _code_of(failed)
            await workflow.execute_activity_method(
                ExportActivities.fail_bundle, code, task_queue=CHANNELS, **options.EXPORT_ROW
            )
            return code
        if made is None:
            return "unwanted"
        if made.mail is not None:
            await self._tell(made.mail)
        await workflow.sleep(options.EXPORT_KEPT, summary="until the bundle is removed")
        await workflow.execute_activity_method(
            ExportActivities.expire_bundle, made.storage_key, task_queue=CHANNELS, **options.EXPORT_ROW
        )
        return "expired"

    async def _tell(self, mail: Mail) -> None:
        """A workflow of its own sends it, for as long as it takes."""
        tenant_id, _ = parse_workflow_id(workflow.info().workflow_id)
        await workflow.start_child_workflow(
            MailWorkflow.run,
            mail,
            id=workflow_id(tenant_id, "mail", mail.key),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            parent_close_policy=ParentClosePolicy.ABANDON,
            search_attributes=workflow.info().typed_search_attributes,
        )


def _code_of(failed: ActivityError) -> str:
    cause: BaseException | None = failed.cause
    while cause is not None:
        if isinstance(cause, ApplicationError) and cause.type:
            return cause.type
        cause = cause.__cause__
    return "export_timed_out"
