"""Effects of scenarios beyond their conversation, and ratings.

Revision ID: 0017
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0017_effects.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
