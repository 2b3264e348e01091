"""Documents that answers are made from."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, optional_text, string


class KnowledgeDocument(Table, table=True):
    """One article in one language; it is searchable when `indexed_hash` equals `content_hash`."""

    __tablename__ = "knowledge_document"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "knowledge", "slug", "locale"),)
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    knowledge: str = string()
    slug: str = string()
    locale: str = string()
    title: str = string()
    url: str | None = optional_text()
    markdown: str = string()
    content_hash: str = string()
    indexed_hash: str | None = optional_text()
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)
