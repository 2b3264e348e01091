"""Scenarios: the mutable draft, the immutable versions that runs pin, and their test files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, number, string


def of_scenario() -> sa.ForeignKeyConstraint:
    """Goes with its scenario."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", "scenario_id"], ["scenario.tenant_id", "scenario.id"], ondelete="CASCADE"
    )


class Scenario(Table, table=True):
    """A draft (`revision` is its etag) and the versions that new runs take.

    `canary_percent` of the customers get `canary_version`, the others `live_version`; an archived one gets nobody.
    """

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
    canary_version: int | None = None
    canary_percent: int = number()
    archived_at: datetime | None = instant()


class ScenarioVersion(Table, table=True):
    """A compiled scenario, content-addressed: never changed once written, but for when it first went live.

    `report`: of the gate that let it out; `signature`: what its callers rely on; `acknowledged`: {by, name, at, codes}.
    """

    __tablename__ = "scenario_version"
    __table_args__ = (of_scenario(), sa.Index("scenario_version_by_hash", "tenant_id", "ir_hash"))
    tenant_id: UUID = Field(primary_key=True)
    scenario_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    ir: dict[str, Any] = json()
    ir_hash: str = string()
    engine: int
    source: str = string()
    author_id: UUID | None = None
    created_at: datetime = instant(now=True)
    message: str = string(default="")
    report: dict[str, Any] = json(default="{}")
    signature: dict[str, Any] = json(default="{}")
    acknowledged: dict[str, Any] = json(default="{}")
    published_at: datetime | None = instant()


class ScenarioDraft(Table, table=True):
    """A draft as it was at a revision: the newest few, for telling a stale save what it has missed."""

    __tablename__ = "scenario_draft"
    __table_args__ = (of_scenario(),)
    tenant_id: UUID = Field(primary_key=True)
    scenario_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    document: str = string()
    author_id: UUID | None = None
    created_at: datetime = instant(now=True)


class ScenarioTest(Table, table=True):
    """A test file of a scenario (`omni: scenario-test/v1`); `revision` is its etag."""

    __tablename__ = "scenario_test"
    __table_args__ = (of_scenario(), sa.UniqueConstraint("tenant_id", "scenario_id", "name"))
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    scenario_id: UUID
    name: str = string()
    document: str = string()
    revision: int = number(1)
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)
