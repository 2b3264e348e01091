"""What was done and by whom, and the answers that a repeated POST gets again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, optional_text, string


class Audit(Table, table=True):
    """One action of a person, a key or the platform; `outcome`: done, refused. Rows are never changed."""

    __table_args__ = (
        sa.Index("audit_by_time", "tenant_id", sa.text("at desc"), sa.text("id desc")),
        sa.Index(
            "audit_by_target",
            "tenant_id",
            "target_kind",
            "target_id",
            sa.text("at desc"),
            sa.text("id desc"),
        ),
        sa.Index("audit_by_actor", "tenant_id", "actor_id", sa.text("at desc"), sa.text("id desc")),
        sa.UniqueConstraint("tenant_id", "key"),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: int | None = Field(
        default=None, primary_key=True, sa_type=sa.BigInteger, sa_column_args=[sa.Identity(always=True)]
    )
    at: datetime = instant(now=True)
    actor_kind: str = string()
    actor_id: UUID | None = None
    actor_name: str = string(default="")
    impersonator_id: UUID | None = None
    action: str = string()
    outcome: str = string(default="done")
    target_kind: str | None = optional_text()
    target_id: str | None = optional_text()
    before: dict[str, Any] | None = json(nullable=True)
    after: dict[str, Any] | None = json(nullable=True)
    address: str | None = optional_text()
    user_agent: str | None = optional_text()
    key: str | None = optional_text()
    """What makes a line exist once, where the same request may come again."""


class Idempotency(Table, table=True):
    """A POST that named a key: what was asked, and the sealed answer once there is one."""

    __table_args__ = (sa.Index("idempotency_by_time", "tenant_id", "created_at"),)
    tenant_id: UUID = Field(primary_key=True)
    caller: bytes = Field(primary_key=True)
    key: str = string(primary_key=True)
    request_hash: bytes
    status: int | None = Field(default=None, sa_type=sa.SmallInteger)
    answer: bytes | None = None
    created_at: datetime = instant(now=True)
