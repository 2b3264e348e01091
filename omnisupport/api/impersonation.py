"""An admin of the platform acts as a member: the end of it is on its way before it begins."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError

from omnisupport import temporal
from omnisupport.errors import Unavailable

if TYPE_CHECKING:
    from temporalio.client import Client

    from omnisupport.storage.tables import Session

HANDED_OVER_WITHIN_S = 1.0


async def hand_over_end(client: Client, session: Session) -> None:
    """Have the end of such a session written into the audit log when its time is over, whatever runs then.

    Raises:
        Unavailable: the engine does not take it now, so the session must not begin (code `engine_unavailable`).
    """
    try:
        async with asyncio.timeout(HANDED_OVER_WITHIN_S):
            await client.start_workflow(
                "ImpersonationWorkflow",
                id=temporal.workflow_id(session.tenant_id, "impersonation", session.id),
                task_queue=temporal.CONVERSATIONS,
                task_timeout=temporal.TASK_TIMEOUT,
                start_delay=session.expires_at - datetime.now(UTC),
                priority=temporal.fairness_of(session.tenant_id),
                search_attributes=TypedSearchAttributes(
                    [SearchAttributePair(temporal.TENANT_ID, str(session.tenant_id))]
                ),
            )
    except (TimeoutError, RPCError, RuntimeError) as away:
        raise Unavailable(
            "The end of this could not be planned, so it was not begun. Try again in a moment.",
            code="engine_unavailable",
        ) from away
