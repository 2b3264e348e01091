"""A closed tenant, a visitor's token and a sign-in that ran out: refused in words, and nothing is changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from sqlalchemy import text

from omnisupport.settings import Settings
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.session import Database
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

REMEMBERED_S = 3.5
"""A process may trust a session for so long (I19)."""


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own, for it may be closed."""
    return await make_tenant(settings, ECHO)


async def change(settings: Settings, tenant: TestTenant, sql: str) -> None:
    """Write behind the product's back."""
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    async with database.session(tenant.id) as session:
        await session.exec(text(sql))  # type: ignore[call-overload]
    await database.close()


@asynccontextmanager
async def answered(product: Product, settings: Settings, tenant: TestTenant) -> AsyncIterator[Visitor]:
    """A visitor whose first message was answered."""
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        yield visitor


async def tries(product: Product, visitor: Visitor) -> dict[str, tuple[int, str]]:
    """(status, code) of everything that a visitor can do with his token."""
    async with httpx2.AsyncClient(base_url=f"{product.url}/api/v1/widget", headers=visitor.headers) as http:
        answers = {
            "message": await visitor.post("два"),
            "button": await visitor.post(button="1.1.a"),
            "greeting button": await visitor.post(button="0.1.a"),
            "read": await http.get("/messages"),
            "identify": await http.post("/identify", json={"name": "Мария"}),
            "ticket": await http.post("/ws-ticket"),
        }
    return {name: (answer.status_code, answer.json()["code"]) for name, answer in answers.items()}


async def test_a_closed_tenant_is_to_visitors_as_one_that_never_was(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with answered(product, settings, tenant) as visitor:
        before = await visitor.read()
        await change(settings, tenant, "update tenant set status = 'closed'")
        refused = await tries(product, visitor)
        assert set(refused.values()) == {(404, "tenant_not_found")}, refused
        anew = await visitor._http.post(f"/api/v1/widget/{tenant.slug}/sessions", json={})
        assert (anew.status_code, anew.json()["code"]) == (404, "tenant_not_found")
        await change(settings, tenant, "update tenant set status = 'active'")
        assert await visitor.read() == before, "nothing was changed"


async def test_nobody_signs_in_or_stays_signed_in_to_a_closed_tenant(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    login = {"email": tenant.email, "password": tenant.password, "grant": "token"}
    async with Operator(product.url, tenant) as operator:
        tokens = (await operator._http.post("/auth/login", json=login)).json()
        await change(settings, tenant, "update tenant set status = 'closed'")
        closed = await operator._http.post("/auth/login", json=login)
        assert (closed.status_code, closed.json()["code"]) == (403, "tenant_closed")
        wrong = await operator._http.post("/auth/login", json={**login, "password": "wrong"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in_failed")
        body = {"refresh_token": tokens["refresh_token"]}
        assert (await operator._http.post("/auth/refresh", json=body)).status_code == 401
        await asyncio.sleep(REMEMBERED_S)
        assert (await operator.request("GET", "/conversations")).status_code == 401


async def test_who_belongs_to_two_tenants_signs_in_to_the_open_one(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    assert settings.database_url
    other = await make_tenant(settings)
    first, second = sorted((tenant, other), key=lambda each: each.slug)
    database = Database(settings.database_url, pool_size=1)
    person = NewPerson(email=first.email, name="Ольга", password_hash="-", role="operator")
    await Tenants(database, parse_master_key(settings.master_key)).add_person(second.id, person)
    await database.close()
    async with Operator(product.url, first) as operator:
        assert (await operator.request("GET", "/me")).json()["tenant"]["slug"] == first.slug
        await change(settings, first, "update tenant set status = 'closed'")
        await operator.sign_in()
        assert (await operator.request("GET", "/me")).json()["tenant"]["slug"] == second.slug
        named = {"email": first.email, "password": first.password, "tenant": first.slug}
        assert (await operator._http.post("/auth/login", json=named)).status_code == 403


async def test_an_expired_visitor_token_is_refused_and_the_widget_begins_anew(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with answered(product, settings, tenant) as visitor:
        await change(settings, tenant, "update identity set expires_at = now() - interval '1 second'")
        refused = await tries(product, visitor)
        assert set(refused.values()) == {(401, "visitor_token_invalid")}, refused
        old = visitor.token
        await visitor.open()
        assert visitor.token != old
        assert visitor.conversation_id is None


async def test_opening_the_widget_slides_the_life_of_a_token(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with answered(product, settings, tenant) as visitor:
        await change(settings, tenant, "update identity set expires_at = now() + interval '1 hour'")
        await visitor.open()
        await change(settings, tenant, "update identity set expires_at = expires_at - interval '364 days'")
        await visitor.read()
        await change(settings, tenant, "update identity set expires_at = expires_at - interval '1 day'")
        assert (await visitor.post("два")).status_code == 401
