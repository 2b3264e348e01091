"""One owner for an address and its conversations.

Revision ID: 0026
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0026_identities.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
