"""Bring a database to the newest schema, as its owner role."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from omnisupport.storage.session import DatabaseUnavailable

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def run_script(bind: Connection, name: str) -> None:
    """Run a file of `migrations/sql` on the connection of a migration."""
    connection = bind.connection.dbapi_connection
    assert connection is not None
    script = (MIGRATIONS / "sql" / name).read_text("utf-8")
    # The driver's own execute: it takes a script of many statements, a prepared statement does not.
    connection.run_async(lambda driver: driver.execute(script))


def alembic_config(owner_url: str) -> Config:
    """Alembic's configuration for our migrations against `owner_url`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", owner_url.replace("%", "%%"))
    return config


async def upgrade(owner_url: str) -> None:
    """Apply every migration that is missing. Safe to run at each start.

    Raises:
        DatabaseUnavailable: nobody answers at `owner_url`.
    """
    try:
        await asyncio.to_thread(command.upgrade, alembic_config(owner_url), "head")
    except OSError as lost:
        raise DatabaseUnavailable(
            "The database does not answer: see that the server of DATABASE_OWNER_URL runs."
        ) from lost
