"""Help articles and what visitors think of them.

Revision ID: 0029
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0029_articles.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
