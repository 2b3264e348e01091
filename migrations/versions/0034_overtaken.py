"""A status that overtakes our own answer to a send.

Revision ID: 0034
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0034_overtaken.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
