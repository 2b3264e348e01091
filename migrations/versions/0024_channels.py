"""Channels of providers.

Revision ID: 0024
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0024_channels.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
