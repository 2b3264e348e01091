"""The widget as a channel with settings of its own.

Revision ID: 0025
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0025_widget.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
