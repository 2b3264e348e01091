"""What begins scenarios besides messages.

Revision ID: 0018
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0018_triggers.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
