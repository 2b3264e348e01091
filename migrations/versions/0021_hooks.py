"""What an outside service signs its calls with.

Revision ID: 0021
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0021_hooks.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
