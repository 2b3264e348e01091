"""What else opens a door: one-time tokens of a person, and API keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, optional_text, string


class AccountToken(Table, table=True):
    """A one-time token. `purpose`: verify_email, reset_password, change_email, second_factor."""

    __tablename__ = "account_token"
    __table_args__ = (sa.Index("account_token_by_user", "tenant_id", "user_id", "purpose"),)
    tenant_id: UUID = key_of_tenant()
    token_hash: bytes = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", ondelete="CASCADE")
    purpose: str = string()
    email: str | None = optional_text()
    created_at: datetime = instant(now=True)
    expires_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    used_at: datetime | None = instant()


class ApiKey(Table, table=True):
    """A key of a person (`user_id`) or of the tenant itself; it may do what both its scopes and its person allow."""

    __tablename__ = "api_key"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "token_hash"),)
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    user_id: UUID | None = Field(default=None, foreign_key="user.id", ondelete="CASCADE")
    name: str = string()
    scopes: list[str] = Field(sa_type=ARRAY(sa.Text))
    token_hash: bytes
    hint: str = string()
    created_by: UUID | None = None
    created_at: datetime = instant(now=True)
    expires_at: datetime | None = instant()
    last_used_at: datetime | None = instant()
    revoked_at: datetime | None = instant()
