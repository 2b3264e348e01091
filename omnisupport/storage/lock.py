"""Whose the embedded knowledge index is: one process of a deployment at a time, by a lock in its database."""

from __future__ import annotations

import asyncio

import asyncpg

from omnisupport.errors import Conflict
from omnisupport.observability import get_logger
from omnisupport.storage.session import LOST, DatabaseUnavailable, driver_url

log = get_logger(__name__)

TAKE = "select pg_advisory_lock(hashtextextended('omni/knowledge-index', 0))"
LOOK_EVERY_S = 1.0
SILENCE_S = 15.0
SETTINGS = {
    # The connection of a killed process may outlive it for a moment; its successor waits so long.
    "lock_timeout": "3s",
    # A machine that went away without a word would keep the lock for hours.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
}


class IndexLock:
    """A session-level advisory lock on a connection of its own: it ends with the process, however that ends."""

    def __init__(self, database_url: str) -> None:
        self._url = driver_url(database_url)
        self._connection: asyncpg.Connection | None = None

    async def take(self) -> None:
        """Take the lock.

        Raises:
            Conflict: another worker of this deployment has an embedded index (code `knowledge_in_use`).
            DatabaseUnavailable: Postgres does not answer.
        """
        try:
            self._connection = await asyncpg.connect(self._url, server_settings=SETTINGS, timeout=SILENCE_S)
            await self._connection.execute(TAKE)
        except asyncpg.LockNotAvailableError:
            self.release()
            raise Conflict(
                "Another worker of this deployment already answers from an embedded knowledge index, and a second "
                "index would not know its documents: run one worker, or set QDRANT_URL for all of them.",
                code="knowledge_in_use",
            ) from None
        except (*LOST, TimeoutError) as lost:
            self.release()
            raise DatabaseUnavailable("The database does not answer. Try again in a moment.") from lost

    async def keep(self) -> None:
        """Take the lock again whenever its connection is lost; runs until it is cancelled.

        Raises:
            Conflict: another worker took it meanwhile.
        """
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if await self._is_held():
                continue
            try:
                await self.take()
            except DatabaseUnavailable:
                continue
            log.info("knowledge_lock_retaken")

    def release(self) -> None:
        """Let the next worker in; safe to repeat."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _is_held(self) -> bool:
        """The session that has the lock lives."""
        if self._connection is None:
            return False
        try:
            await self._connection.execute("select 1", timeout=SILENCE_S)
        except (*LOST, TimeoutError):
            self.release()
            return False
        return True
