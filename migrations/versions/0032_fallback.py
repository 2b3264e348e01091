"""Messages that go over another channel.

Revision ID: 0032
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0032_fallback.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
