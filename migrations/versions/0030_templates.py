"""Templates of channels.

Revision ID: 0030
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0030_templates.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
