"""What runs give out for once: addresses to report to, and codes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, number, string


class ScenarioCallback(Table, table=True):
    """One report of an `event` to the `run` of a conversation, or to a run without one, until `expires_at`."""

    __tablename__ = "scenario_callback"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversation.tenant_id", "conversation.id"],
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"], ["scenario_run.tenant_id", "scenario_run.id"], ondelete="CASCADE"
        ),
        sa.Index("scenario_callback_of_conversation", "tenant_id", "conversation_id"),
        sa.Index("scenario_callback_of_run", "tenant_id", "run_id"),
        sa.Index("scenario_callback_by_age", "tenant_id", "expires_at"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    conversation_id: UUID | None = None
    run_id: UUID | None = None
    run: int
    event: str = string()
    expires_at: datetime = instant()
    used_at: datetime | None = instant()
    created_at: datetime = instant(now=True)


class ScenarioCode(Table, table=True):
    """A one-time code that was sent. `digest` tells the right one, `address` how often one was sent there.

    `used_at`: the moment (epoch milliseconds) of the turn that it opened.
    """

    __tablename__ = "scenario_code"
    __table_args__ = (
        sa.Index("scenario_code_by_address", "tenant_id", "address", "created_at"),
        sa.Index("scenario_code_by_age", "tenant_id", "expires_at"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    digest: bytes
    address: bytes
    tries: int = number()
    expires_at: datetime = instant()
    used_at: int | None = Field(default=None, sa_type=sa.BigInteger)
    created_at: datetime = instant(now=True)
