"""Customers, their identities on channels, what is written of them and how they were merged."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, number, optional_text, string


def _of_customer(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
    )


class Customer(Table, table=True):
    """The person writing. What a visitor says of himself stays `verified = false`.

    `consents`: purpose to {status: granted | denied, source, at}. `revision` and `updated_at` are kept by a trigger,
    for visitors change a customer too. One that was merged stays, hidden, for the undo: `merged_into` says where.
    """

    __table_args__ = (
        _of_customer("merged_into"),
        sa.Index(
            "customer_by_external_id",
            "tenant_id",
            "external_id",
            unique=True,
            postgresql_where=sa.text("merged_into is null"),
        ),
        sa.Index(
            "customer_by_merged_id",
            "tenant_id",
            "external_id",
            postgresql_where=sa.text("merged_into is not null"),
        ),
        sa.Index(
            "customer_by_creation",
            "tenant_id",
            sa.text("created_at desc"),
            sa.text("id desc"),
            postgresql_where=sa.text("merged_into is null"),
        ),
        sa.Index("customer_by_target", "tenant_id", "merged_into"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    name: str | None = optional_text()
    email: str | None = optional_text()
    phone: str | None = optional_text()
    locale: str = string(default="ru")
    fields: dict[str, Any] = json(default="{}")
    verified: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    created_at: datetime = instant(now=True)
    external_id: str | None = optional_text()
    tags: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(sa.Text),
        sa_column_kwargs={"server_default": sa.text("'{}'")},
    )
    consents: dict[str, dict[str, Any]] = json(default="{}")
    revision: int = number(1)
    merged_into: UUID | None = None
    created_by: UUID | None = None
    updated_at: datetime = instant(now=True)


class Identity(Table, table=True):
    """A customer on one channel; for the widget with the hash of the visitor's token.

    `bound_to`: the identity of whoever has signed in in this browser; the token leads there. `external_id` is where
    answers go; `vouched` what the channel itself vouches for (`phone:+79990000000`), by which one customer is
    known across channels; `unreachable` why nothing arrives there (blocked, operator, removed); `thread` what a mail
    answers to. `primary_at`: since when it is the first of a customer's addresses on its channel; `place`: where it
    stands in the order in which his addresses are tried.
    """

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "channel_id", "external_id"),
        sa.UniqueConstraint("tenant_id", "token_hash"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"], ["channel.tenant_id", "channel.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bound_to"], ["identity.tenant_id", "identity.id"], ondelete="CASCADE"
        ),
        sa.Index(
            "identity_by_bound_to",
            "tenant_id",
            "bound_to",
            postgresql_where=sa.text("bound_to is not null"),
        ),
        _of_customer("customer_id"),
        sa.Index("identity_by_customer", "tenant_id", "customer_id"),
        sa.Index(
            "identity_by_vouched", "tenant_id", "vouched", postgresql_where=sa.text("vouched is not null")
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    channel_id: UUID
    customer_id: UUID
    external_id: str = string()
    token_hash: bytes | None = None
    expires_at: datetime | None = instant()
    last_seen_at: datetime = instant(now=True)
    pages: list[dict[str, str]] = json(default="[]")
    created_at: datetime = instant(now=True)
    bound_to: UUID | None = None
    last_in_at: datetime | None = instant()
    vouched: str | None = optional_text()
    unreachable: str | None = optional_text()
    thread: dict[str, Any] | None = json(nullable=True)
    primary_at: datetime | None = instant()
    place: int | None = None


class IdentityAlias(Table, table=True):
    """Another id by which a provider knows the same customer, and which stays when his address changes."""

    __tablename__ = "identity_alias"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"], ["channel.tenant_id", "channel.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "identity_id"], ["identity.tenant_id", "identity.id"], ondelete="CASCADE"
        ),
        sa.Index("identity_alias_by_identity", "tenant_id", "identity_id"),
    )
    tenant_id: UUID = key_of_tenant()
    channel_id: UUID = Field(primary_key=True)
    alias: str = string(primary_key=True)
    identity_id: UUID


class CustomerTerm(Table, table=True):
    """By what a customer is found: a kind, a colon and a value; kept by a trigger (`0003_customers.sql`)."""

    __tablename__ = "customer_term"
    __table_args__ = (
        _of_customer("customer_id"),
        sa.Index("customer_term_by_customer", "tenant_id", "customer_id"),
    )
    tenant_id: UUID = Field(primary_key=True)
    term: str = Field(primary_key=True, sa_type=sa.Text)
    customer_id: UUID = Field(primary_key=True)


class CustomerNote(Table, table=True):
    """What a person of the team wrote about a customer; customers never see it."""

    __tablename__ = "customer_note"
    __table_args__ = (
        _of_customer("customer_id"),
        sa.Index(
            "customer_note_by_customer",
            "tenant_id",
            "customer_id",
            sa.text("created_at desc"),
            sa.text("id desc"),
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    customer_id: UUID
    author_id: UUID
    author_name: str = string()
    text: str = string()
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)


class CustomerMerge(Table, table=True):
    """What a merge did. `before`, `after`: columns of the target that it changed; `moved`: table to ids."""

    __tablename__ = "customer_merge"
    __table_args__ = (
        _of_customer("target_id"),
        _of_customer("source_id"),
        sa.Index("customer_merge_by_target", "tenant_id", "target_id", sa.text("created_at desc")),
        sa.Index("customer_merge_by_source", "tenant_id", "source_id", sa.text("created_at desc")),
    )
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    target_id: UUID
    source_id: UUID
    before: dict[str, Any] = json()
    after: dict[str, Any] = json()
    moved: dict[str, list[str]] = json()
    created_by: UUID | None = None
    created_at: datetime = instant(now=True)
    undone_at: datetime | None = instant()
