"""Security settings of a workspace: who changes them, where the widget stands then, and what is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlmodel import select

from omnisupport.domain.domains import host_of_page, is_allowed, parse_domain
from omnisupport.settings import Settings
from omnisupport.storage.access import security as access
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit, IdentityKey, Session
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import TestTenant, add_person, make_tenant

AT = "/settings/security"
OPEN: dict[str, Any] = {"allowed_domains": [], "require_two_factor": "nobody", "identity_mode": "optional"}


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of this test."""
    return await make_tenant(settings)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """The tenant's owner."""
    async with Operator(product.url, tenant) as operator:
        yield operator


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The product's database as the app sees it."""
    assert settings.database_url
    opened = Database(settings.database_url, pool_size=2)
    yield opened
    await opened.close()


async def audit_of(database: Database, tenant_id: UUID, action: str) -> list[Audit]:
    async with database.session(tenant_id) as session:
        query = select(Audit).where(Audit.tenant_id == tenant_id, Audit.action == action).order_by(Audit.id)  # type: ignore[arg-type]
        return list((await session.exec(query)).all())


async def test_settings_are_changed_as_a_whole_and_told(
    owner: Operator, database: Database, tenant: TestTenant
) -> None:
    assert (await owner.request("GET", AT)).json() == {**OPEN, "identity_keys": []}
    wanted = {
        **OPEN,
        "allowed_domains": ["Shop.Example", "*.shop.example", "shop.example"],
        "require_two_factor": "everybody",
    }
    changed = await owner.request("PUT", AT, json=wanted)
    assert changed.status_code == 200, changed.text
    kept = {"allowed_domains": ["shop.example", "*.shop.example"], "require_two_factor": "everybody"}
    assert changed.json() == {**OPEN, **kept, "identity_keys": []}
    assert (await owner.request("GET", AT)).json() == changed.json()
    await owner.request("PUT", AT, json=wanted)
    lines = await audit_of(database, tenant.id, "security.change")
    assert len(lines) == 1, "what changes nothing is no change"
    assert lines[0].before == {"allowed_domains": [], "require_two_factor": "nobody"}
    assert lines[0].after == kept
    assert lines[0].actor_name == "Ольга"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"allowed_domains": ["shop.example", "a b"]}, "allowed_domains.1"),
        ({"allowed_domains": ["https://shop.example"]}, "allowed_domains.0"),
        ({"allowed_domains": ["*"]}, "allowed_domains.0"),
        ({"allowed_domains": ["shop.example; script-src *"]}, "allowed_domains.0"),
        ({"allowed_domains": ["a\x00b.example"]}, "allowed_domains.0"),
        ({"allowed_domains": ["x" * 300]}, "allowed_domains.0"),
        ({"allowed_domains": [f"h{n}.example" for n in range(51)]}, "allowed_domains"),
        ({"allowed_domains": "shop.example"}, "allowed_domains"),
        ({"require_two_factor": "yes"}, "require_two_factor"),
        ({"require_two_factor": True}, "require_two_factor"),
        ({"identity_mode": "off"}, "identity_mode"),
        ({"tenant_id": "x"}, "tenant_id"),
    ],
)
async def test_settings_of_a_wrong_shape_change_nothing(
    owner: Operator, change: dict[str, Any], field: str
) -> None:
    answer = await owner.request("PUT", AT, json={**OPEN, **change})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert (await owner.request("GET", AT)).json() == {**OPEN, "identity_keys": []}


async def test_who_may_not_and_who_has_not_proved_himself_lately_change_nothing(
    product: Product, settings: Settings, owner: Operator, database: Database, tenant: TestTenant
) -> None:
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        for method, path in (("GET", AT), ("PUT", AT), ("POST", f"{AT}/identity-keys")):
            answer = await operator.request(method, path, json=OPEN)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert len(await audit_of(database, tenant.id, "authorization.refused")) == 3
    async with second_api(settings) as api, Operator(api.url, tenant) as stale:
        async with database.session(tenant.id) as session:
            for row in (await session.exec(select(Session).where(Session.tenant_id == tenant.id))).all():
                row.verified_at = datetime.now(UTC) - timedelta(minutes=11)
                session.add(row)
        assert (await stale.request("GET", AT)).status_code == 200
        for method, path in (("PUT", AT), ("POST", f"{AT}/identity-keys")):
            answer = await stale.request(method, path, json={**OPEN, "require_two_factor": "everybody"})
            assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
        assert (await stale.request("GET", AT)).json() == {**OPEN, "identity_keys": []}


async def test_a_signing_key_is_shown_once_sealed_and_one_of_two(
    owner: Operator, database: Database, tenant: TestTenant
) -> None:
    made = [(await owner.request("POST", f"{AT}/identity-keys")).json() for _ in range(2)]
    assert len({each["secret"] for each in made}) == 2
    assert len(made[0]["secret"]) >= 43
    third = await owner.request("POST", f"{AT}/identity-keys")
    assert (third.status_code, third.json()["code"]) == (409, "identity_keys_full")
    shown = await owner.request("GET", AT)
    assert [key["id"] for key in shown.json()["identity_keys"]] == [
        e["identity_key"]["id"] for e in made[::-1]
    ]
    assert shown.json()["identity_keys"][0]["hint"] == made[1]["secret"][-4:]
    async with database.session(tenant.id) as session:
        rows = (await session.exec(select(IdentityKey).where(IdentityKey.tenant_id == tenant.id))).all()
    for each in made:
        assert each["secret"] not in shown.text
        assert all(each["secret"].encode() not in row.secret for row in rows)
    key_id = made[0]["identity_key"]["id"]
    assert (await owner.request("DELETE", f"{AT}/identity-keys/{key_id}")).status_code == 204
    assert (await owner.request("DELETE", f"{AT}/identity-keys/{key_id}")).status_code == 404
    assert (await owner.request("POST", f"{AT}/identity-keys")).status_code == 201
    lines = [
        *await audit_of(database, tenant.id, "identity_key.create"),
        *await audit_of(database, tenant.id, "identity_key.delete"),
    ]
    assert [line.target_id for line in lines].count(key_id) == 2
    assert len(lines) == 4
    assert not [line for line in lines if made[0]["secret"] in str(line.after)]


# --- where the widget stands ------------------------------------------------------------------------------


async def restrict(owner: Operator, *domains: str) -> None:
    answer = await owner.request("PUT", AT, json={**OPEN, "allowed_domains": list(domains)})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("page", "headers", "allowed"),
    [
        (None, {}, True),
        ("https://shop.example/tea", {}, True),
        ("http://SHOP.example:8080/", {}, True),
        ("https://a.b.shop.example/", {}, True),
        ("https://evil.example/", {}, False),
        ("https://shop.example.evil.example/", {}, False),
        ("https://notshop.example/", {}, False),
        ("https://shop.example@evil.example/", {}, False),
        ("null/tmp/page.html", {}, False),
        ("https://shop.example/", {"Origin": "https://evil.example"}, False),
        ("https://shop.example/", {"Origin": "null"}, False),
        ("https://shop.example/", {"Origin": "https://shop.example"}, True),
        (None, {"Referer": "https://evil.example/x"}, False),
        ("https://shop.example/", {"Origin": "OWN", "Referer": "OWN/widget/x?embed=1"}, True),
    ],
)
async def test_a_session_begins_in_an_allowed_page(
    product: Product,
    owner: Operator,
    tenant: TestTenant,
    page: str | None,
    headers: dict[str, str],
    allowed: bool,
) -> None:
    await restrict(owner, "shop.example", "*.shop.example")
    body = {"page": {"url": page}} if page else {}
    sent = {name: value.replace("OWN", product.url) for name, value in headers.items()}
    async with httpx2.AsyncClient(base_url=product.url) as http:
        answer = await http.post(f"/api/v1/widget/{tenant.slug}/sessions", json=body, headers=sent)
    if allowed:
        assert answer.status_code == 201, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "domain_not_allowed")


async def test_browsers_are_told_who_may_frame_the_chat(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    await restrict(owner, "shop.example", "*.shop.example")
    async with httpx2.AsyncClient(base_url=product.url) as http:
        policy = (await http.get(f"/widget/{tenant.slug}?embed=1")).headers["content-security-policy"]
    assert "frame-ancestors 'self' shop.example:* *.shop.example:*;" in policy


async def test_without_a_list_any_page_may(product: Product, tenant: TestTenant) -> None:
    async with httpx2.AsyncClient(base_url=product.url) as http:
        body = {"page": {"url": "https://anywhere.example/"}}
        assert (await http.post(f"/api/v1/widget/{tenant.slug}/sessions", json=body)).status_code == 201
        policy = (await http.get(f"/widget/{tenant.slug}")).headers["content-security-policy"]
    assert "frame-ancestors *;" in policy


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Shop.Example.", "shop.example"),
        ("магазин.рф", "xn--80aaa1cdobk6l.xn--p1ai"),
        ("*.shop.example", "*.shop.example"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("shop", None),
        ("*.example", None),
        ("*.*.example", None),
        ("*.127.0.0.1", None),
        ("999.1.1.1", None),
        ("shop.example:80", None),
        ("shop.example/x", None),
        ("-shop.example", None),
        ("", None),
    ],
)
def test_a_host_has_one_form(text: str, domain: str | None) -> None:
    parsed = parse_domain(text)
    assert parsed == domain or (text == "магазин.рф" and (parsed or "").endswith(".xn--p1ai"))


def test_below_is_not_the_host_itself() -> None:
    assert is_allowed("a.shop.example", ["*.shop.example"])
    assert not is_allowed("shop.example", ["*.shop.example"])
    assert host_of_page("data:text/html,x") is None
    assert access.SecuritySettings.of({"allowed_domains": None}).allowed_domains == []
