"""Knowledge: try a question and see what would be found."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends
from temporalio.client import ActivityFailureError
from temporalio.service import RPCError

from omnisupport import temporal
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.operations import unavailable
from omnisupport.api.schemas.knowledge import Passages, Query
from omnisupport.domain.knowledge import CONFIDENCE_LINE
from omnisupport.domain.permissions import Permission

router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"])

Reader = Annotated[Person, Depends(requires(Permission.KNOWLEDGE_READ))]
DEADLINE_S = 5.0
FIELDS = ("document_id", "title", "url", "text", "quote", "locale", "confidence", "score")


@router.post("/test", response_model=Passages)
async def test(body: Query, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Passages with scores and document, best first. The worker owns the index, so an activity asks it."""
    query = {
        "tenant_id": str(who.tenant_id),
        "query": body.query,
        "locale": body.locale or who.locale,
        "knowledge": body.knowledge,
        "limit": body.limit,
    }
    try:
        async with asyncio.timeout(DEADLINE_S):
            found: list[dict[str, Any]] = await at.client.execute_activity(
                "search_knowledge",
                query,
                id=temporal.workflow_id(who.tenant_id, "knowledge-test", uuid4()),
                task_queue=temporal.AI,
                result_type=list[dict[str, Any]],
                start_to_close_timeout=timedelta(seconds=DEADLINE_S),
                schedule_to_close_timeout=timedelta(seconds=DEADLINE_S),
                priority=temporal.fairness_of(who.tenant_id),
            )
    except (TimeoutError, RPCError, ActivityFailureError, RuntimeError) as silent:
        raise unavailable(silent, "The knowledge worker does not answer. Try again in a moment.") from silent
    passages = [{name: item[name] for name in FIELDS} for item in found]
    return {"passages": passages, "confidence_line": CONFIDENCE_LINE}
