"""The sweep: finds conversations with an unanswered message, across tenants, and rings for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.domain.conversation import Ring, Unanswered
from omnisupport.observability import QUEUE_LAG_SECONDS


class UnansweredStore(Protocol):
    """Ids and cursors across tenants (`storage/queries/sweeping.py`), as the sweeper's role."""

    async def unanswered(self, limit: int) -> Sequence[Unanswered]:
        """The oldest first."""


class Bell(Protocol):
    """Who rings (`temporal.py`)."""

    async def ring(self, tenant_id: UUID, conversation_id: UUID, ring: Ring) -> bool:
        """Signal-with-start; false when the engine did not take it."""


SWEPT_AT_ONCE = 500


class SweepActivities:
    """Activity on queue `conversations`."""

    def __init__(self, store: UnansweredStore, bell: Bell) -> None:
        self._store = store
        self._bell = bell

    @activity.defn
    async def sweep(self) -> int:
        """Ring for what is unanswered; a ring without text makes the workflow read Postgres."""
        rung = 0
        waiting = await self._store.unanswered(SWEPT_AT_ONCE)
        QUEUE_LAG_SECONDS.labels("conversations").set(waiting[0].waited_s if waiting else 0)
        for found in waiting:
            rung += await self._bell.ring(found.tenant_id, found.conversation_id, Ring(seq=found.last_in))
        return rung
