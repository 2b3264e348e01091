"""Privacy: files, exports, erasures, retention, holds.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0005_privacy.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
