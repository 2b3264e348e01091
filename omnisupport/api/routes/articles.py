"""Help articles: written, shown as visitors will read them, published and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from omnisupport.activities.indexing import content_hash, forget_document, index_document
from omnisupport.ai.knowledge.blocks import blocks_of
from omnisupport.api.cursors import read_moment, write_moment
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.articles import (
    ArticlePreview,
    ArticleText,
    HelpArticleChange,
    HelpArticleEnvelope,
    HelpArticlePage,
    NewHelpArticle,
)
from omnisupport.api.services import Services
from omnisupport.api.stored import stored
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid
from omnisupport.storage.access import articles as access
from omnisupport.storage.tables import KnowledgeDocument

router = APIRouter(prefix="/api/v1/articles", tags=["knowledge"])

Reader = Annotated[Person, Depends(requires(Permission.KNOWLEDGE_READ))]
Editor = Annotated[Person, Depends(requires(Permission.SETTINGS_MANAGE))]
Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
PAGE = 50
INDEXED_WITHIN = timedelta(seconds=60)
"""Of the longest text on a loaded machine; a usual article takes a second."""


@router.get("", response_model=HelpArticlePage)
async def list_articles(
    who: Reader,
    at: ServicesDep,
    locale: Literal["ru", "en"] | None = None,
    category: Annotated[str | None, Query(max_length=120, pattern=r"^[^\x00]*$")] = None,
    status: Literal["published", "draft"] | None = None,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """Articles, the last changed first, with how many visitors each has helped."""
    wanted = access.Wanted(locale, category, None if status is None else status == "published")
    found = await access.list_articles(
        at.database, who.tenant_id, wanted, before=read_moment(cursor), limit=limit
    )
    last = found[-1].row if len(found) == limit else None
    return {
        "items": [_line(each) for each in found],
        "next_cursor": write_moment(last.updated_at, last.id) if last is not None else None,
        "categories": await access.list_categories(at.database, who.tenant_id),
    }


@router.post("/preview", response_model=ArticlePreview)
async def preview_article(body: ArticleText, who: Reader) -> Response:
    """A text as the widget would show it; nothing is kept."""
    return stored({"blocks": blocks_of(body.markdown)})


@router.post("", status_code=201, response_model=HelpArticleEnvelope)
async def create_article(body: NewHelpArticle, who: Editor, at: ServicesDep) -> dict[str, Any]:
    """Write an article. A published one is indexed first: 503 `engine_unavailable` has kept nothing."""
    article_id = await access.check_name(at.database, who.tenant_id, body.slug, body.locale)
    row = KnowledgeDocument(
        tenant_id=who.tenant_id,
        id=article_id,
        knowledge=access.HELP,
        kind=access.ARTICLE,
        content_hash="",
        created_at=datetime.now(UTC),
        **body.model_dump(exclude={"published"}),
    )
    await _put(at, row, published=body.published)
    await access.create_article(at.database, row, who.actor)
    return await _article(at, who, article_id)


@router.get("/{article_id}", response_model=HelpArticleEnvelope)
async def get_article(article_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """An article with its text."""
    return await _article(at, who, article_id)


@router.patch("/{article_id}", response_model=HelpArticleEnvelope)
async def change_article(
    article_id: UUID, body: HelpArticleChange, who: Editor, at: ServicesDep
) -> dict[str, Any]:
    """Change an article, publish it or take it back.

    The index goes first: 503 `engine_unavailable` has changed nothing.
    """
    row = (await access.access_article(at.database, who.tenant_id, article_id)).row
    given = body.model_dump(exclude_unset=True)
    published = given.pop("published", row.published_at is not None)
    await access.check_name(
        at.database,
        who.tenant_id,
        given.get("slug", row.slug),
        given.get("locale", row.locale),
        but=article_id,
    )
    moved = given.get("locale", row.locale) != row.locale
    for name, value in given.items():
        setattr(row, name, value)
    if moved:  # the index knows a document's language
        row.indexed_hash = None
    await _put(at, row, published=published)
    await access.change_article(at.database, row, who.actor)
    return await _article(at, who, article_id)


@router.delete("/{article_id}", status_code=204)
async def delete_article(article_id: UUID, who: Editor, at: ServicesDep) -> Response:
    """Remove an article: from the widget, from answers, and what visitors said of it."""
    await access.access_article(at.database, who.tenant_id, article_id)
    await forget_document(at.client, who.tenant_id, article_id, deadline=INDEXED_WITHIN)
    await access.delete_article(at.database, who.tenant_id, article_id, who.actor)
    return Response(status_code=204)


async def _put(at: Services, row: KnowledgeDocument, *, published: bool) -> None:
    """Make the index hold what is published and nothing else, and the row say so."""
    if published and not row.markdown.strip():
        raise Invalid(
            "There is no text in it. Write some, then publish.", code="knowledge_empty", field="markdown"
        )
    row.updated_at = datetime.now(UTC)
    row.content_hash = content_hash(row.title, row.url, row.markdown)
    if published:
        if row.indexed_hash != row.content_hash:
            await index_document(at.client, row, deadline=INDEXED_WITHIN)
    elif row.published_at is not None or row.indexed_hash is not None:
        await forget_document(at.client, row.tenant_id, row.id, deadline=INDEXED_WITHIN)
    row.indexed_hash = row.content_hash if published else None
    row.published_at = (row.published_at or row.updated_at) if published else None


async def _article(at: Services, who: Person, article_id: UUID) -> dict[str, Any]:
    found = await access.access_article(at.database, who.tenant_id, article_id)
    return {"article": {**_line(found), "markdown": found.row.markdown}}


def _line(found: access.Written) -> dict[str, Any]:
    row = found.row
    return {
        "id": str(row.id),
        "title": row.title,
        "slug": row.slug,
        "locale": row.locale,
        "category": row.category,
        "position": row.position,
        "url": row.url,
        "published": row.published_at is not None,
        "published_at": None if row.published_at is None else row.published_at.isoformat(),
        "helpful": found.helpful,
        "unhelpful": found.unhelpful,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
