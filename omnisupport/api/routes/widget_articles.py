"""Help articles of a widget, for everybody: listed, searched, read, and said whether they help."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from omnisupport.ai.knowledge.blocks import blocks_of
from omnisupport.ai.knowledge.plain import plain_blocks
from omnisupport.api.accepting import refusal
from omnisupport.api.deps import ServicesDep, VisitorDep, address_of, public
from omnisupport.api.schemas.widget_articles import ArticleEnvelope, ArticleFeedback, ArticleList
from omnisupport.api.services import Services
from omnisupport.api.widget_config import settings_of
from omnisupport.auth.limits import Mark, RateLimit, address_subject, require
from omnisupport.errors import NotFound
from omnisupport.storage.queries.articles import PublishedArticles
from omnisupport.storage.queries.visitors import Visitors, WidgetHome
from omnisupport.storage.tables import KnowledgeDocument

router = APIRouter(prefix="/api/v1/widget", tags=["widget"])

READS = RateLimit("widget-articles", 600, 60.0)
"""Of one address: an office behind it reads, and types into the search."""
FEEDBACK = RateLimit("widget-feedback", 30, 60.0)
EXCERPT = 160
Etag = Annotated[str | None, Header(alias="If-None-Match")]


@router.get("/{slug}/articles", response_model=ArticleList, dependencies=[Depends(public)])
async def list_articles(
    slug: str,
    request: Request,
    at: ServicesDep,
    locale: Literal["ru", "en"] | None = None,
    q: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
    category: Annotated[str | None, Query(max_length=120, pattern=r"^[^\x00]*$")] = None,
    seen: Etag = None,
) -> Response:
    """Published articles of a language, at most 200: in their order, or best first where words are searched.

    304 where `If-None-Match` names what was read before.
    """
    home = await _home(slug, request, at)
    words = q.strip() if q else None
    language = locale or ("en" if home.tenant.locale == "en" else "ru")
    found = await PublishedArticles(at.database).list(
        home.tenant.tenant_id, language, q=words or None, category=category
    )
    for each in found["items"]:
        each["excerpt"] = _excerpt(each.pop("beginning"))
    return _answer(found, seen)


@router.get("/{slug}/articles/{article_id}", response_model=ArticleEnvelope, dependencies=[Depends(public)])
async def get_article(
    slug: str, article_id: UUID, request: Request, at: ServicesDep, seen: Etag = None
) -> Response:
    """An article to read, as structure: there is no markup in it that a browser would run."""
    home = await _home(slug, request, at)
    found = await _article(at, home.tenant.tenant_id, article_id)
    told = {
        "id": str(found.id),
        "slug": found.slug,
        "locale": found.locale,
        "title": found.title,
        "category": found.category,
        "url": found.url,
        "blocks": blocks_of(found.markdown),
        "updated_at": found.updated_at.isoformat(),
    }
    return _answer({"article": told}, seen)


@router.post("/{slug}/articles/{article_id}/feedback", status_code=204)
async def post_feedback(
    slug: str, article_id: UUID, body: ArticleFeedback, request: Request, who: VisitorDep, at: ServicesDep
) -> Response:
    """Say whether an article has helped; of each visitor the last word counts."""
    await require(at.local_limiter, Mark(FEEDBACK, who.token_hash.hex()))
    visitors = Visitors(at.database)
    visitor = await visitors.look_up(who.tenant_id, who.token_hash)
    if "error" in visitor:
        raise refusal(visitor["error"])
    home = await _home(slug, request, at)
    if home.tenant.tenant_id != who.tenant_id:
        raise _absent()
    found = await _article(at, who.tenant_id, article_id)
    await PublishedArticles(at.database).rate(
        who.tenant_id, found.id, UUID(visitor["customer_id"]), helpful=body.helpful
    )
    return Response(status_code=204)


async def _home(slug: str, request: Request, at: Services) -> WidgetHome:
    await require(at.local_limiter, Mark(READS, address_subject(address_of(request))))
    home = await Visitors(at.database).home(slug)
    if home is None:
        raise NotFound(f"There is no widget '{slug}'.", code="tenant_not_found")
    if not settings_of(home.channel.settings).features.articles:
        raise NotFound("This widget shows no articles.", code="articles_off")
    return home


async def _article(at: Services, tenant_id: UUID, article_id: UUID) -> KnowledgeDocument:
    found = await PublishedArticles(at.database).get(tenant_id, article_id)
    if found is None:
        raise _absent()
    return found


def _absent() -> NotFound:
    return NotFound("There is no such article.", code="article_not_found")


@lru_cache(maxsize=2000)
def _excerpt(beginning: str) -> str:
    """How an article begins, in words."""
    text = next(iter(plain_blocks(beginning)), "").replace("\n", " ")
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0].rstrip(",;:–—") + "…"


def _answer(told: Mapping[str, Any], seen: str | None) -> Response:
    body = orjson.dumps(told)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    # What is taken back is gone at once: a copy is asked about before it is shown.
    headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
    if seen is not None and tag in {each.strip().removeprefix("W/") for each in seen[:2000].split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
