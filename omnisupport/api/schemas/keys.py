"""API keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from omnisupport.api.schemas.base import Input, MomentInZone, Output, Plain
from omnisupport.domain.permissions import Permission


class NewKey(Input):
    """A key to make: `scopes` are permissions, of those that its maker has; without `expires_at` it stays good."""

    name: Plain = Field(min_length=1, max_length=200)
    scopes: list[Permission] = Field(min_length=1, max_length=100)
    expires_at: MomentInZone | None = None


class Key(Output):
    """A key. `user_id`: whose it is, null for the tenant's own; `hint`: how it ends."""

    id: UUID
    name: str
    user_id: UUID | None
    scopes: list[str]
    hint: str
    created_by: UUID | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class Keys(Output):
    """Newest first; `next_cursor` leads to older ones."""

    items: list[Key]
    next_cursor: str | None


class MadeKey(Output):
    """A new key; `token` is told this once and kept nowhere."""

    key: Key
    token: str
