"""Scenarios: the mutable draft, and the immutable versions that runs pin."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, number, string


class Scenario(Table, table=True):
    """A draft (`revision` is its etag) and the version that new runs take."""

    __table_args__ = (sa.UniqueConstraint("tenant_id", "key"),)
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    key: str = string()
    name: dict[str, str] = json(default="{}")
    draft: str = string()
    revision: int = number(1)
    live_version: int | None = None
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)


class ScenarioVersion(Table, table=True):
    """A compiled scenario, content-addressed: never changed once written."""

    __tablename__ = "scenario_version"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "scenario_id"], ["scenario.tenant_id", "scenario.id"], ondelete="CASCADE"
        ),
        sa.Index("scenario_version_by_hash", "tenant_id", "ir_hash"),
    )
    tenant_id: UUID = Field(primary_key=True)
    scenario_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    ir: dict[str, Any] = json()
    ir_hash: str = string()
    engine: int
    source: str = string()
    author_id: UUID | None = None
    created_at: datetime = instant(now=True)
