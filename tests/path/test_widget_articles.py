"""Help articles of a widget: published ones are public, found by their words, and said to help or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from omnisupport.settings import Settings
from tests.support.accounts import run
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import change_widget

HEAD = "---\ntitle: {title}\nslug: {slug}\nlocale: {locale}\n{more}---\n\n{text}\n"
FILES = [
    (
        "delivery",
        "ru",
        "Доставка",
        "kind: article\ncategory: Заказ\nposition: 2\n",
        "Привезём **посылку** домой.",
    ),
    (
        "payment",
        "ru",
        "Оплата",
        "kind: article\ncategory: Заказ\nposition: 1\n",
        "Картой при получении посылки.",
    ),
    ("storage", "ru", "Как хранить чай", "kind: article\ncategory: Чай\n", "В сухом месте."),
    ("about", "ru", "О лавке", "kind: article\n", "<script>alert(1)</script> [нет](javascript:alert(1))"),
    ("hidden", "ru", "Черновик", "kind: article\npublished: false\n", "Ещё не готово: посылки."),
    ("inner", "ru", "Для ответов", "", "Это не статья: посылки."),
    ("delivery", "en", "Delivery", "kind: article\ncategory: Orders\n", "We bring parcels home."),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files to import."""
    made = tmp_path_factory.mktemp("articles")
    for slug, locale, title, more, text in FILES:
        written = HEAD.format(title=title, slug=slug, locale=locale, more=more, text=text)
        (made / f"{slug}.{locale}.md").write_text(written, "utf-8")
    return made


@pytest.fixture(scope="module")
async def tenant(product: Product, settings: Settings, folder: Path) -> TestTenant:
    """A tenant with articles."""
    made = await make_tenant(settings, ECHO)
    done = product.omni("knowledge", "import", str(folder), "--tenant", made.slug)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
async def http(product: Product) -> AsyncIterator[httpx2.AsyncClient]:
    """Anybody's browser."""
    async with httpx2.AsyncClient(base_url=f"{product.url}/api/v1/widget", timeout=20) as client:
        yield client


async def listed(http: httpx2.AsyncClient, tenant: TestTenant, **params: str) -> dict[str, Any]:
    """A list of articles."""
    answer = await http.get(f"/{tenant.slug}/articles", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_published_articles_stand_in_their_order(http: httpx2.AsyncClient, tenant: TestTenant) -> None:
    russian = await listed(http, tenant, locale="ru")
    assert [each["slug"] for each in russian["items"]] == ["payment", "delivery", "storage", "about"]
    assert russian["categories"] == [{"name": "Заказ", "articles": 2}, {"name": "Чай", "articles": 1}]
    assert russian["items"][1]["excerpt"] == "Привезём посылку домой."
    english = await listed(http, tenant, locale="en")
    assert [each["title"] for each in english["items"]] == ["Delivery"]
    tea = await listed(http, tenant, locale="ru", category="Чай")
    assert [each["slug"] for each in tea["items"]] == ["storage"]


@pytest.mark.parametrize(
    ("q", "slugs"),
    [
        ("посылки", {"delivery", "payment"}),
        ("доставку", {"delivery"}),
        ("достав", {"delivery"}),
        ("ЧАЙ", {"storage"}),
        ("вертолёт", set()),
        ("и", set()),
        ("' & | ! ( ) :* <-> \\", set()),
        ("%_", set()),
    ],
)
async def test_articles_are_found_by_their_words(
    http: httpx2.AsyncClient, tenant: TestTenant, q: str, slugs: set[str]
) -> None:
    found = await listed(http, tenant, locale="ru", q=q)
    assert {each["slug"] for each in found["items"]} == slugs


async def test_a_word_of_the_title_goes_before_one_of_the_text(
    http: httpx2.AsyncClient, tenant: TestTenant
) -> None:
    found = await listed(http, tenant, locale="en", q="parcels")
    assert [each["slug"] for each in found["items"]] == ["delivery"]


async def test_an_article_is_structure_and_nothing_runs(http: httpx2.AsyncClient, tenant: TestTenant) -> None:
    items = {each["slug"]: each["id"] for each in (await listed(http, tenant, locale="ru"))["items"]}
    article = (await http.get(f"/{tenant.slug}/articles/{items['delivery']}")).json()["article"]
    assert article["blocks"] == [
        {
            "kind": "paragraph",
            "spans": [
                {"text": "Привезём "},
                {"text": "посылку", "strong": True},
                {"text": " домой."},
            ],
        }
    ]
    hostile = (await http.get(f"/{tenant.slug}/articles/{items['about']}")).json()["article"]
    assert "href" not in str(hostile)
    assert hostile["blocks"][0]["spans"][0]["text"].startswith("<script>"), "a text, as it was written"


async def test_what_was_read_is_not_sent_again(http: httpx2.AsyncClient, tenant: TestTenant) -> None:
    for path in (f"/{tenant.slug}/articles", f"/{tenant.slug}/articles?locale=ru&q=чай"):
        first = await http.get(path)
        again = await http.get(path, headers={"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        other = await http.get(path, headers={"If-None-Match": '"x"'})
        assert other.status_code == 200


async def test_what_is_not_published_or_not_here_is_not_there(
    http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    hidden = await run(
        settings, tenant.id, "select id from knowledge_document where slug in ('hidden', 'inner')"
    )
    other = await make_tenant(settings, ECHO)
    [foreign] = await run(
        settings, tenant.id, "select id from knowledge_document where slug = 'delivery' and locale = 'ru'"
    )
    for path in (
        *(f"/{tenant.slug}/articles/{each.id}" for each in hidden),
        f"/{other.slug}/articles/{foreign.id}",
        f"/{tenant.slug}/articles/{uuid4()}",
    ):
        answer = await http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "article_not_found")
    nowhere = await http.get("/no-such-widget/articles")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "tenant_not_found")
    for wrong in ("?locale=fr", "?q=" + "x" * 201, "?q=a%00b", "/not-an-id"):
        assert (await http.get(f"/{tenant.slug}/articles{wrong}")).status_code == 422


async def test_a_visitor_says_once_whether_an_article_helps(
    product: Product, http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    article = (await listed(http, tenant, locale="ru"))["items"][0]["id"]
    path = f"/{tenant.slug}/articles/{article}/feedback"
    assert (await http.post(path, json={"helpful": True})).status_code == 401
    other = await make_tenant(settings, ECHO)
    async with Visitor(product.url, tenant.slug) as visitor, Visitor(product.url, other.slug) as stranger:
        for helpful in (True, False):
            answer = await http.post(path, json={"helpful": helpful}, headers=visitor.headers)
            assert answer.status_code == 204, answer.text
        foreign = await http.post(path, json={"helpful": True}, headers=stranger.headers)
        assert (foreign.status_code, foreign.json()["code"]) == (404, "article_not_found")
        for wrong in ({"helpful": 1}, {"helpful": None}, {}, {"helpful": True, "x": 1}):
            assert (await http.post(path, json=wrong, headers=visitor.headers)).status_code == 422
    rows = await run(settings, tenant.id, "select helpful from article_feedback")
    assert [each.helpful for each in rows] == [False]


async def test_a_widget_without_articles_says_so(
    product: Product, http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings, ECHO)
    async with Visitor(product.url, tenant.slug) as visitor, Visitor(product.url, other.slug) as stranger:
        assert visitor.config["features"]["articles"] is True
        assert stranger.config["features"]["articles"] is False, "there are none"
    async with Operator(product.url, other) as owner:
        await change_widget(owner, features={"articles": False})
    off = await http.get(f"/{other.slug}/articles")
    assert (off.status_code, off.json()["code"]) == (404, "articles_off")


async def test_each_view_of_the_chat_page_has_an_address(product: Product, tenant: TestTenant) -> None:
    async with httpx2.AsyncClient(base_url=product.url) as http:
        for view in ("", "/form", "/articles", f"/articles/{uuid4()}"):
            page = await http.get(f"/widget/{tenant.slug}{view}")
            assert page.status_code == 200
            assert "script-src 'nonce-" in page.headers["Content-Security-Policy"]


async def test_an_import_that_only_moves_an_article_is_no_index_work(
    product: Product, http: httpx2.AsyncClient, settings: Settings, tmp_path: Path
) -> None:
    tenant = await make_tenant(settings, ECHO)
    file = tmp_path / "x.md"
    for more, imported, slugs in (
        ("kind: article\n", "1 imported", ["x"]),
        ("kind: article\n", "1 unchanged", ["x"]),
        ("kind: article\npublished: false\n", "1 imported", []),
        ("kind: article\ncategory: Чай\n", "1 imported", ["x"]),
    ):
        file.write_text(HEAD.format(title="X", slug="x", locale="ru", more=more, text="раз"), "utf-8")
        done = product.omni("knowledge", "import", str(tmp_path), "--tenant", tenant.slug)
        assert imported in done.stdout, done.stdout + done.stderr
        assert [each["slug"] for each in (await listed(http, tenant, locale="ru"))["items"]] == slugs
    for wrong in ("kind: page\n", "kind: article\nposition: -1\n", "kind: article\npublished: maybe\n"):
        file.write_text(HEAD.format(title="X", slug="x", locale="ru", more=wrong, text="раз"), "utf-8")
        refused = product.omni("knowledge", "import", str(tmp_path), "--tenant", tenant.slug)
        assert "1 refused" in refused.stdout, refused.stdout + refused.stderr
