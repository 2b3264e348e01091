"""Platform: who looks after a tenant and who brought it.

Revision ID: 0007
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0007_platform.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
