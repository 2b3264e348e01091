"""Reads rows as JSON, made by Postgres itself, from one moment: whatever is written meanwhile is not seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.storage.session import Database

READ_AT_ONCE = 500
ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Snapshot:
    """A tenant's rows as they were when it began."""

    def __init__(self, session: AsyncSession, tenant_id: UUID) -> None:
        self._session = session
        self._tenant = tenant_id

    async def lines(self, sql: str, **values: Any) -> AsyncIterator[Sequence[str]]:
        """The one text column of a query, some hundred rows at a time; `:t` is the tenant."""
        connection = await self._session.connection()
        found = await connection.stream(
            text(sql), {"t": self._tenant, **values}, execution_options={"yield_per": READ_AT_ONCE}
        )
        async for rows in found.partitions():
            yield [row[0] for row in rows]

    async def one(self, sql: str, **values: Any) -> Any:
        """The first column of the first row, or None."""
        connection = await self._session.connection()
        return (await connection.execute(text(sql), {"t": self._tenant, **values})).scalar()


@asynccontextmanager
async def snapshot_of(database: Database, tenant_id: UUID) -> AsyncIterator[Snapshot]:
    """One read-only transaction, REPEATABLE READ: it holds nobody up, and no change feed waits for it."""
    async with database.session(tenant_id) as session:
        await session.connection(execution_options=ONE_MOMENT)
        yield Snapshot(session, tenant_id)
