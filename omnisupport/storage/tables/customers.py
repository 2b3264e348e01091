"""Customers and their identities on channels."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from omnisupport.storage.tables.columns import instant, json, key_of_tenant, optional_text, string


class Customer(SQLModel, table=True):
    """The person writing. What a visitor says of himself stays `verified = false`."""

    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    name: str | None = optional_text()
    email: str | None = optional_text()
    phone: str | None = optional_text()
    locale: str = string(default="ru")
    fields: dict[str, Any] = json(default="{}")
    verified: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    created_at: datetime = instant(now=True)


class Identity(SQLModel, table=True):
    """A customer on one channel; for the widget with the hash of the visitor's token.

    `bound_to`: the identity of whoever has signed in in this browser; the token leads there.
    """

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "channel_id", "external_id"),
        sa.UniqueConstraint("tenant_id", "token_hash"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"], ["channel.tenant_id", "channel.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bound_to"], ["identity.tenant_id", "identity.id"], ondelete="CASCADE"
        ),
        sa.Index(
            "identity_by_bound_to",
            "tenant_id",
            "bound_to",
            postgresql_where=sa.text("bound_to is not null"),
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    channel_id: UUID
    customer_id: UUID
    external_id: str = string()
    token_hash: bytes | None = None
    expires_at: datetime | None = instant()
    last_seen_at: datetime = instant(now=True)
    pages: list[dict[str, str]] = json(default="[]")
    created_at: datetime = instant(now=True)
    bound_to: UUID | None = None
