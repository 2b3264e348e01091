"""What the sweeper's role may see and end, across tenants: unanswered conversations, old lines of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from omnisupport.domain.conversation import Unanswered

UNANSWERED = text(
    "select tenant_id, id, last_in, extract(epoch from now() - last_in_at)::float from conversation "
    "where last_in > cursor_seq and (controller <> 'operator' or status <> 'open') "
    "and last_in_at < now() - interval '10 seconds' order by last_in_at limit :most"
)

# What is over its tenant's term, and that nobody is held, is a condition of the wall (`0008_privacy.sql`).
END_AUDIT = text(
    "delete from audit where tenant_id = :tenant and id in "
    "(select id from audit where tenant_id = :tenant order by at limit :most)"
)


class SweeperQueries:
    """Connects as the sweeper's role, which the wall lets see nothing else."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)

    async def unanswered(self, limit: int) -> Sequence[Unanswered]:
        """The oldest first."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(UNANSWERED, {"most": limit})
            return [Unanswered(*row) for row in rows]

    async def end_audit(self, tenant_id: UUID, limit: int) -> int:
        """A batch of lines of the audit log that are over their tenant's term, the oldest first; gives how many."""
        async with self._engine.begin() as connection:
            ended = await connection.execute(END_AUDIT, {"tenant": tenant_id, "most": limit})
            return int(ended.rowcount)

    async def close(self) -> None:
        """Give the connection back."""
        await self._engine.dispose()
