"""What begins scenarios besides messages: how far a tenant's events were looked at, and what is due when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, number, string


class TriggerCursor(Table, table=True):
    """Places in the feeds of changes and of events, `xid.number` each."""

    __tablename__ = "trigger_cursor"
    tenant_id: UUID = key_of_tenant()
    change_cursor: str = string()
    event_cursor: str = string()
    updated_at: datetime = instant(now=True)


class TriggerSeen(Table, table=True):
    """How a conversation stood when it was looked at last, and after which turn that was."""

    __tablename__ = "trigger_seen"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversation.tenant_id", "conversation.id"],
            ondelete="CASCADE",
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(primary_key=True)
    status: str = string()
    assignee_id: UUID | None = None
    turn: int = number()


class TriggerDue(Table, table=True):
    """When a trigger of time fires next."""

    __tablename__ = "trigger_due"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "scenario_id"], ["scenario.tenant_id", "scenario.id"], ondelete="CASCADE"
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    scenario_id: UUID = Field(primary_key=True)
    trigger_id: str = string(primary_key=True)
    due_at: datetime = instant()
