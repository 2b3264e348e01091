"""People: members, roles, invitations, API keys, audit, idempotent answers.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op

from omnisupport.storage.migrate import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(op.get_bind(), "0002_people.sql")


def downgrade() -> None:
    raise RuntimeError("migrations are not undone: restore the backup instead")
