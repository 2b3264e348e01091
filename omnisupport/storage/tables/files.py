"""Files that people and visitors have uploaded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, string


class File(Table, table=True):
    """One file. `uploader_kind`: user, api_key, customer; `width` and `height` of an image, in pixels."""

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "storage_key"),
        sa.Index("file_by_uploader", "tenant_id", "uploader_id", sa.text("created_at desc")),
        sa.Index("file_by_time", "tenant_id", "created_at"),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    storage_key: str = string()
    name: str = string()
    type: str = string()
    size: int
    sha256: bytes
    width: int | None = None
    height: int | None = None
    uploader_kind: str = string()
    uploader_id: UUID
    created_at: datetime = instant(now=True)
