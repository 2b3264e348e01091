"""Runs of scenarios beside those that a conversation is in now, and long jobs about scenarios."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, number, optional_text, string
from omnisupport.storage.tables.scenarios import of_scenario


def _by(name: str, newest: sa.TextClause, where: sa.TextClause) -> sa.Index:
    columns = ("tenant_id", "scenario_id", newest, sa.text("id desc"))
    return sa.Index(f"scenario_run_{name}", *columns, postgresql_where=where)


class ScenarioRun(Table, table=True):
    """A run without a conversation, or one of a conversation that has ended (`run`: its number there).

    `mode`, how it began: dialog, event, api, detached, child. `status`: waiting, running, ended, failed, cancelled.
    `parent`: the run that began it, as the api names runs.
    """

    __tablename__ = "scenario_run"
    __table_args__ = (
        of_scenario(),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversation.tenant_id", "conversation.id"],
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
        ),
        sa.Index(
            "scenario_run_of_conversation",
            "tenant_id",
            "conversation_id",
            "run",
            unique=True,
            postgresql_where=sa.text("conversation_id is not null"),
        ),
        _by("going", sa.text("updated_at desc"), sa.text("ended_at is null")),
        _by("ended", sa.text("ended_at desc"), sa.text("ended_at is not null")),
        sa.Index(
            "scenario_run_awaiting",
            "tenant_id",
            "customer_id",
            postgresql_where=sa.text("state -> 'waiting' ->> 'kind' = 'event'"),
        ),
        sa.Index(
            "scenario_run_by_customer",
            "tenant_id",
            "customer_id",
            postgresql_where=sa.text("customer_id is not null"),
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    scenario_id: UUID
    version: int
    ir_hash: str = string()
    engine: int
    mode: str = string()
    status: str = string()
    state: dict[str, Any] | None = json(nullable=True)
    inputs: dict[str, Any] = json(default="{}")
    outcome: str | None = optional_text()
    conversation_id: UUID | None = None
    run: int | None = None
    customer_id: UUID | None = None
    parent: str | None = optional_text()
    started_by: UUID | None = None
    turn: int = number()
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)
    ended_at: datetime | None = instant()


class ScenarioRunTurn(Table, table=True):
    """A turn of a run without a conversation: its trace."""

    __tablename__ = "scenario_run_turn"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"], ["scenario_run.tenant_id", "scenario_run.id"], ondelete="CASCADE"
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    run_id: UUID = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    state: dict[str, Any] | None = json(nullable=True)
    commands: list[Any] = json(default="[]")
    results: list[Any] = json(default="[]")
    trace: list[Any] = json(default="[]")
    created_at: datetime = instant(now=True)


class ScenarioJob(Table, table=True):
    """A long run about a scenario. `kind`: walks, replay, gate, mutants, migration.

    `status`: waiting, running, done, failed, cancelled. `progress` is {done, total}; `report` of a replay or a gate
    names conversations, so it goes with each of them.
    """

    __tablename__ = "scenario_job"
    __table_args__ = (
        of_scenario(),
        sa.Index(
            "scenario_job_by_age", "tenant_id", "scenario_id", sa.text("created_at desc"), sa.text("id desc")
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    scenario_id: UUID
    kind: str = string()
    status: str = string(default="waiting")
    request: dict[str, Any] = json(default="{}")
    progress: dict[str, Any] = json(default="{}")
    report: dict[str, Any] | None = json(nullable=True)
    failure: str | None = optional_text()
    created_by: UUID | None = None
    created_at: datetime = instant(now=True)
    finished_at: datetime | None = instant()
