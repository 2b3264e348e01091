"""How a widget looks before it is opened: a module that a page may import, and nothing that a page may misread."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant

HOSTILE = "</script>\u2028<script>alert(1)</script>`${1}"
THEME = {"accent": "#7a3b2e", "launcher": {"kind": "label", "text": {"ru": "Спросить", "en": "Ask"}}, "y": 64}
OPENING = {"id": "cart", "text": {"ru": "Помочь?", "en": HOSTILE}, "when": {"page": "/cart*", "after_s": 5}}


@pytest.fixture(scope="module")
async def tenant(settings: Settings, product: Product) -> TestTenant:
    """A tenant that has dressed its widget."""
    made = await make_tenant(settings, ECHO)
    async with Operator(product.url, made) as owner:
        channels = (await owner.request("GET", "/channels")).json()["items"]
        widget = next(each for each in channels if each["type"] == "widget")
        body = {"theme": THEME, "openings": [OPENING]}
        answer = await owner.request("PATCH", f"/channels/widget/{widget['id']}", json=body)
        assert answer.status_code == 200, answer.text
    return made


async def told(product: Product, slug: str, query: str = "") -> httpx2.Response:
    """What a page of anybody gets."""
    async with httpx2.AsyncClient(base_url=product.url) as http:
        return await http.get(f"/widget/{slug}/launcher.js{query}")


def said(answer: httpx2.Response) -> dict[str, Any]:
    """The data of the module: nothing else stands in it."""
    assert answer.status_code == 200, answer.text
    begin, end = "export default ", ";\n"
    assert (answer.text.startswith(begin), answer.text.endswith(end)) == (True, True)
    data: dict[str, Any] = json.loads(answer.text[len(begin) : -len(end)])
    return data


@pytest.mark.parametrize(
    ("query", "label", "text"),
    [
        ("?locale=ru", "Спросить", "Помочь?"),
        ("?locale=en", "Ask", HOSTILE),
        ("?locale=xx", "Спросить", "Помочь?"),
        ("?locale=%00", "Спросить", "Помочь?"),
        ("", "Спросить", "Помочь?"),
    ],
)
async def test_it_is_one_module_with_data_alone_in_the_language_asked_for(
    product: Product, tenant: TestTenant, query: str, label: str, text: str
) -> None:
    answer = await told(product, tenant.slug, query)
    data = said(answer)
    assert (data["theme"]["accent"], data["theme"]["y"]) == ("#7a3b2e", 64)
    assert data["theme"]["launcher"] == {"kind": "label", "text": label}
    [opening] = data["openings"]
    assert (opening["id"], opening["text"], opening["once"]) == ("cart", text, "visit")
    assert opening["when"] == {"page": "/cart*", "after_s": 5, "scroll": None, "event": None}
    assert answer.text.isascii()


@pytest.mark.parametrize("slug", ["no-such-widget", "%00", "a%2fb"])
async def test_of_no_widget_there_is_none(product: Product, slug: str) -> None:
    assert (await told(product, slug)).status_code == 404
