"""Keys by which a company's own server signs who its visitors are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, string


class IdentityKey(Table, table=True):
    """A signing secret, sealed; `hint` is its end, to tell two apart."""

    __tablename__ = "identity_key"
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    hint: str = string()
    secret: bytes
    created_at: datetime = instant(now=True)
