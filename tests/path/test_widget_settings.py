"""The widget's settings: who changes them, what they take, and what a visitor is told of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import change_widget, close_for_good, png, widget_id


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as operator:
        yield operator


async def config(product: Product, tenant: TestTenant, locale: str = "ru") -> dict[str, Any]:
    """What a visitor is told."""
    async with Visitor(product.url, tenant.slug, locale=locale) as visitor:
        return visitor.config


async def test_a_new_workspace_has_a_widget_with_every_default(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    (channel,) = [
        one for one in (await owner.request("GET", "/channels")).json()["items"] if one["type"] == "widget"
    ]
    assert channel["settings"]["theme"]["accent"] == "#1f7a4d"
    assert channel["settings"]["features"]["history"] is True
    told = await config(product, tenant)
    assert told["title"] == "Test"
    assert (told["greeting"], told["away"], told["openings"]) == (None, None, [])
    assert told["forms"] == {"pre_chat": None, "offline": None}
    assert told["theme"]["launcher"] == {"kind": "bubble", "text": None}
    assert told["limits"]["text_max"] == 8000
    assert "png" in told["limits"]["file_extensions"]


async def test_what_is_changed_is_told_in_the_visitors_language(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    await change_widget(
        owner,
        title={"en": "Tea Shop"},
        greeting={"ru": "Здравствуйте!", "en": "Hello!"},
        theme={
            "accent": "#AA3300",
            "position": "left",
            "launcher": {"kind": "label", "text": {"ru": "Спросить"}},
        },
        openings=[{"id": "tea", "text": {"ru": "Помочь?", "en": "Help?"}, "when": {"page": "*/tea/*"}}],
    )
    russian, english = await config(product, tenant, "ru"), await config(product, tenant, "en")
    assert (russian["title"], english["title"]) == ("Tea Shop", "Tea Shop"), (
        "the other language, not the name"
    )
    assert russian["greeting"] == {"text": "Здравствуйте!", "buttons": []}
    assert english["openings"][0] == {
        "id": "tea",
        "text": "Help?",
        "when": {"page": "*/tea/*", "after_s": None, "scroll": None, "event": None},
        "once": "visit",
    }
    assert english["theme"]["accent"] == "#aa3300"
    assert english["theme"]["launcher"] == {"kind": "label", "text": "Спросить"}


async def test_a_part_that_is_null_is_its_default_and_the_others_stay(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    await change_widget(owner, title={"ru": "Лавка"}, greeting={"ru": "Здравствуйте!"})
    await change_widget(owner, title=None, hold_ms=None)
    told = await config(product, tenant)
    assert told["title"] == "Test"
    assert told["greeting"]["text"] == "Здравствуйте!"


async def test_forms_are_asked_when_their_time_is(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    name = {"key": "name", "kind": "name", "label": {"ru": "Имя"}, "required": True}
    consent = {"purpose": "personal_data", "text": {"ru": "Согласен"}, "url": "https://tea.example/pd"}
    await change_widget(
        owner,
        pre_chat={"fields": [name], "shown": "outside_hours"},
        offline={"fields": [name], "consent": consent, "intro": {"ru": "Мы спим"}},
    )
    assert (await config(product, tenant))["forms"] == {"pre_chat": None, "offline": None}
    await close_for_good(settings, tenant)
    forms = (await config(product, tenant))["forms"]
    shown = {"key": "name", "kind": "name", "label": "Имя", "required": True, "options": []}
    assert forms["pre_chat"] == {"intro": None, "fields": [shown], "consent": None}
    assert forms["offline"]["consent"] == {"text": "Согласен", "url": "https://tea.example/pd"}
    assert forms["offline"]["intro"] == "Мы спим"


FIELD = {"key": "x", "kind": "text", "label": {"ru": "X"}}
OPENING = {"id": "a", "text": {"ru": "X"}, "when": {"after_s": 1}}


@pytest.mark.parametrize(
    "part",
    [
        {"theme": {"accent": "red"}},
        {"theme": {"radius": 25}},
        {"theme": {"radius": True}},
        {"theme": {"position": "top"}},
        {"theme": {"launcher": {"kind": "label"}}},
        {"theme": {"glow": 1}},
        {"title": {}},
        {"title": {"fr": "Thé"}},
        {"title": {"ru": "x" * 121}},
        {"title": {"ru": "a\x00b"}},
        {"greeting": {"ru": " "}},
        {"pre_chat": {"fields": [FIELD, FIELD]}},
        {"pre_chat": {"fields": [{**FIELD, "kind": "email"}, {**FIELD, "key": "y", "kind": "email"}]}},
        {"pre_chat": {"fields": [{**FIELD, "kind": "select"}]}},
        {"pre_chat": {"fields": [{**FIELD, "key": f"k{n}"} for n in range(11)]}},
        {"pre_chat": {"shown": "never"}},
        {"offline": {"consent": {"purpose": "p", "text": {"ru": "x"}, "url": "javascript:alert(1)"}}},
        {"offline": {"consent": {"purpose": "p", "text": {"ru": "x"}, "url": "https:///nowhere"}}},
        {"openings": [OPENING, OPENING]},
        {"openings": [{**OPENING, "id": f"o{n}"} for n in range(21)]},
        {"openings": [{**OPENING, "when": {}}]},
        {"openings": [{**OPENING, "when": {"scroll": 101}}]},
        {"features": {"voice": "yes"}},
    ],
)
async def test_settings_that_cannot_be_are_refused_and_change_nothing(
    owner: Operator, part: dict[str, Any]
) -> None:
    at = f"/channels/widget/{await widget_id(owner)}"
    seen = at.replace("widget/", "")
    before = (await owner.request("GET", seen)).json()["channel"]["settings"]
    refused = await owner.request("PATCH", at, json=part)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["field"].startswith(next(iter(part)))
    assert (await owner.request("GET", seen)).json()["channel"]["settings"] == before


async def test_the_logo_is_an_image_of_the_workspace(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    file = await owner.request("POST", "/files", params={"name": "logo.png"}, content=png())
    logo = file.json()["file"]["id"]
    await change_widget(owner, theme={"logo_file_id": logo})
    link = (await config(product, tenant))["theme"]["logo"]
    async with httpx2.AsyncClient() as http:
        assert (await http.get(link)).headers["content-type"] == "image/png"
    text = (await owner.request("POST", "/files", params={"name": "x.txt"}, content=b"x")).json()["file"]
    other = await make_tenant(settings, ECHO)
    at = f"/channels/widget/{await widget_id(owner)}"
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, other) as stranger:
        where = "/api/v1/widget/files?name=x.png"
        sent = await visitor._http.post(where, content=png(), headers=visitor.headers)
        foreign = await stranger.request("POST", "/files", params={"name": "logo.png"}, content=png())
        for unfit in (text, sent.json()["file"], foreign.json()["file"], {"id": str(uuid4())}):
            refused = await owner.request("PATCH", at, json={"theme": {"logo_file_id": unfit["id"]}})
            assert (refused.status_code, refused.json()["code"]) == (422, "logo_unknown")
    assert (await owner.request("DELETE", f"/files/{logo}")).status_code == 204
    assert (await config(product, tenant))["theme"]["logo"] is None


async def test_a_workspace_has_one_widget_which_goes_and_comes_back(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    twice = await owner.request("POST", "/channels/widget", json={"name": "Второй"})
    assert (twice.status_code, twice.json()["code"]) == (409, "widget_connected")
    async with Visitor(product.url, tenant.slug) as visitor:
        said = await visitor.send("раз")
        there = await widget_id(owner)
        assert (await owner.request("DELETE", f"/channels/{there}")).status_code == 204
        for refused in (
            await visitor.post("два"),
            await visitor._http.get("/api/v1/widget/messages", headers=visitor.headers),
            await visitor._http.post(f"/api/v1/widget/{tenant.slug}/sessions", json={}),
        ):
            assert (refused.status_code, refused.json()["code"]) == (404, "tenant_not_found")
        again = await owner.request(
            "POST", "/channels/widget", json={"name": "Чат", "settings": {"title": {"ru": "Лавка"}}}
        )
        assert again.status_code == 201, again.text
        assert again.json()["channel"]["id"] == there
        await visitor.open()
        assert (visitor.conversation_id, visitor.config["title"]) == (said["conversation_id"], "Лавка")
        assert (await visitor.send("два"))["conversation_id"] == said["conversation_id"]


async def test_only_who_manages_connections_changes_the_widget(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    at = f"/channels/widget/{await widget_id(owner)}"
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        for method, path in (("PATCH", at), ("POST", "/channels/widget")):
            refused = await operator.request(method, path, json={"name": "x"})
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await owner.request("PATCH", f"/channels/widget/{uuid4()}", json={})).status_code == 404
