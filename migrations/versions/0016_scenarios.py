"""Scenarios: canaries, archive, test files, runs beside conversations, and long jobs.

Revision ID: 0016
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0016_scenarios.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
