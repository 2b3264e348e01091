"""What a waiting conversation need not keep of its first activation: 12 of 107 KiB each.

The SDK holds two empty fields of that message for a run's whole life, and with them the message: its payloads,
search attributes and everything else that was read once.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from temporalio.api.common.v1 import Payloads
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowInterceptorClassInput,
)

NO_RESULT = Payloads()


class LeanRunner(UnsandboxedWorkflowRunner):
    """Gives each run its own copy of the last run's result, or the one that all without a result share."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Make a run's instance."""
        result = NO_RESULT
        if det.last_completion_result.payloads:
            result = Payloads()
            result.CopyFrom(det.last_completion_result)
        return super().create_instance(replace(det, last_completion_result=result))


class LeanInterceptor(Interceptor):
    """Gives each run its own copy of its headers."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        """One a run."""
        return _OwnHeaders


class _OwnHeaders(WorkflowInboundInterceptor):
    def execute_workflow(self, input: ExecuteWorkflowInput) -> Awaitable[Any]:  # type: ignore[override]
        # Not a coroutine of its own: a waiting run would keep its frame.
        input.headers = dict(input.headers)
        return self.next.execute_workflow(input)
