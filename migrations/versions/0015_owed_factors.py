"""Consoles of people who owe their tenant a second factor end.

Revision ID: 0015
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0015_owed_factors.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
