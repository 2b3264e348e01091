"""Conversations as their visitor sees them.

Revision ID: 0028
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0028_visitor_conversations.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
