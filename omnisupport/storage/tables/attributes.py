"""Custom attributes: what a tenant wants to know of its customers and conversations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, string


class Attribute(Table, table=True):
    """A definition; `options` are the choices of kind `choice`. Values stand in the `fields` of a customer."""

    __table_args__ = (sa.UniqueConstraint("tenant_id", "subject", "key"),)
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    subject: str = string()
    key: str = string()
    name: dict[str, str] = json()
    kind: str = string()
    options: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(sa.Text),
        sa_column_kwargs={"server_default": sa.text("'{}'")},
    )
    required: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)
