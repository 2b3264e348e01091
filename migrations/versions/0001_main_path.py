"""The main path: tenants, people, channels, customers, conversations, scenarios, knowledge.

Revision ID: 0001
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    connection = op.get_bind().connection.dbapi_connection
    assert connection is not None
    for name in ("0001_tables.sql", "0001_functions.sql", "0001_wall.sql"):
        text = (SQL / name).read_text("utf-8")
        # The driver's own execute: it takes a script of many statements, a prepared statement does not.
        connection.run_async(lambda driver, text=text: driver.execute(text))


def downgrade() -> None:
    raise RuntimeError("the first migration is not undone: drop the database instead")
