"""Reports to runs: an address is made once by its key, and takes one report."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, ScenarioCallback, ScenarioRun


@dataclass(frozen=True)
class Report:
    """Whom a report is for; `id` makes a repeat harmless."""

    id: str
    event: str
    run: int
    conversation_id: UUID | None
    run_id: UUID | None


Tell = Callable[[Report], Awaitable[Any]]


class Callbacks:
    """Addresses of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(
        self,
        tenant_id: UUID,
        *,
        key: str,
        conversation_id: UUID | None,
        run_id: UUID | None,
        run: int,
        event: str,
        ttl: timedelta,
    ) -> tuple[UUID, datetime]:
        """An address of a run: its id, and until when it is good. Asked for again by its key, it is the same."""
        callback_id = uuid5(tenant_id, f"callback:{key}")
        async with self._database.session(tenant_id) as session:
            made = insert(ScenarioCallback).values(
                tenant_id=tenant_id,
                id=callback_id,
                conversation_id=conversation_id,
                run_id=run_id,
                run=run,
                event=event,
                expires_at=datetime.now(UTC) + ttl,
            )
            await session.exec(made.on_conflict_do_nothing())
            found = await session.get_one(ScenarioCallback, (tenant_id, callback_id))
            return callback_id, found.expires_at

    async def use(self, tenant_id: UUID, callback_id: UUID, tell: Tell) -> None:
        """Take the report: the run is told, and the address is used up. What cannot be told uses nothing up.

        Raises:
            NotFound: no such address (code `callback_unknown`).
            Conflict: used before (`callback_used`), or the run is over (`callback_run_over`).
        """
        async with self._database.session(tenant_id) as session:
            found = await session.get(ScenarioCallback, (tenant_id, callback_id), with_for_update=True)
            if found is None:
                raise NotFound("Nobody waits for a report at this address.", code="callback_unknown")
            if found.used_at is not None:
                raise Conflict("This address has taken its report already.", code="callback_used")
            if await _is_over(session, found):
                raise Conflict("The run that gave this address out is over.", code="callback_run_over")
            id = f"callback:{callback_id}"
            await tell(Report(id, found.event, found.run, found.conversation_id, found.run_id))
            found.used_at = datetime.now(UTC)
            session.add(found)


async def _is_over(session: AsyncSession, callback: ScenarioCallback) -> bool:
    if callback.run_id is not None:
        run = await session.get(ScenarioRun, (callback.tenant_id, callback.run_id))
        return run is None or run.ended_at is not None
    place = await session.get(Conversation, (callback.tenant_id, callback.conversation_id))
    # A run whose first turn is not written yet has a number that the conversation has not reached.
    return place is None or place.run > callback.run or (place.run == callback.run and place.state is None)
