"""A tenant, what leads to it before it is known, its keys and its departments."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, string


class TenantSlug(Table, table=True):
    """Slug to tenant, read before a tenant is known: no policy, no content.

    `manager_id` looks after the tenant, `referrer_id` brought it; both are people of the platform.
    """

    __tablename__ = "tenant_slug"
    __table_args__ = (
        sa.Index(
            "tenant_slug_by_manager", "manager_id", "slug", postgresql_where=sa.text("manager_id is not null")
        ),
        sa.Index(
            "tenant_slug_by_referrer",
            "referrer_id",
            "slug",
            postgresql_where=sa.text("referrer_id is not null"),
        ),
    )
    slug: str = string(primary_key=True)
    tenant_id: UUID = Field(unique=True)
    manager_id: UUID | None = Field(default=None, foreign_key="user.id", ondelete="SET NULL")
    referrer_id: UUID | None = Field(default=None, foreign_key="user.id", ondelete="SET NULL")


class ChannelRoute(Table, table=True):
    """Hash of a webhook's path token to its channel: no policy, no content."""

    __tablename__ = "channel_route"
    __table_args__ = (sa.Index("channel_route_by_channel", "tenant_id", "channel_id"),)
    token_hash: bytes = Field(primary_key=True)
    tenant_id: UUID
    channel_id: UUID


class Tenant(Table, table=True):
    """One company. `settings`: reopen_hours, default_department, and those of its security."""

    tenant_id: UUID = Field(primary_key=True)
    slug: str = string()
    name: str = string()
    locale: str = string(default="ru")
    timezone: str = string(default="Europe/Moscow")
    status: str = string(default="active")
    settings: dict[str, Any] = json(default="{}")
    created_at: datetime = instant(now=True)


class TenantKey(Table, table=True):
    """A data key of a tenant, wrapped by the deployment's master key."""

    __tablename__ = "tenant_key"
    tenant_id: UUID = key_of_tenant()
    key_id: str = string(primary_key=True)
    wrapped: bytes
    created_at: datetime = instant(now=True)


class Department(Table, table=True):
    """A department. `hours`: weekday `mon`..`sun` to a list of ["09:00", "18:00"]; a calendar takes their place."""

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "key"),
        sa.ForeignKeyConstraint(["tenant_id", "calendar_id"], ["calendar.tenant_id", "calendar.id"]),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    key: str = string()
    name: dict[str, str] = json()
    timezone: str = string()
    hours: dict[str, list[list[str]]] = json()
    calendar_id: UUID | None = None
