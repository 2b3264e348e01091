"""People, the tenants they belong to, and their sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, optional_text, string


class User(Table, table=True):
    """A person with a password; read before a tenant is known."""

    id: UUID = Field(primary_key=True)
    email: str = string(unique=True)
    name: str = string()
    password_hash: str = string()
    locale: str = string(default="ru")
    created_at: datetime = instant(now=True)
    email_verified_at: datetime | None = instant()
    password_changed_at: datetime = instant(now=True)
    platform_role: str | None = optional_text()
    totp_secret: bytes | None = None
    """Sealed; in force once `totp_confirmed_at` is set."""
    totp_confirmed_at: datetime | None = instant()
    totp_last_step: int | None = Field(default=None, sa_type=sa.BigInteger)
    """The newest time step whose code was taken: a code counts once."""
    recovery_hashes: list[bytes] = Field(
        default_factory=list,
        sa_type=ARRAY(sa.LargeBinary),
        sa_column_kwargs={"server_default": "{}"},
    )
    disabled_at: datetime | None = instant()


class UserTenant(Table, table=True):
    """Membership: which person works in which tenant, as what."""

    __tablename__ = "user_tenant"
    __table_args__ = (sa.Index("user_tenant_by_tenant", "tenant_id"),)
    user_id: UUID = Field(primary_key=True, foreign_key="user.id", ondelete="CASCADE")
    tenant_id: UUID = Field(primary_key=True)
    role: str = string()


class Session(Table, table=True):
    """A signed-in browser (`kind` cookie) or one link of a refresh chain (`kind` refresh)."""

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "token_hash"),
        sa.Index("session_by_family", "tenant_id", "family"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", ondelete="CASCADE")
    kind: str = string()
    family: UUID
    token_hash: bytes
    created_at: datetime = instant(now=True)
    last_seen_at: datetime = instant(now=True)
    expires_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    rotated_at: datetime | None = instant()
    revoked_at: datetime | None = instant()
    user_agent: str | None = optional_text()
    impersonator_id: UUID | None = Field(default=None, foreign_key="user.id", ondelete="CASCADE")
    address: str | None = optional_text()
    verified_at: datetime | None = instant()
