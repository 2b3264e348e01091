"""Values of attributes of conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, optional_text


class ConversationFields(Table, table=True):
    """Values by an attribute's key; a table of its own, for the conversation's row is written anew at each message."""

    __tablename__ = "conversation_fields"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversation.tenant_id", "conversation.id"],
            ondelete="CASCADE",
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(primary_key=True)
    fields: dict[str, Any] = json(default="{}")
    subject: str | None = optional_text()
    priority: str | None = optional_text()
    updated_at: datetime = instant(now=True)
