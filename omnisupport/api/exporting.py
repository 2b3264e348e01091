"""Hands an export to its durable workflow."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.service import RPCError

from omnisupport import temporal
from omnisupport.errors import Unavailable

if TYPE_CHECKING:
    from temporalio.client import Client

HANDED_OVER_WITHIN_S = 1.0


async def start_export(client: Client, tenant_id: UUID, bundle_id: UUID) -> None:
    """Start the workflow of a bundle, as the last step of the transaction that asks for it.

    Raises:
        Unavailable: the engine does not take it now (code `export_unavailable`); safe to repeat.
    """
    try:
        async with asyncio.timeout(HANDED_OVER_WITHIN_S):
            await client.start_workflow(
                "ExportWorkflow",
                id=temporal.workflow_id(tenant_id, "export", bundle_id),
                task_queue=temporal.CONVERSATIONS,
                task_timeout=temporal.TASK_TIMEOUT,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                priority=temporal.fairness_of(tenant_id),
                search_attributes=TypedSearchAttributes(
                    [SearchAttributePair(temporal.TENANT_ID, str(tenant_id))]
                ),
            )
    except (TimeoutError, RPCError, RuntimeError) as away:
        raise Unavailable(
            "Exports cannot be taken at the moment, so nothing was changed. Try again in a moment.",
            code="export_unavailable",
        ) from away
