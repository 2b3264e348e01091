"""What customers answer to.

Revision ID: 0027
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0027_replies.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
