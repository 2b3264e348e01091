"""Privacy: erasure, retention, legal hold, and details of the audit log apart from its lines.

Revision ID: 0008
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0008_privacy.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
