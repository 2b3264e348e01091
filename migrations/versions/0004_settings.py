"""Settings: connections, calendars, tags, webhooks, events.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0004_settings.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
