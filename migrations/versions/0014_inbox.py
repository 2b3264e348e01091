"""Inbox: lists by department, and how long each list is.

Revision ID: 0014
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0014_inbox.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
