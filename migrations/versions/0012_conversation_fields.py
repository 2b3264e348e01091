"""Values of attributes of conversations.

Revision ID: 0012
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0012_conversation_fields.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
