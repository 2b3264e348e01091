"""Scores that customers give, each told to triggers by an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.storage.tables import EventRow, Rating

SUBMITTED = "csat.submitted"


async def write_rating(
    session: AsyncSession,
    tenant_id: UUID,
    conversation_id: UUID,
    customer_id: UUID,
    *,
    scenario_key: str,
    run: int,
    node: str,
    given: Mapping[str, Any],
    source: str,
) -> None:
    """Write a score, or another one in its place; `given`: scale, score, and a comment where that is to change too.

    The event is told once, with the first score of a question.
    """
    row = insert(Rating).values(
        tenant_id=tenant_id,
        conversation_id=conversation_id,
        customer_id=customer_id,
        scenario_key=scenario_key,
        run=run,
        node=node,
        **given,
    )
    await session.exec(
        row.on_conflict_do_update(
            index_elements=["tenant_id", "conversation_id", "run", "node"],
            set_={**given, "updated_at": datetime.now(UTC)},
        )
    )
    event = insert(EventRow).values(
        tenant_id=tenant_id,
        id=f"csat:{conversation_id}:{run}:{node}",
        name=SUBMITTED,
        customer_id=customer_id,
        data={
            "score": given["score"],
            "scale": given["scale"],
            "scenario": scenario_key,
            "node": node,
        },
        source=source,
    )
    await session.exec(event.on_conflict_do_nothing())
