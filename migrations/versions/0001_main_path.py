"""The main path: tenants, people, channels, customers, conversations, scenarios, knowledge.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("0001_tables.sql", "0001_functions.sql", "0001_wall.sql"):
        run_script(op.get_bind(), name)


def downgrade() -> None:
    raise RuntimeError("the first migration is not undone: drop the database instead")
