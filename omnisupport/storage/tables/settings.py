"""What a tenant has set: calendars, tags; and what happened elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, string
from omnisupport.storage.tables.conversations import Xid8


class BusinessCalendar(Table, table=True):
    """Opening hours that departments share. `holidays`: [{date, name, hours}], no hours: closed all day."""

    __tablename__ = "calendar"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "key"),)
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    key: str = string()
    name: dict[str, str] = json()
    timezone: str = string()
    hours: dict[str, list[list[str]]] = json()
    holidays: list[dict[str, Any]] = json(default="[]")
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)


class TagRow(Table, table=True):
    """A tag that the tenant offers; conversations and customers hold its key."""

    __tablename__ = "tag"
    tenant_id: UUID = key_of_tenant()
    key: str = string(primary_key=True)
    name: str = string()
    color: str = string(default="grey")
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)


class EventRow(Table, table=True):
    """Something that happened elsewhere; `source`: api, widget."""

    __tablename__ = "event"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
        ),
        sa.Index("event_by_time", "tenant_id", sa.text("created_at desc"), "id"),
        sa.Index("event_by_customer", "tenant_id", "customer_id", sa.text("created_at desc")),
        sa.Index("event_in_order", "tenant_id", "xid", "number"),
        sa.Index("event_by_name", "tenant_id", "name", "customer_id", sa.text("created_at desc")),
    )
    tenant_id: UUID = key_of_tenant()
    id: str = string(primary_key=True)
    name: str = string()
    customer_id: UUID | None = None
    data: dict[str, Any] = json(default="{}")
    source: str = string()
    created_at: datetime = instant(now=True)
    number: int | None = Field(
        default=None, nullable=False, sa_type=sa.BigInteger, sa_column_args=[sa.Identity(always=True)]
    )
    """Its place among those of one transaction; with `xid` the order that a reader can follow."""
    xid: str | None = Field(
        default=None,
        sa_type=Xid8,
        nullable=False,
        sa_column_kwargs={"server_default": sa.text("pg_current_xact_id()")},
    )
