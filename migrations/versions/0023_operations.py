"""What assistants may read through connections.

Revision ID: 0023
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0023_operations.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
