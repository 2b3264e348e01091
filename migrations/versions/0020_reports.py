"""What is reported to runs from outside, and the codes that they send.

Revision ID: 0020
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0020_reports.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
