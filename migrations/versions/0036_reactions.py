"""What somebody thinks of a message, in one sign.

Revision ID: 0036
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0036_reactions.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
