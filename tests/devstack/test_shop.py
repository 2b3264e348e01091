"""The demo shop: pages in two languages with the widget in them, the order service, the leads."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date

import httpx2
import pytest

from omnisupport.devstack.shop.catalogue import load_catalogue
from omnisupport.devstack.shop.orders import ORDERS, find_order
from omnisupport.devstack.shop.server import make_shop
from omnisupport.devstack.shop.words import WORDS

SNIPPET = """<script>
(function(w,d,s,o,f,js,fjs){w['OmniSupport']=o;w[o]=w[o]||function(){(w[o].q=w[o].q||[]).push(arguments)};
js=d.createElement(s),fjs=d.getElementsByTagName(s)[0];js.id=o;js.src=f;js.async=1;fjs.parentNode.insertBefore(js,fjs);
}(window,document,'script','omni','http://127.0.0.1:8080/widget/loader.js'));
omni('init','demo');
</script>"""


@pytest.fixture
async def shop() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=make_shop("http://127.0.0.1:8080"))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/en/",
        "/tea/matcha",
        "/en/tea/matcha",
        "/order",
        "/en/order",
        "/help",
        "/delivery",
        "/en/delivery",
    ],
)
async def test_every_page_has_the_widget_and_its_language(shop: httpx2.AsyncClient, path: str) -> None:
    page = await shop.get(path)
    assert page.status_code == 200
    assert SNIPPET in page.text
    assert f'<html lang="{"en" if path.startswith("/en") else "ru"}">' in page.text


@pytest.mark.parametrize("path", ["/", "/en/"])
async def test_every_link_of_the_front_page_leads_somewhere(shop: httpx2.AsyncClient, path: str) -> None:
    page = await shop.get(path)
    links = set(re.findall(r'(?:href|src)="(/[^"]*)"', page.text))
    assert len(links) > len(load_catalogue().teas)
    for link in links:
        assert (await shop.get(link)).status_code == 200, link


async def test_help_shows_the_same_articles_that_the_assistant_knows(shop: httpx2.AsyncClient) -> None:
    page = await shop.get("/help/delivery")
    assert "<table>" in page.text
    assert "290 ₽" in page.text
    assert (await shop.get("/help/nothing")).status_code == 404


@pytest.mark.parametrize(("path", "words"), [("/no", WORDS["ru"]), ("/en/tea/no", WORDS["en"])])
async def test_a_missing_page_is_said_in_its_language(
    shop: httpx2.AsyncClient, path: str, words: dict[str, str]
) -> None:
    page = await shop.get(path)
    assert page.status_code == 404
    assert words["missing"] in page.text


async def test_the_order_service_knows_its_orders(shop: httpx2.AsyncClient) -> None:
    answer = (await shop.get("/orders/ab-123456")).json()
    assert answer["status"] == "shipped"
    assert answer["total"] == {"amount": 2720, "currency": "RUB"}
    assert [item["quantity"] for item in answer["items"]] == [2, 1]
    assert date.fromisoformat(answer["eta"])
    assert (await shop.get("/orders/AB-999999")).status_code == 404


def test_every_status_is_among_the_orders_and_dates_move_with_the_calendar() -> None:
    assert {order.status for order in ORDERS.values()} == {
        "new",
        "packed",
        "shipped",
        "delivered",
        "cancelled",
    }
    found = find_order("AB-123456", date(2026, 12, 30))
    assert found is not None
    assert found["eta"] == "2027-01-01"
    assert all(find_order(number, date(2026, 1, 1)) for number in ORDERS)


async def test_a_lead_is_taken_and_an_empty_one_is_not(shop: httpx2.AsyncClient) -> None:
    taken = await shop.post("/leads", json={"name": "Анна", "phone": "+79990001122"})
    assert taken.status_code == 201
    assert taken.json()["id"]
    assert (await shop.post("/leads", json={"name": "Анна"})).status_code == 422
    assert (await shop.post("/leads", content=b"{")).status_code == 422
    assert (await shop.post("/leads", json={"phone": "7" * 20_000})).status_code == 422


async def test_what_a_visitor_types_is_never_markup(shop: httpx2.AsyncClient) -> None:
    page = await shop.get("/order", params={"number": '"><b>x</b>'})
    assert "<b>x" not in page.text
    assert WORDS["ru"]["not_found"] in page.text


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["ru"].keys() == WORDS["en"].keys()
    assert [tea.slug for tea in load_catalogue().teas if not tea.name["ru"] or not tea.text["en"]] == []
