"""What scenarios change beyond their conversation, and what customers think of the service."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, optional_text, string


def _of(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", f"{table.removeprefix('scenario_')}_id"],
        [f"{table}.tenant_id", f"{table}.id"],
        ondelete="CASCADE",
    )


class Effect(Table, table=True):
    """Written with the turn that decided it, carried out once. `kind`: see `activities/effects.py`.

    `status`: pending, done, or refused with its `reason`.
    """

    __table_args__ = (
        _of("conversation"),
        _of("scenario_run"),
        _of("customer"),
        sa.Index(
            "effect_of_conversation",
            "tenant_id",
            "conversation_id",
            "id",
            postgresql_where=sa.text("status = 'pending'"),
        ),
        sa.Index(
            "effect_of_run", "tenant_id", "run_id", "id", postgresql_where=sa.text("status = 'pending'")
        ),
        sa.Index(
            "effect_by_age", "tenant_id", "finished_at", postgresql_where=sa.text("status <> 'pending'")
        ),
    )
    tenant_id: UUID = key_of_tenant()
    id: str = string(primary_key=True)
    conversation_id: UUID | None = None
    run_id: UUID | None = None
    customer_id: UUID | None = None
    kind: str = string()
    body: dict[str, Any] = json()
    status: str = string(default="pending")
    reason: str | None = optional_text()
    created_at: datetime = instant(now=True)
    finished_at: datetime | None = instant()


class Rating(Table, table=True):
    """A score that a customer gave, one of each question of a run. `scale`: stars5, nps10, thumbs, emoji, ces7."""

    __table_args__ = (
        _of("conversation"),
        _of("customer"),
        sa.UniqueConstraint("tenant_id", "conversation_id", "run", "node"),
        sa.Index("rating_by_time", "tenant_id", sa.text("created_at desc"), "id"),
        sa.Index("rating_by_customer", "tenant_id", "customer_id"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True, sa_column_kwargs={"server_default": sa.text("gen_random_uuid()")})
    conversation_id: UUID
    customer_id: UUID
    scenario_key: str = string()
    run: int
    node: str = string()
    scale: str = string()
    score: int
    comment: str | None = optional_text()
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)
