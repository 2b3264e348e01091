"""Webhooks out: where a tenant wants to be told, what was told, and how that went."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, optional_text, string


class Webhook(Table, table=True):
    """An address that is told. `cursor`: its place in the change feed; `secrets`: sealed, the newest first."""

    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    name: str = string()
    url: str = string()
    events: list[str] = Field(sa_type=ARRAY(sa.Text))
    secrets: bytes
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    disabled_reason: str | None = optional_text()
    cursor: str | None = optional_text()
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)


class WebhookProgress(Table, table=True):
    """What a webhook was told of a conversation last."""

    __tablename__ = "webhook_progress"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "webhook_id"], ["webhook.tenant_id", "webhook.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversation.tenant_id", "conversation.id"],
            ondelete="CASCADE",
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    webhook_id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(primary_key=True)
    seq: int
    status: str = string()
    assignee_id: UUID | None = None


class WebhookDelivery(Table, table=True):
    """One thing to tell. `status`: pending, delivered, failed; `next_at`: when it is tried next."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "webhook_id"], ["webhook.tenant_id", "webhook.id"], ondelete="CASCADE"
        ),
        sa.Index("webhook_delivery_by_time", "tenant_id", "created_at"),
        sa.Index("webhook_delivery_by_age", "tenant_id", "webhook_id", sa.text("number desc")),
        sa.Index(
            "webhook_delivery_due",
            "tenant_id",
            "webhook_id",
            "next_at",
            postgresql_where=sa.text("status = 'pending'"),
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    webhook_id: UUID
    number: int | None = Field(
        default=None, sa_type=sa.BigInteger, nullable=False, sa_column_args=[sa.Identity(always=True)]
    )
    event: str = string()
    body: dict[str, Any] = json()
    status: str = string(default="pending")
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    last_status: int | None = None
    last_error: str | None = optional_text()
    next_at: datetime = instant(now=True)
    created_at: datetime = instant(now=True)
    finished_at: datetime | None = instant()
