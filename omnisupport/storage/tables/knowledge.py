"""Documents that answers are made from."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, key_of_tenant, number, optional_text, string


class KnowledgeDocument(Table, table=True):
    """One document in one language; it is searchable when `indexed_hash` equals `content_hash`.

    `kind`: document, or article, which the widget shows while it is published. The database keeps a column `search`
    besides, of the words of articles.
    """

    __tablename__ = "knowledge_document"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "knowledge", "slug", "locale"),
        sa.Index(
            "knowledge_document_published",
            "tenant_id",
            "locale",
            "category",
            "position",
            postgresql_where=sa.text("kind = 'article' and published_at is not null"),
        ),
    )
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
    kind: str = string(default="document")
    category: str | None = optional_text()
    position: int = number()
    published_at: datetime | None = instant()


SEARCH = """
case when kind <> 'article' then null
  when locale = 'ru' then setweight(to_tsvector('russian'::regconfig, title), 'A')
    || setweight(to_tsvector('russian'::regconfig, left(markdown, 200000)), 'B')
  else setweight(to_tsvector('english'::regconfig, title), 'A')
    || setweight(to_tsvector('english'::regconfig, left(markdown, 200000)), 'B') end
"""
# Of the table and not of the class: nobody reads it, and a row is read with every column of its class.
_documents: sa.Table = KnowledgeDocument.__table__  # type: ignore[attr-defined]
_documents.append_column(sa.Column("search", TSVECTOR, sa.Computed(SEARCH, persisted=True)))


class ArticleFeedback(Table, table=True):
    """Whether an article has helped a visitor, the last word of each."""

    __tablename__ = "article_feedback"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "document_id"],
            ["knowledge_document.tenant_id", "knowledge_document.id"],
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"], ["customer.tenant_id", "customer.id"], ondelete="CASCADE"
        ),
        sa.Index("article_feedback_by_customer", "tenant_id", "customer_id"),
    )
    tenant_id: UUID = key_of_tenant()
    document_id: UUID = Field(primary_key=True)
    customer_id: UUID = Field(primary_key=True)
    helpful: bool
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)
