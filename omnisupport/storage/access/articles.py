"""Help articles for whoever writes them: drafts and published ones, and how many visitors each has helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import func, tuple_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.audit import changed, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import ArticleFeedback, KnowledgeDocument

HELP = "help"
"""The knowledge base that default answers are made from."""
ARTICLE = "article"
TOLD = ("slug", "locale", "title", "url", "category", "position")
"""What the audit log says of an article; its text is in the article."""


@dataclass(frozen=True)
class Written:
    """An article, and what visitors said of it."""

    row: KnowledgeDocument
    helpful: int = 0
    unhelpful: int = 0


@dataclass(frozen=True)
class Wanted:
    """Which articles a list is of; None is all."""

    locale: str | None = None
    category: str | None = None
    published: bool | None = None


async def free_id(session: AsyncSession, tenant_id: UUID, slug: str, locale: str) -> UUID:
    """The id of a document to be: made of its names, for a repeat after a crash; one that was renamed keeps its own."""
    named = uuid5(tenant_id, f"{HELP}/{slug}/{locale}")
    taken = await session.get(KnowledgeDocument, (tenant_id, named))
    return named if taken is None else uuid4()


async def list_articles(
    database: Database, tenant_id: UUID, wanted: Wanted, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Written]:
    """Articles, the last changed first."""
    query = select(KnowledgeDocument).where(*_articles(tenant_id))
    if wanted.locale is not None:
        query = query.where(KnowledgeDocument.locale == wanted.locale)
    if wanted.category is not None:
        query = query.where(KnowledgeDocument.category == wanted.category)
    if wanted.published is not None:
        is_out = col(KnowledgeDocument.published_at).is_not(None)
        query = query.where(is_out if wanted.published else ~is_out)
    place = tuple_(col(KnowledgeDocument.updated_at), col(KnowledgeDocument.id))
    if before is not None:
        query = query.where(place < before)
    query = query.order_by(col(KnowledgeDocument.updated_at).desc(), col(KnowledgeDocument.id).desc())
    async with database.session(tenant_id) as session:
        rows = (await session.exec(query.limit(limit))).all()
        return await _counted(session, tenant_id, list(rows))


async def list_categories(database: Database, tenant_id: UUID) -> list[str]:
    """Every category that an article has, by name."""
    async with database.session(tenant_id) as session:
        found = await session.exec(
            select(KnowledgeDocument.category)
            .where(*_articles(tenant_id), col(KnowledgeDocument.category).is_not(None))
            .distinct()
            .order_by(KnowledgeDocument.category)
        )
        return [each for each in found if each is not None]


async def access_article(database: Database, tenant_id: UUID, article_id: UUID) -> Written:
    """One article.

    Raises:
        NotFound: absent, no article, or another tenant's (code `article_not_found`).
    """
    async with database.session(tenant_id) as session:
        row = await _load(session, tenant_id, article_id)
        return (await _counted(session, tenant_id, [row]))[0]


async def check_name(
    database: Database, tenant_id: UUID, slug: str, locale: str, *, but: UUID | None = None
) -> UUID:
    """The id for an article of this name, which no document has.

    Raises:
        Conflict: one has it (code `article_exists`).
    """
    async with database.session(tenant_id) as session:
        named = select(KnowledgeDocument.id).filter_by(
            tenant_id=tenant_id, knowledge=HELP, slug=slug, locale=locale
        )
        found = (await session.exec(named)).first()
        if found is not None and found != but:
            raise _exists(slug, locale)
        return await free_id(session, tenant_id, slug, locale)


async def create_article(database: Database, row: KnowledgeDocument, actor: Actor) -> None:
    """Keep a new article.

    Raises:
        Conflict: a document has its name by now (code `article_exists`).
    """
    try:
        async with database.session(row.tenant_id) as session:
            session.add(row)
            _tell(session, row, actor, "article.created", after=_told(row))
    except IntegrityError as twice:
        raise _exists(row.slug, row.locale) from twice


async def change_article(database: Database, row: KnowledgeDocument, actor: Actor) -> None:
    """Keep an article as it is now.

    Raises:
        NotFound: it was deleted meanwhile.
        Conflict: another document has its name (code `article_exists`).
    """
    try:
        async with database.session(row.tenant_id) as session:
            found = await _load(session, row.tenant_id, row.id, lock=True)
            before = _told(found)
            await session.merge(row)
            was, now = changed(before, _told(row))
            _tell(session, row, actor, "article.changed", before=was, after=now)
    except IntegrityError as twice:
        raise _exists(row.slug, row.locale) from twice


async def delete_article(database: Database, tenant_id: UUID, article_id: UUID, actor: Actor) -> None:
    """Remove an article and what visitors said of it.

    Raises:
        NotFound: absent, no article, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, article_id, lock=True)
        _tell(session, found, actor, "article.deleted", before=_told(found))
        await session.delete(found)


async def _load(
    session: AsyncSession, tenant_id: UUID, article_id: UUID, *, lock: bool = False
) -> KnowledgeDocument:
    found = await session.get(KnowledgeDocument, (tenant_id, article_id), with_for_update=lock or None)
    if found is None or found.kind != ARTICLE:
        raise NotFound("There is no such article.", code="article_not_found")
    return found


async def _counted(session: AsyncSession, tenant_id: UUID, rows: list[KnowledgeDocument]) -> list[Written]:
    said = await session.exec(
        select(ArticleFeedback.document_id, ArticleFeedback.helpful, func.count())
        .where(
            ArticleFeedback.tenant_id == tenant_id,
            col(ArticleFeedback.document_id).in_([row.id for row in rows]),
        )
        .group_by(col(ArticleFeedback.document_id), col(ArticleFeedback.helpful))
    )
    counts = {(document, helpful): number for document, helpful, number in said}
    return [Written(row, counts.get((row.id, True), 0), counts.get((row.id, False), 0)) for row in rows]


def _articles(tenant_id: UUID) -> tuple[Any, ...]:
    return (KnowledgeDocument.tenant_id == tenant_id, KnowledgeDocument.kind == ARTICLE)


def _told(row: KnowledgeDocument) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in TOLD}
    return {**told, "published": row.published_at is not None, "content": row.content_hash[:12]}


def _tell(session: AsyncSession, row: KnowledgeDocument, actor: Actor, action: str, **told: Any) -> None:
    record(session, row.tenant_id, actor, action, target=("article", row.id), **told)


def _exists(slug: str, locale: str) -> Conflict:
    return Conflict(
        f"A document with the slug '{slug}' exists in this language already.",
        code="article_exists",
        field="slug",
    )
