"""Capacity of members, and the department that takes what names none.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0010_assignment.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
