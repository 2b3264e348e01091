"""Bundles that people have asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, optional_text, string

UNDER_WAY = sa.text("status in ('waiting', 'running')")


class Bundle(Table, table=True):
    """A bundle (`domain/bundle.py`). `progress` is 0 to 1; the bytes lie under `storage_key` while it is ready."""

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "storage_key"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
        ),
        sa.Index("bundle_by_time", "tenant_id", sa.text("requested_at desc"), sa.text("id desc")),
        sa.Index(
            "bundle_under_way",
            "tenant_id",
            "kind",
            "customer_id",
            unique=True,
            postgresql_where=UNDER_WAY,
            postgresql_nulls_not_distinct=True,
        ),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    kind: str = string()
    customer_id: UUID | None = None
    status: str = string(default="waiting")
    progress: float = Field(default=0, sa_type=sa.REAL, sa_column_kwargs={"server_default": "0"})
    storage_key: str = string()
    size: int | None = Field(default=None, sa_type=sa.BigInteger)
    files: int | None = None
    failure: str | None = optional_text()
    requested_by: UUID
    requested_name: str = string()
    requested_at: datetime = instant(now=True)
    ready_at: datetime | None = instant()
    expires_at: datetime | None = instant()
