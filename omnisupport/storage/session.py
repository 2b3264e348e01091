"""The two ways to Postgres: hot functions on a driver connection, and sessions for everything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import event, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session as SyncSession
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.errors import OmniError, Unavailable

DriverError: type[Exception] = AsyncAdapt_asyncpg_dbapi.Error
HOT_ATTEMPTS = 2
"""A hot function is idempotent by its key, so a connection that died under it is worth one more try."""
HOT_S = 4.0
"""How long a hot call waits for a connection and its answer: a frozen Postgres is a refusal within 5 s."""
SESSION_S = 5.0
"""How long a session waits for a connection, and for a statement."""

LOST = (
    DriverError,  # no connection could be made: refused, or "the database system is starting up"
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.CannotConnectNowError,
    OSError,
)

ROLE_IS_TOO_STRONG = text(
    "select rolsuper or rolbypassrls or pg_has_role(current_user, "
    "(select tableowner from pg_tables where tablename = 'conversation'), 'member') "
    "from pg_roles where rolname = current_user"
)
REFUSED = ("28", "3D")
"""Classes of SQLSTATE: a wrong user or password, a database that does not exist."""


class DatabaseUnavailable(Unavailable):
    """Postgres does not answer; nothing was written, or it will be found by its key."""

    code = "database_unavailable"


class Database:
    """One process's door to Postgres, as the app role."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self._sessions: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=10,
            pool_pre_ping=True,
            pool_timeout=SESSION_S,
            connect_args={"timeout": SESSION_S, "command_timeout": SESSION_S},
        )
        self._url = url
        self._hot_size = pool_size
        self._hot: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def call(self, sql: str, *args: Any) -> Any:
        """Run one hot function and return its JSON, decoded. One round trip, its own transaction.

        Raises:
            DatabaseUnavailable: the connection was lost, twice, or nothing came in time; safe to repeat.
        """
        try:
            async with asyncio.timeout(HOT_S):
                for _ in range(HOT_ATTEMPTS - 1):
                    try:
                        return await self._fetch(sql, args)
                    except LOST:
                        pass
                return await self._fetch(sql, args)
        except LOST as lost:
            raise DatabaseUnavailable("The database does not answer. Try again in a moment.") from lost

    async def _fetch(self, sql: str, args: tuple[Any, ...]) -> Any:
        pool = self._hot or await self._open_hot()
        connection = await pool.acquire()
        try:
            value = await connection.fetchval(sql, *args)
        except asyncio.CancelledError:
            connection.terminate()  # a release would ask the server to cancel, and wait for its word
            raise
        finally:
            await pool.release(connection)
        return orjson.loads(value) if isinstance(value, str) else value

    async def _open_hot(self) -> asyncpg.Pool:
        """The driver's own pool: it takes the connection that worked last, whose plans and pages are at hand."""
        async with self._opening:
            if self._hot is None:
                self._hot = await asyncpg.create_pool(
                    driver_url(self._url),
                    min_size=0,
                    max_size=self._hot_size,
                    max_cached_statement_lifetime=0,
                    server_settings={
                        "plan_cache_mode": "force_generic_plan",
                        "statement_timeout": f"{HOT_S + 1}s",  # ends what was given up here
                    },
                    reset=_keep_session,
                )
            return self._hot

    @asynccontextmanager
    async def session(self, tenant_id: UUID | None) -> AsyncIterator[AsyncSession]:
        """One transaction inside a tenant's wall (None: only the four tables without policy are seen).

        Commits at the end, rolls back on an error; nothing else commits.
        """
        async with AsyncSession(self._sessions, expire_on_commit=False) as session:
            if tenant_id is not None:
                _bind_tenant(session.sync_session, tenant_id)
            try:
                yield session
                await session.commit()
            except (*LOST, OperationalError, InterfaceError) as lost:
                raise DatabaseUnavailable("The database does not answer. Try again in a moment.") from lost
            except DBAPIError as failed:
                if str(getattr(failed.orig, "sqlstate", "")).startswith(REFUSED):
                    raise OmniError(
                        f"The database refuses DATABASE_URL: {failed.orig}.", code="database_refused"
                    ) from failed
                raise

    async def check_role(self) -> None:
        """Refuse to work as a role that the wall does not hold.

        Raises:
            OmniError: the role is a superuser, bypasses row security or owns the tables (code `role_too_strong`),
                or there are no tables (code `tables_missing`).
        """
        try:
            async with self.session(None) as session:
                held_not = await session.scalar(ROLE_IS_TOO_STRONG)
        except DatabaseUnavailable as lost:
            raise DatabaseUnavailable(
                "The database does not answer: see that the server of DATABASE_URL runs."
            ) from lost
        if held_not is None:
            raise OmniError("The database has no tables yet. Run omni db upgrade.", code="tables_missing")
        if held_not:
            raise OmniError(
                "DATABASE_URL names a role that row-level security does not hold (owner, superuser or BYPASSRLS). "
                "Use the app role.",
                code="role_too_strong",
            )

    async def close(self) -> None:
        """Give every connection back."""
        await self._sessions.dispose()
        if self._hot is not None:
            await self._hot.close()


def driver_url(url: str) -> str:
    """The same database as the driver names it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


async def _keep_session(_connection: asyncpg.Connection) -> None:
    """A hot function leaves nothing behind: its one setting is local to its transaction."""


def _bind_tenant(session: SyncSession, tenant_id: UUID) -> None:
    """Set the tenant locally in each transaction that this session begins (R6, R7)."""

    @event.listens_for(session, "after_begin")
    def set_tenant(_session: SyncSession, _transaction: Any, connection: Any) -> None:
        connection.execute(text("select set_config('app.tenant', :tenant, true)"), {"tenant": str(tenant_id)})
