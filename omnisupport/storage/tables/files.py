"""Files that people and visitors have uploaded."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, number, optional_text, string


class File(Table, table=True):
    """One file. `uploader_kind`: user, api_key, customer; `width` and `height` of an image, in pixels.

    `duration_ms` is of a voice message, and null of every other file.
    """

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "storage_key"),
        sa.Index("file_by_uploader", "tenant_id", "uploader_id", sa.text("created_at desc")),
        sa.Index("file_by_time", "tenant_id", "created_at"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    storage_key: str = string()
    name: str = string()
    type: str = string()
    size: int
    sha256: bytes
    width: int | None = None
    height: int | None = None
    uploader_kind: str = string()
    uploader_id: UUID
    created_at: datetime = instant(now=True)
    duration_ms: int | None = None


class InboundFile(Table, table=True):
    """A file that a customer has sent and that still lies with the provider; `ref` is what it is fetched by."""

    __tablename__ = "inbound_file"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "message_id"], ["message.tenant_id", "message.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"], ["channel.tenant_id", "channel.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
        ),
        sa.Index("inbound_file_by_channel", "tenant_id", "channel_id", "created_at"),
        sa.Index("inbound_file_by_message", "tenant_id", "message_id"),
        sa.Index("inbound_file_by_customer", "tenant_id", "customer_id"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    message_id: UUID
    channel_id: UUID
    customer_id: UUID
    ref: dict[str, Any] = json()
    kind: str = string()
    name: str | None = optional_text()
    type: str | None = optional_text()
    size: int | None = Field(default=None, sa_type=sa.BigInteger)
    tries: int = number()
    created_at: datetime = instant(now=True)
