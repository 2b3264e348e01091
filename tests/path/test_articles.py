"""Help articles over the API: written, published, found in the widget and in answers, counted, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import judge

AT = "/articles"
TEXT = "Самовар **топят** щепками.\n\n- берёзовыми\n- сосновыми шишками\n"
ARTICLE = {"title": "Как топить самовар", "slug": "samovar", "locale": "ru", "markdown": TEXT}


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as operator:
        yield operator


@pytest.fixture
async def visitor(product: Product, tenant: TestTenant) -> AsyncIterator[Visitor]:
    """A visitor of its."""
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        yield visitor


async def write(owner: Operator, **parts: Any) -> dict[str, Any]:
    """Write an article."""
    answer = await owner.request("POST", AT, json=ARTICLE | parts)
    assert answer.status_code == 201, answer.text
    article: dict[str, Any] = answer.json()["article"]
    return article


async def change(owner: Operator, article_id: str, **parts: Any) -> dict[str, Any]:
    """Change an article."""
    answer = await owner.request("PATCH", f"{AT}/{article_id}", json=parts)
    assert answer.status_code == 200, answer.text
    article: dict[str, Any] = answer.json()["article"]
    return article


async def shown(visitor: Visitor, tenant: TestTenant) -> list[str]:
    """Titles that the widget lists."""
    answer = await visitor._http.get(f"/api/v1/widget/{tenant.slug}/articles", params={"locale": "ru"})
    return [each["title"] for each in answer.json().get("items", [])]


async def found(owner: Operator) -> set[str]:
    """Titles of what an answer would be made from."""
    answer = await owner.request("POST", "/knowledge/test", json={"query": "Как топить самовар?"})
    assert answer.status_code == 200, answer.text
    return {each["title"] for each in answer.json()["passages"]}


async def test_a_draft_is_nowhere_a_published_article_is_read_and_answered_from_and_taken_back_is_gone(
    owner: Operator, visitor: Visitor, tenant: TestTenant
) -> None:
    article = await write(owner)
    title = article["title"]
    assert (article["published"], article["published_at"], article["markdown"]) == (False, None, TEXT)
    assert (await shown(visitor, tenant), await found(owner)) == ([], set())
    article = await change(owner, article["id"], published=True)
    assert article["published_at"] is not None
    assert (await shown(visitor, tenant), await found(owner)) == ([title], {title})
    await change(owner, article["id"], title="Самовар зимой")
    assert (await shown(visitor, tenant), await found(owner)) == (["Самовар зимой"], {"Самовар зимой"})
    await change(owner, article["id"], published=False)
    assert (await shown(visitor, tenant), await found(owner)) == ([], set())
    await change(owner, article["id"], published=True)
    answer = await owner.request("DELETE", f"{AT}/{article['id']}")
    assert answer.status_code == 204
    assert (await shown(visitor, tenant), await found(owner)) == ([], set())
    assert (await owner.request("GET", f"{AT}/{article['id']}")).json()["code"] == "article_not_found"


async def test_visitors_words_are_counted_the_last_of_each(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    article = await write(owner, published=True)
    for words in ([True], [True, False], [False]):
        async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
            await visitor.connect()
            for helpful in words:
                said = await judge(visitor, tenant, article["id"], helpful=helpful)
                assert said.status_code == 204, said.text
    [line] = (await owner.request("GET", AT)).json()["items"]
    assert (line["helpful"], line["unhelpful"]) == (1, 2)


async def test_the_list_is_filtered_and_goes_by_pages(owner: Operator) -> None:
    names = [("a", "ru", "Заказ"), ("b", "ru", None), ("c", "en", "Orders")]
    for slug, locale, category in names:
        await write(owner, slug=slug, locale=locale, category=category)
    await change(owner, (await write(owner, slug="d", category="Заказ"))["id"], published=True)

    async def slugs(**query: Any) -> list[str]:
        answer = await owner.request("GET", AT, params=query)
        assert answer.json()["categories"] == ["Orders", "Заказ"]
        return [each["slug"] for each in answer.json()["items"]]

    assert await slugs() == ["d", "c", "b", "a"]
    assert await slugs(locale="en") == ["c"]
    assert await slugs(category="Заказ") == ["d", "a"]
    assert (await slugs(status="published"), await slugs(status="draft")) == (["d"], ["c", "b", "a"])
    first = (await owner.request("GET", AT, params={"limit": 3})).json()
    assert await slugs(limit=3, cursor=first["next_cursor"]) == ["a"]


async def test_two_articles_have_no_slug_in_common_and_a_renamed_one_leaves_its_own_free(
    owner: Operator,
) -> None:
    first = await write(owner)
    again = await owner.request("POST", AT, json=ARTICLE)
    assert (again.status_code, again.json()["code"]) == (409, "article_exists")
    await write(owner, locale="en")
    await change(owner, first["id"], slug="samovar-2")
    second = await write(owner, title="Другой самовар")
    assert second["id"] != first["id"]
    taken = await owner.request("PATCH", f"{AT}/{first['id']}", json={"slug": "samovar"})
    assert taken.json()["code"] == "article_exists"
    assert (await change(owner, first["id"], title="Первый"))["slug"] == "samovar-2"


async def test_an_article_without_text_is_not_published(owner: Operator) -> None:
    refused = await owner.request("POST", AT, json={**ARTICLE, "markdown": " \n", "published": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "knowledge_empty")
    draft = await write(owner, markdown="")
    refused = await owner.request("PATCH", f"{AT}/{draft['id']}", json={"published": True})
    assert refused.json()["code"] == "knowledge_empty"
    assert (await owner.request("GET", f"{AT}/{draft['id']}")).json()["article"]["published"] is False


async def test_the_preview_is_structure_and_nothing_of_it_is_kept(owner: Operator) -> None:
    body = {"markdown": "# Чай\n\n<script>alert(1)</script> [нет](javascript:alert(1))"}
    blocks = (await owner.request("POST", f"{AT}/preview", json=body)).json()["blocks"]
    assert blocks[0] == {"kind": "heading", "level": 1, "spans": [{"text": "Чай"}]}
    assert not any("href" in span for span in blocks[1]["spans"])
    assert (await owner.request("GET", AT)).json()["items"] == []


async def test_an_operator_reads_articles_and_changes_none(
    product: Product, settings: Settings, owner: Operator, tenant: TestTenant
) -> None:
    article = await write(owner)
    anna = await add_person(settings, tenant, role="operator")
    async with Operator(product.url, anna) as operator:
        assert (await operator.request("GET", f"{AT}/{article['id']}")).status_code == 200
        for method, path, body in (
            ("POST", AT, ARTICLE),
            ("PATCH", f"{AT}/{article['id']}", {"title": "x"}),
            ("DELETE", f"{AT}/{article['id']}", None),
        ):
            assert (await operator.request(method, path, json=body)).status_code == 403


async def test_the_log_says_what_changed_and_not_the_text(owner: Operator) -> None:
    article = await write(owner)
    await change(owner, article["id"], published=True, category="Чай")
    lines = (await owner.request("GET", "/audit", params={"target": f"article:{article['id']}"})).json()[
        "items"
    ]
    told = {line["action"]: line for line in lines}
    assert told.keys() == {"article.created", "article.changed"}
    assert told["article.changed"]["after"] == {"category": "Чай", "published": True}
    assert TEXT not in str(lines)
