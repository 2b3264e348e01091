"""A tenant's widget, as its owner sets it."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from omnisupport.settings import Settings
from tests.support.accounts import run
from tests.support.operator import Operator
from tests.support.tenants import TestTenant
from tests.support.visitor import Visitor


def png() -> bytes:
    """A small image."""
    made = BytesIO()
    Image.new("RGB", (8, 8)).save(made, "PNG")
    return made.getvalue()


async def widget_id(owner: Operator) -> str:
    """The id of the widget's channel."""
    answer = await owner.request("GET", "/channels")
    assert answer.status_code == 200, answer.text
    return next(str(one["id"]) for one in answer.json()["items"] if one["type"] == "widget")


async def change_widget(owner: Operator, **parts: Any) -> dict[str, Any]:
    """Change settings of the widget; the channel."""
    answer = await owner.request("PATCH", f"/channels/widget/{await widget_id(owner)}", json=parts)
    assert answer.status_code == 200, answer.text
    channel: dict[str, Any] = answer.json()["channel"]
    return channel


async def plant_article(settings: Settings, tenant: TestTenant, words: str) -> str:
    """A published article as an import leaves it, without the index's work; its id."""
    article_id = str(uuid4())
    await run(
        settings,
        tenant.id,
        "insert into knowledge_document (tenant_id, id, knowledge, slug, locale, title, url, markdown, content_hash,"
        " kind, category, published_at) values (:tenant, cast(:id as uuid), 'help', :slug, 'ru', :words, :url, :words,"
        " 'x', 'article', :words, now())",
        tenant=tenant.id,
        id=article_id,
        slug=f"s-{words.rpartition(' ')[2]}",
        url=f"https://{words.rpartition(' ')[2]}.example",
        words=words,
    )
    return article_id


async def close_for_good(settings: Settings, tenant: TestTenant) -> None:
    """Nobody is there, at any hour; Monday of the week's first minute is when somebody is."""
    await run(settings, tenant.id, """update department set hours = '{"mon": [["00:00", "00:01"]]}'""")


async def judge(visitor: Visitor, tenant: TestTenant, article_id: str, *, helpful: bool) -> Any:
    """A visitor says whether an article has helped; the raw answer."""
    return await visitor._http.post(
        f"/api/v1/widget/{tenant.slug}/articles/{article_id}/feedback",
        json={"helpful": helpful},
        headers=visitor.headers,
    )
