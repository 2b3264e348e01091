"""What keeps and what ends data about customers: details of the audit log, erasures, holds, terms."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, number, optional_text, string


class AuditDetail(Table, table=True):
    """`before` and `after` of an audit line about a customer; `other_id`: whom a merge concerned too.

    Written by a trigger (`0008_privacy.sql`); the app role deletes them during an erasure of that customer only.
    """

    __tablename__ = "audit_detail"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "audit_id"],
            ["audit.tenant_id", "audit.id"],
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.Index("audit_detail_by_customer", "tenant_id", "customer_id"),
        sa.Index(
            "audit_detail_by_other",
            "tenant_id",
            "other_id",
            postgresql_where=sa.text("other_id is not null"),
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    audit_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    customer_id: UUID
    other_id: UUID | None = None
    before: dict[str, Any] | None = json(nullable=True)
    after: dict[str, Any] | None = json(nullable=True)


class Erasure(Table, table=True):
    """The erasure of one customer and of whoever was merged into him; it keeps no name.

    `origin`: request, deletion, retention; `status`: waiting, running, done, failed, refused; `counts`: kind of thing
    to how many were erased so far.
    """

    __table_args__ = (
        sa.Index(
            "erasure_open",
            "tenant_id",
            "customer_id",
            unique=True,
            postgresql_where=sa.text("status in ('waiting', 'running')"),
        ),
        sa.Index("erasure_by_time", "tenant_id", sa.text("requested_at desc"), sa.text("id desc")),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    customer_id: UUID
    origin: str = string()
    status: str = string(default="waiting")
    reason: str | None = optional_text()
    requested_by: UUID | None = None
    requested_at: datetime = instant(now=True)
    finished_at: datetime | None = instant()
    counts: dict[str, int] = json(default="{}")
    receipt: dict[str, Any] | None = json(nullable=True)


class ErasureSubject(Table, table=True):
    """An id of what an erasure takes away; `kind`: customer, identity, conversation, note, file; address: a digest."""

    __tablename__ = "erasure_subject"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "erasure_id"], ["erasure.tenant_id", "erasure.id"], ondelete="CASCADE"
        ),
        sa.Index("erasure_subject_by_id", "tenant_id", "subject_id"),
    )
    tenant_id: UUID = Field(primary_key=True)
    erasure_id: UUID = Field(primary_key=True)
    kind: str = string(primary_key=True)
    subject_id: UUID = Field(primary_key=True)


class LegalHold(Table, table=True):
    """Why a customer is kept; it ends by itself at `until`."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        sa.ForeignKeyConstraint(["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"]),
        sa.Index("legal_hold_by_customer", "tenant_id", "customer_id"),
        sa.Index("legal_hold_by_time", "tenant_id", sa.text("created_at desc"), sa.text("id desc")),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    customer_id: UUID
    reason: str = string()
    until: datetime | None = instant()
    created_by: UUID | None = None
    created_at: datetime = instant(now=True)


class Retention(Table, table=True):
    """How long a tenant keeps what, in days; null keeps for ever."""

    __table_args__ = (sa.CheckConstraint("audit >= 365"),)
    tenant_id: UUID = key_of_tenant()
    conversations: int | None = None
    customers: int | None = None
    events: int | None = None
    webhook_deliveries: int | None = None
    audit: int | None = None
    files: int | None = None
    revision: int = number(1)
    updated_at: datetime = instant(now=True)
