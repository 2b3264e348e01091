"""Bundles: customers and tenants as files.

Revision ID: 0009
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0009_bundles.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
