"""What became of sends, and what went through a channel.

Revision ID: 0033
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0033_sends.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
