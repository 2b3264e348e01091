"""The turn at which a conversation was looked at last.

Revision ID: 0022
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0022_trigger_turns.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
