"""Operators' actions as updates of the conversation's workflow: answered, refused, or 503 in 5 s."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from omnisupport import temporal
from omnisupport.api.services import Services
from omnisupport.domain.conversation import OUT_OF_REACH, Operation, OperationResult
from omnisupport.errors import Conflict, Unavailable
from omnisupport.observability import get_logger
from omnisupport.storage.access.conversations import absent, access_conversation

log = get_logger(__name__)

DEADLINE_S = 5.0
FIRST_PAUSE_S = 0.02
RETRIED = (
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.NOT_FOUND,
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.ABORTED,
)
"""Continue-as-new races and closing runs, which the SDK does not retry (path_trials.md 4.3)."""
AWAY = (
    *RETRIED,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)
"""Nobody answered, or nobody had room. Every other status is a fault of ours, which no repeat mends."""
NOT_CONNECTED = "Failed client connect"
"""How the SDK's RuntimeError begins when a lazy client finds nobody."""


class EngineUnavailable(Unavailable):
    """The conversation engine did not act in time; the same request may be sent again, it counts once."""

    code = "engine_unavailable"


async def operate(
    at: Services, tenant_id: UUID, conversation_id: UUID, kind: str, operation: Operation
) -> OperationResult:
    """Run one operation and wait for what became of it.

    Raises:
        NotFound: the conversation is absent, another tenant's, or out of the person's reach.
        Conflict: refused in this state, with the reason.
        EngineUnavailable: no answer in 5 s; a repeat with the same id is safe.
    """
    pause = FIRST_PAUSE_S
    try:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                try:
                    result = await _update(at, tenant_id, conversation_id, kind, operation)
                    break
                except (RPCError, WorkflowUpdateFailedError) as failed:
                    if not _may_retry(failed):
                        raise
                await asyncio.sleep(pause)
                pause *= 2
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError, RPCError, RuntimeError) as silent:
        raise unavailable(
            silent,
            "The conversation engine does not answer. Nothing is lost: the same request will be taken once.",
        ) from silent
    if result.code == OUT_OF_REACH:
        raise absent()
    if not result.ok:
        raise Conflict(result.detail or "Refused.", code=result.code or "conflict")
    return result


def unavailable(failed: Exception, sentence: str) -> EngineUnavailable:
    """The refusal for an engine that is away, with its cause in the log; any other error is raised as it is."""
    if isinstance(failed, RPCError) and failed.status not in AWAY:
        raise failed
    if isinstance(failed, RuntimeError) and not str(failed).startswith(NOT_CONNECTED):
        raise failed
    log.warning("engine_away", error=repr(failed))
    return EngineUnavailable(sentence, retry_after=2)


async def _update(
    at: Services, tenant_id: UUID, conversation_id: UUID, kind: str, operation: Operation
) -> OperationResult:
    """Update the workflow that runs; one that has ended, or never was, is started with the update."""
    workflow_id = temporal.conversation_workflow_id(tenant_id, conversation_id)
    result: OperationResult
    try:
        result = await at.client.get_workflow_handle(workflow_id).execute_update(
            kind, operation, id=operation.id, result_type=OperationResult
        )
    except RPCError as failed:
        if failed.status != RPCStatusCode.NOT_FOUND:
            raise
    else:
        return result
    summary = await access_conversation(at.inbox, tenant_id, operation.reach, conversation_id)
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        "ConversationWorkflow",
        id=workflow_id,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        **temporal.start_options(
            tenant_id, channel_type=summary["channel"]["type"], status=summary["status"]
        ),
    )
    result = await at.client.execute_update_with_start_workflow(
        kind, operation, start_workflow_operation=start, id=operation.id, result_type=OperationResult
    )
    return result


def _may_retry(failed: RPCError | WorkflowUpdateFailedError) -> bool:
    if isinstance(failed, RPCError):
        return failed.status in RETRIED
    cause = failed.cause
    return isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow"
