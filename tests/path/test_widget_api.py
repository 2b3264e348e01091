"""The widget's door: what it takes, what it refuses, and that a refusal changes nothing."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Tenant
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario."""
    return await make_tenant(settings, ECHO)


async def test_opening_the_widget_makes_no_conversation(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        assert visitor.conversation_id is None
        page = await visitor.read()
        assert page == {"conversation_id": None, "messages": [], "last_seq": 0}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "message_empty"),
        ("  \n\t ", "message_empty"),
        ("я" * 8001, "message_too_long"),
        ("x" * 100_000, "message_too_long"),
        ("я" * 100_001, "message_too_long"),
        ("a\x00b", "message_invalid"),
    ],
)
async def test_a_text_that_cannot_be_a_message_is_refused(
    product: Product, tenant: TestTenant, text: str, code: str
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        answer = await visitor.post(text)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code
        assert answer.json()["errors"][0]["field"] == "text"
        assert (await visitor.read())["messages"] == []


async def test_a_body_that_is_not_text_is_refused(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, httpx2.AsyncClient(base_url=product.url) as http:
        for body in (b"\xff\xfe\x00binary", b'{"client_message_id":"1","text":"\\ud800"}', b"[]", b"null"):
            headers = {**visitor.headers, "content-type": "application/json"}
            answer = await http.post("/api/v1/widget/messages", content=body, headers=headers)
            assert answer.status_code == 422, (body, answer.text)
            assert answer.json()["code"] in ("invalid", "message_invalid")
        assert (await visitor.read())["messages"] == []


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("messages", {"client_message_id": "a\x00b", "text": "x"}, "client_message_id"),
        ("messages", {"client_message_id": "1", "button": "a\x00b"}, "button"),
        ("identify", {"name": "a\x00b"}, "name"),
        ("identify", {"email": "a\x00b"}, "email"),
        ("identify", {"phone": "a\x00b"}, "phone"),
        ("{slug}/sessions", {"page": {"url": "a\x00b"}}, "page.url"),
        ("{slug}/sessions", {"page": {"url": "x", "title": "a\x00b"}}, "page.title"),
    ],
)
async def test_a_text_that_cannot_be_kept_is_named(
    product: Product, tenant: TestTenant, path: str, body: dict[str, Any], field: str
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        where = f"/api/v1/widget/{path.format(slug=tenant.slug)}"
        answer = await visitor._http.post(where, json=body, headers=visitor.headers)
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("slug", ["a%00b", "%D1%8F", "x" * 300, "UPPER"])
async def test_an_odd_slug_is_an_unknown_one(product: Product, slug: str) -> None:
    async with httpx2.AsyncClient(base_url=product.url) as http:
        answer = await http.post(f"/api/v1/widget/{slug}/sessions", json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "tenant_not_found")


async def test_a_body_above_a_mebibyte_is_refused_before_it_is_read(
    product: Product, tenant: TestTenant
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        # Only the head is sent: whoever waits for the body waits for ever.
        answer = await raw(product, "Content-Length: 10000000000")
        assert answer["code"] == "body_too_large"
        assert answer["status"] == 413
        spaces = b" " * 65536
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            yield b"{"
            while sent < 64 * 1024 * 1024:
                sent += len(spaces)
                yield spaces

        headers = {**visitor.headers, "content-type": "application/json"}
        chunked = await visitor._http.post("/api/v1/widget/messages", content=endless(), headers=headers)
        assert (chunked.status_code, chunked.json()["code"]) == (413, "body_too_large")
        assert chunked.headers["content-type"] == "application/problem+json"
        just = await visitor.post("x" * (1024 * 1024 - 200))
        assert (just.status_code, just.json()["code"]) == (422, "message_too_long")
        assert (await visitor.read())["messages"] == []


async def raw(product: Product, *headers: str) -> dict[str, Any]:
    """Send the head of a request and nothing after it; the problem that is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
    head = ["POST /api/v1/widget/messages HTTP/1.1", "Host: x", "Content-Type: application/json", *headers]
    writer.write("\r\n".join([*head, "", ""]).encode())
    async with asyncio.timeout(PATIENCE_S):
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", answer.lower())[1])  # type: ignore[index]
        body: dict[str, Any] = json.loads(await reader.readexactly(length))
    writer.close()
    return body


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا بكم",
        "a\u200bb\u200d\u2060c",
        "👨‍👩‍👧‍👦 👍🏽 🇷🇺",
        "<script>alert(1)</script>",
        "'; drop table message; --",
        "я" * 8000,
    ],
)
async def test_any_text_comes_back_as_it_was(product: Product, tenant: TestTenant, text: str) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        message = await visitor.send(text)
        assert message["text"] == text
        assert (await visitor.read())["messages"][0]["text"] == text


async def test_unknown_tenants_and_forged_tokens_are_refused(product: Product, tenant: TestTenant) -> None:
    async with httpx2.AsyncClient(base_url=product.url) as http:
        answer = await http.post("/api/v1/widget/no-such-tenant/sessions", json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "tenant_not_found")
        forged = Visitor(product.url, tenant.slug)
        await forged.open()
        real = forged.token
        for token in ("x", "nonsense", "v_" + "A" * 64, real[:-4] + "AAAA"):
            forged.token = token
            answer = await forged.post("x")
            assert (answer.status_code, answer.json()["code"]) == (401, "visitor_token_invalid"), token
        await forged.close()


async def test_an_earlier_token_resumes_and_a_dead_one_begins_anew(
    product: Product, tenant: TestTenant
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        again = Visitor(product.url, tenant.slug)
        again.token = visitor.token
        await again.open()
        assert again.token == visitor.token
        assert again.conversation_id == visitor.conversation_id
        assert [m["text"] for m in (await again.read())["messages"]] == ["раз", "эхо: раз"]
        await again.close()
        other = Visitor(product.url, tenant.slug)
        other.token = "v_" + "A" * 64
        await other.open()
        assert other.token != "v_" + "A" * 64
        await other.close()


async def test_the_same_message_five_times_at_once_is_one(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        same = str(uuid4())
        answers = await asyncio.gather(*(visitor.post("раз", id=same) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.json()["message"]["id"] for answer in answers}) == 1
        await visitor.await_reply(1)
        await asyncio.sleep(0.5)
        assert [m["seq"] for m in (await visitor.read())["messages"]] == [1, 2]


async def test_two_tabs_at_once_keep_one_order(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as left:
        await left.connect()
        right = Visitor(product.url, tenant.slug)
        right.token = left.token
        await right.open()
        await right.connect()
        await asyncio.gather(
            *(tab.send(f"{name}{n}") for n in range(5) for name, tab in (("л", left), ("п", right)))
        )
        await left.await_reply(0, count=10)
        await right.await_reply(0, count=10)
        page = (await left.read())["messages"]
        assert [m["seq"] for m in page] == list(range(1, 21))
        for tab in (left, right):
            assert [m["id"] for m in tab.received] == [m["id"] for m in page]
        await right.close()


async def test_a_button_that_was_never_shown_is_refused(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        for button in ("9.9.none", "0.1.none"):
            answer = await visitor.post(button=button)
            assert (answer.status_code, answer.json()["code"]) == (422, "button_unknown")
        answer = await visitor.post("x", button="1.1.a")
        assert (await visitor.read())["messages"] == []


async def test_a_dropped_socket_gets_exactly_the_rest(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        await visitor._socket.close()
        sent = await visitor.send("два")
        await visitor.await_reply(sent["seq"])
        page: list[dict[str, Any]] = (await visitor.read())["messages"]
        assert [m["id"] for m in visitor.received] == [m["id"] for m in page]


async def _set(settings: Settings, tenant: TestTenant, **values: Any) -> None:
    """Settings that a tenant's owner will have a page for."""
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    try:
        async with database.session(tenant.id) as session:
            row = await session.get(Tenant, tenant.id)
            assert row is not None
            row.settings = {**row.settings, **values}
            session.add(row)
    finally:
        await database.close()


async def test_a_socket_back_from_an_older_conversation_gets_all_of_the_new_one(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, ECHO)
    await _set(settings, tenant, reopen_hours=0)
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        for text in ("раз", "два", "три"):
            await visitor.ask(text)
        await visitor.disconnect()
        await operator.act(visitor.conversation_id or "", "resolve")
        first = await visitor.send("новое")
        assert first["seq"] == 1 < visitor.received[-1]["seq"], (
            "another conversation, and a cursor beyond its end"
        )
        await visitor.connect()
        last = await visitor.send("ещё")
        async with asyncio.timeout(PATIENCE_S):
            while not any(m["text"] == "эхо: ещё" for m in visitor.received):
                await asyncio.sleep(0.05)
        got = [m for m in visitor.received if m["conversation_id"] == last["conversation_id"]]
        assert [m["id"] for m in got] == [m["id"] for m in (await visitor.read())["messages"]]


async def test_a_ticket_is_good_once_and_for_its_own_kind(product: Product, tenant: TestTenant) -> None:
    import websockets

    async with Visitor(product.url, tenant.slug) as visitor, httpx2.AsyncClient(base_url=product.url) as http:
        ticket = (await http.post("/api/v1/widget/ws-ticket", headers=visitor.headers)).json()
        assert ticket["expires_in"] == 30
        address = f"{product.url.replace('http', 'ws')}/api/v1/widget/ws?ticket={ticket['ticket']}"
        async with websockets.connect(address) as socket:
            assert "welcome" in await socket.recv()
        with pytest.raises(websockets.WebSocketException):
            async with websockets.connect(address) as socket:
                await socket.recv()


async def test_the_api_describes_itself(product: Product) -> None:
    async with httpx2.AsyncClient(base_url=product.url) as http:
        described = (await http.get("/openapi.json")).json()
        for path in (
            "/api/v1/widget/{slug}/sessions",
            "/api/v1/widget/messages",
            "/api/v1/widget/ws-ticket",
            "/api/v1/auth/login",
            "/api/v1/auth/refresh",
            "/api/v1/conversations/{conversation_id}/take-over",
            "/api/v1/scenarios/{scenario_id}/publish",
            "/api/v1/knowledge/test",
        ):
            assert path in described["paths"]
        for path, name in (("/healthz", "ok"), ("/readyz", "ready")):
            assert (await http.get(path)).json() == {"status": name}
