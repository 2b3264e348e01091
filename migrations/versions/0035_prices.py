"""What sends cost, where their provider tells it.

Revision ID: 0035
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0035_prices.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
