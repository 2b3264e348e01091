"""Failed authorizations in the audit log, and no more of them than a person reads (S17)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from omnisupport.domain.actor import Actor
from omnisupport.observability import get_logger
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database

log = get_logger(__name__)

MOST_A_MINUTE = 60
WINDOW_S = 60.0
ACTION = "authorization.refused"


@dataclass
class Window:
    """A minute of one person's refusals in this process."""

    lines: int = 0
    more: int = 0


class Refusals:
    """A line for each refusal, at most 60 a minute and person; the rest of a minute is one line with their count."""

    def __init__(self, database: Database, *, window_s: float = WINDOW_S) -> None:
        self._database = database
        self._window_s = window_s
        self._windows: dict[tuple[UUID, UUID | None], Window] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def write(self, tenant_id: UUID, actor: Actor, permission: str) -> None:
        """A person or key of a tenant was refused what asks for this permission."""
        by = (tenant_id, actor.id)
        window = self._windows.get(by)
        if window is None:
            window = self._windows[by] = Window()
            task = asyncio.create_task(self._end(by, actor))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        if window.lines >= MOST_A_MINUTE:
            window.more += 1
            return
        window.lines += 1
        async with self._database.session(tenant_id) as session:
            record(
                session,
                tenant_id,
                actor,
                ACTION,
                target=("permission", permission),
                outcome="refused",
            )

    async def close(self) -> None:
        """Write what has been counted so far."""
        tasks = list(self._closing)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _end(self, by: tuple[UUID, UUID | None], actor: Actor) -> None:
        """After the window, or when the process stops: one line for those that have none."""
        try:
            await asyncio.sleep(self._window_s)
        finally:
            more = self._windows.pop(by).more
            if more:
                await self._write_rest(by[0], actor, more)

    async def _write_rest(self, tenant_id: UUID, actor: Actor, more: int) -> None:
        try:
            async with self._database.session(tenant_id) as session:
                record(session, tenant_id, actor, ACTION, after={"more": more}, outcome="refused")
        except Exception:  # nobody waits for this line: the log has to tell of it
            log.exception("refusals_lost", more=more)
