"""Voice messages.

Revision ID: 0031
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0031_voice.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
