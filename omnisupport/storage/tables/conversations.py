"""A conversation, its messages, its turns, and the feed of changes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, number, optional_text, string


class Xid8(UserDefinedType[str]):
    """Postgres' 64-bit transaction id, which says when a reader may trust a change row."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL."""
        return "xid8"


def _of_conversation() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "conversation_id"], ["conversation.tenant_id", "conversation.id"], ondelete="CASCADE"
    )


def _by(name: str, *columns: str) -> sa.Index:
    """A list of the inbox in its order: newest first."""
    newest = (sa.text("updated_at desc"), sa.text("id desc"))
    return sa.Index(f"conversation_by_{name}", "tenant_id", *(columns or (name,)), *newest)


class Conversation(Table, table=True):
    """The truth about a conversation; its workflow's memory is a copy (`architecture.md` 2.3)."""

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"], ["channel.tenant_id", "channel.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "identity_id"], ["identity.tenant_id", "identity.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id", "department_id"], ["department.tenant_id", "department.id"]),
        sa.Index(
            "conversation_unresolved",
            "tenant_id",
            "channel_id",
            "identity_id",
            unique=True,
            postgresql_where=sa.text("status <> 'resolved'"),
        ),
        sa.Index("conversation_by_identity", "tenant_id", "identity_id", sa.text("resolved_at desc")),
        _by("status"),
        _by("assignee", "assignee_id", "status"),
        _by("department", "department_id", "status"),
        _by("channel", "channel_id"),
        sa.Index(
            "conversation_running",
            "tenant_id",
            "ir_hash",
            sa.text("updated_at desc"),
            sa.text("id desc"),
            postgresql_where=sa.text("state is not null"),
        ),
        sa.Index(
            "conversation_by_customer",
            "tenant_id",
            "customer_id",
            sa.text("created_at desc"),
            sa.text("id desc"),
        ),
        sa.Index(
            "conversation_waiting",
            "tenant_id",
            "department_id",
            postgresql_where=sa.text("status = 'open' and controller = 'operator' and assignee_id is null"),
        ),
        sa.Index(
            "conversation_awaiting",
            "tenant_id",
            "customer_id",
            postgresql_where=sa.text("state -> 'waiting' ->> 'kind' = 'event'"),
        ),
        sa.Index(
            "conversation_silent",
            "tenant_id",
            "last_in_at",
            postgresql_where=sa.text("status in ('open', 'pending')"),
        ),
        sa.Index(
            "conversation_unanswered",
            "last_in_at",
            postgresql_where=sa.text(
                "last_in > cursor_seq and (controller <> 'operator' or status <> 'open')"
            ),
        ),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    channel_id: UUID
    identity_id: UUID
    customer_id: UUID
    status: str = string(default="open")
    controller: str = string(default="assistant")
    assignee_id: UUID | None = None
    assignee_name: str | None = optional_text()
    assignee_seen_at: datetime | None = instant()
    department_id: UUID | None = None
    epoch: int = number()
    turn: int = number()
    cursor_seq: int = number()
    last_seq: int = number()
    last_in: int = number()
    last_in_at: datetime | None = instant()
    rung_at: datetime | None = instant()
    run: int = number()
    state: dict[str, Any] | None = json(nullable=True)
    scenario_key: str | None = optional_text()
    ir_hash: str | None = optional_text()
    last_op: str | None = optional_text()
    tags: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(sa.Text),
        sa_column_kwargs={"server_default": sa.text("'{}'")},
    )
    snoozed_until: datetime | None = instant()
    waiting_since: datetime | None = instant()
    operator_seen_seq: int = number()
    customer_seen_seq: int = number()
    last_message: dict[str, Any] | None = json(nullable=True)
    resolved_at: datetime | None = instant()
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)


class Message(Table, table=True):
    """One row of a conversation; `seq` numbers them without a hole, `key` makes each exist once."""

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "key"),
        _of_conversation(),
        sa.Index(
            "message_unsent",
            "tenant_id",
            "conversation_id",
            "seq",
            postgresql_where=sa.text("status in ('pending', 'sending')"),
        ),
        sa.Index(
            "message_troubled",
            "tenant_id",
            sa.text("created_at desc"),
            sa.text("id desc"),
            postgresql_where=sa.text("direction = 'outbound' and status in ('failed', 'uncertain')"),
        ),
        sa.Index(
            "message_by_external_id",
            "tenant_id",
            "external_id",
            postgresql_where=sa.text("external_id is not null"),
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    id: UUID = Field(sa_column_kwargs={"server_default": sa.text("gen_random_uuid()")})
    direction: str = string()
    author_kind: str = string()
    author_id: str | None = optional_text()
    author_name: str | None = optional_text()
    text: str = string(default="")
    content: dict[str, Any] = json(default="{}")
    status: str = string()
    key: str = string()
    external_id: str | None = optional_text()
    client_message_id: str | None = optional_text()
    turn: int | None = None
    epoch: int = number()
    reply_to: UUID | None = None
    not_before: datetime | None = instant()
    created_at: datetime = instant(now=True)


class MessagePart(Table, table=True):
    """One native payload of a message: what leaves in one network call, and how far it got.

    `status`: pending, sending, unknown (looked for), uncertain (a person decides), sent, delivered, read, failed.
    `payload` is forgotten once it has arrived; `since` is when it left first.
    """

    __tablename__ = "message_part"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "message_id"], ["message.tenant_id", "message.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"], ["channel.tenant_id", "channel.id"], ondelete="CASCADE"
        ),
        sa.Index(
            "message_part_by_external_id",
            "tenant_id",
            "channel_id",
            "external_id",
            postgresql_where=sa.text("external_id is not null"),
        ),
        sa.Index("message_part_by_sending", "tenant_id", "channel_id", sa.text("sent_at desc")),
    )
    tenant_id: UUID = key_of_tenant()
    message_id: UUID = Field(primary_key=True)
    index: int = Field(primary_key=True)
    channel_id: UUID
    method: str = string()
    payload: dict[str, Any] | None = json(nullable=True)
    lossy: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(sa.Text),
        sa_column_kwargs={"server_default": sa.text("'{}'")},
    )
    status: str = string(default="pending")
    external_id: str | None = optional_text()
    code: str | None = optional_text()
    since: datetime | None = instant()
    updated_at: datetime = instant(now=True)
    sent_at: datetime | None = instant()
    """When it had left; written by the database."""
    segments: int | None = None
    price: Decimal | None = Field(default=None, sa_type=sa.Numeric(14, 6))
    price_unit: str | None = optional_text()
    """What it cost, as its provider has told it afterwards."""


class Turn(Table, table=True):
    """What a turn started from, decided and got back: the trace."""

    __table_args__ = (_of_conversation(),)
    tenant_id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    through_seq: int
    state: dict[str, Any] | None = json(nullable=True)
    commands: list[Any] = json(default="[]")
    results: list[Any] = json(default="[]")
    trace: list[Any] = json(default="[]")
    scenario_key: str | None = optional_text()
    ir_hash: str | None = optional_text()
    engine: int | None = None
    created_at: datetime = instant(now=True)
    run: int | None = None
    """The conversation's run after it; None in turns of before the column."""


class Change(Table, table=True):
    """One entry of a tenant's feed, written by the transaction it tells of."""

    __table_args__ = (sa.Index("change_in_order", "tenant_id", "xid", "id"),)
    tenant_id: UUID = Field(primary_key=True)
    id: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_args=[sa.Identity(always=True)])
    xid: str = Field(sa_type=Xid8, sa_column_kwargs={"server_default": sa.text("pg_current_xact_id()")})
    kind: str = string()
    conversation_id: UUID | None = None
    created_at: datetime = instant(now=True)
    moved_from: dict[str, Any] | None = json(nullable=True)
    """{assignee, department} of before, where they changed: who reached it then is told that it has gone."""
