"""Connected channels, and the connections that scenarios call over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, optional_text, string


class Channel(Table, table=True):
    """One configured channel. `secret` is sealed; nothing returns it. One that was deleted stays for its conversations.

    `external_id` is the provider's id of the account. `health`: {state, problems: [{code, detail, mends, since}],
    checked_at, expires_at}, as its connection found it last.
    """

    __table_args__ = (
        sa.Index(
            "channel_by_account",
            "tenant_id",
            "type",
            "external_id",
            unique=True,
            postgresql_where=sa.text("external_id is not null and status <> 'deleted'"),
        ),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    type: str = string()
    name: str = string()
    status: str = string(default="active")
    settings: dict[str, Any] = json(default="{}")
    secret: bytes | None = None
    created_at: datetime = instant(now=True)
    provider: str = string(default="")
    external_id: str | None = optional_text()
    health: dict[str, Any] = json(default='{"state": "unknown", "problems": []}')
    updated_at: datetime = instant(now=True)


class MessageTemplate(Table, table=True):
    """A template that a channel's provider has approved, or not yet, as it was listed last (`domain/template.py`).

    `holes` are the names of what is filled in; `sendable`: approved, and complete with values for its body.
    """

    __tablename__ = "message_template"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"], ["channel.tenant_id", "channel.id"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("tenant_id", "channel_id", "provider_id"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    channel_id: UUID
    provider_id: str = string()
    sent_as: str = string()
    name: str = string()
    language: str = string()
    category: str = string()
    status: str = string()
    sendable: bool
    body: str = string()
    holes: list[str] = json(default="[]")
    named: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    header: str | None = optional_text()
    header_text: str = string(default="")
    footer: str = string(default="")
    buttons: list[str] = json(default="[]")
    synced_at: datetime = instant(now=True)


class Connection(Table, table=True):
    """Where an `http` node may go: base URL, and sealed headers. `auth` says of what kind they are, and no value.

    `signing` are the sealed secrets that the service signs its own calls with; None: it may not call. `operations` are
    what assistants may read through it (`domain/tools.py`).
    """

    __table_args__ = (sa.UniqueConstraint("tenant_id", "key"),)
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    key: str = string()
    base_url: str = string()
    secret: bytes | None = None
    name: str = string(default="")
    auth: dict[str, Any] = json(default='{"kind": "none"}')
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)
    signing: bytes | None = None
    operations: list[dict[str, Any]] = json(default="[]")
