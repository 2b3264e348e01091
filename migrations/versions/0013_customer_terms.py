"""What customers are found by, kept once a statement.

Revision ID: 0013
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0013_customer_terms.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
