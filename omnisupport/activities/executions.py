"""Workflows that are to leave no trace: ended where they run, then every run of theirs is deleted by the service."""

from __future__ import annotations

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

REASON = "erased"


class Executions:
    """Runs of workflows by their id."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def end(self, workflow_id: str) -> int:
        """End and delete every run that the service knows of this id; gives how many.

        The service lists a run a moment after it began, and lists those that it deletes a moment longer: the newest
        is also asked for by its id, and whoever wants to be sure comes again.
        """
        runs = {run.run_id async for run in self._client.list_workflows(f"WorkflowId = '{workflow_id}'")}
        newest = await self._newest(workflow_id)
        if newest is not None:
            await self._terminate(workflow_id, newest)
            runs.add(newest)
        return sum([await self._delete(workflow_id, run) for run in sorted(runs)])

    async def is_known(self, workflow_id: str) -> bool:
        """Whether the service still finds a run of this id: it deletes when it comes to it."""
        if await self._newest(workflow_id) is not None:
            return True
        async for _ in self._client.list_workflows(f"WorkflowId = '{workflow_id}'"):
            return True
        return False

    async def _newest(self, workflow_id: str) -> str | None:
        try:
            return (await self._client.get_workflow_handle(workflow_id).describe()).run_id
        except RPCError as failed:
            _unless_absent(failed)
            return None

    async def _terminate(self, workflow_id: str, run_id: str) -> None:
        try:
            await self._client.get_workflow_handle(workflow_id, run_id=run_id).terminate(reason=REASON)
        except RPCError as failed:
            _unless_absent(failed)  # it has ended by itself

    async def _delete(self, workflow_id: str, run_id: str) -> int:
        wanted = DeleteWorkflowExecutionRequest(
            namespace=self._client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
        )
        try:
            await self._client.workflow_service.delete_workflow_execution(wanted)
        except RPCError as failed:
            _unless_absent(failed)
            return 0
        return 1


def _unless_absent(failed: RPCError) -> None:
    if failed.status != RPCStatusCode.NOT_FOUND:
        raise failed
