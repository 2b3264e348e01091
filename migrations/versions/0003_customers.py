"""Customers: notes, consents, attributes, merges.

Revision ID: 0003
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0003_customers.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
