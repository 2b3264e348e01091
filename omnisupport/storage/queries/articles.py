"""Help articles of a tenant's widget: published ones only, and what visitors think of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from omnisupport.storage.session import Database
from omnisupport.storage.tables import ArticleFeedback, KnowledgeDocument

MOST = 200
LIST = "select list_articles($1, $2, $3, $4, $5)"


class PublishedArticles:
    """Articles of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def any(self, tenant_id: UUID) -> bool:
        """Whether there is one, in whatever language."""
        async with self._database.session(tenant_id) as session:
            found = await session.exec(select(KnowledgeDocument.id).where(*_published(tenant_id)).limit(1))
            return found.first() is not None

    async def list(
        self, tenant_id: UUID, locale: str, *, q: str | None, category: str | None
    ) -> dict[str, Any]:
        """{items: [{id, slug, locale, title, category, beginning, updated_at}], categories: [{name, articles}]}."""
        found: dict[str, Any] = await self._database.call(LIST, tenant_id, locale, q, category, MOST)
        return found

    async def get(self, tenant_id: UUID, article_id: UUID) -> KnowledgeDocument | None:
        """A published article."""
        async with self._database.session(tenant_id) as session:
            found = await session.exec(
                select(KnowledgeDocument).where(*_published(tenant_id), KnowledgeDocument.id == article_id)
            )
            return found.first()

    async def rate(self, tenant_id: UUID, article_id: UUID, customer_id: UUID, *, helpful: bool) -> None:
        """What a visitor thinks of an article: one word of each, the last."""
        row = insert(ArticleFeedback).values(
            tenant_id=tenant_id, document_id=article_id, customer_id=customer_id, helpful=helpful
        )
        changed = {"helpful": helpful, "updated_at": datetime.now(UTC)}
        key = ["tenant_id", "document_id", "customer_id"]
        async with self._database.session(tenant_id) as session:
            await session.exec(row.on_conflict_do_update(index_elements=key, set_=changed))


def _published(tenant_id: UUID) -> tuple[Any, ...]:
    return (
        KnowledgeDocument.tenant_id == tenant_id,
        KnowledgeDocument.kind == "article",
        col(KnowledgeDocument.published_at).is_not(None),
    )
