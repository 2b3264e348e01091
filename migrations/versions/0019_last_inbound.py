"""When a customer last wrote, in the first read of a conversation.

Revision ID: 0019
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0019_last_inbound.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
