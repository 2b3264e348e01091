"""API keys: never more than their maker has, and gone with his rights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.settings import Settings
from tests.support.accounts import by_key, line, lines, refused, run
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import TestTenant, add_person, make_tenant

REMEMBERED_S = 3.5


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as person:
        yield person


async def make(person: Operator, path: str = "/auth/keys", **body: Any) -> Any:
    body = {"name": "script", "scopes": ["conversations.read"], **body}
    return await person.request("POST", path, json=body)


async def test_a_personal_key_acts_as_its_person_within_its_scopes(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    made = await make(owner)
    assert made.status_code == 201, made.text
    key, token = made.json()["key"], made.json()["token"]
    assert token.startswith("k_")
    assert token.endswith(key["hint"]) and len(key["hint"]) == 4
    async with by_key(product.url, token) as program:
        me = (await program.get("/me")).json()
        assert (me["user"]["email"], me["permissions"]) == (tenant.email, ["conversations.read"])
        assert (await program.get("/conversations")).status_code == 200
        assert refused(await program.get("/team/members")) == (403, "forbidden")
        assert refused(await program.post("/auth/keys", json={})) == (403, "session_required")
        assert refused(await program.delete("/auth/sessions")) == (403, "session_required")
        assert refused(await program.post("/auth/logout")) == (409, "not_a_session")
    listed = (await owner.request("GET", "/auth/keys")).json()["items"]
    assert [each["id"] for each in listed] == [key["id"]]
    assert listed[0]["last_used_at"] is not None
    assert token not in str(listed)
    written = await line(settings, tenant.id, "api_key.created")
    assert (written.target_id, written.after["scopes"]) == (key["id"], ["conversations.read"])
    assert token not in str(written)


async def test_a_revoked_key_opens_nothing(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    made = (await make(owner)).json()
    async with by_key(product.url, made["token"]) as program:
        assert (await program.get("/me")).status_code == 200
        at = f"/auth/keys/{made['key']['id']}"
        assert (await owner.request("DELETE", at)).status_code == 204
        assert refused(await program.get("/me")) == (401, "api_key_invalid")
        assert refused(await owner.request("DELETE", at)) == (404, "not_found")
    assert (await line(settings, tenant.id, "api_key.revoked")).target_id == made["key"]["id"]
    assert (await owner.request("GET", "/auth/keys")).json()["items"] == []


async def test_nobody_makes_a_key_that_may_more_than_he(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        beyond = await make(operator, scopes=["conversations.read", "team.manage", "codec.decode"])
        assert refused(beyond) == (403, "scope_exceeds")
        assert "codec.decode, team.manage" in beyond.json()["detail"]
        assert refused(await make(operator, "/keys")) == (403, "forbidden")
        assert (await operator.request("GET", "/keys")).status_code == 403
        assert (await operator.request("GET", "/auth/keys")).json()["items"] == []
    (tried,) = await lines(settings, tenant.id, "api_key.created")
    assert (tried.outcome, tried.after) == ("refused", {"code": "scope_exceeds"})
    assert len(await lines(settings, tenant.id, "authorization.refused")) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"scopes": ["conversations.fly"]}, "invalid"),
        ({"scopes": []}, "invalid"),
        ({"name": ""}, "invalid"),
        ({"name": "a\x00b"}, "invalid"),
        ({"name": "a\u202eb"}, "name_invalid"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expiry_past"),
        ({"expires_at": "2030-01-01T00:00:00"}, "invalid"),
        ({"tenant_id": str(uuid4())}, "invalid"),
        ({"user_id": str(uuid4())}, "invalid"),
    ],
)
async def test_a_key_of_the_wrong_shape_is_not_made(owner: Operator, body: dict[str, Any], code: str) -> None:
    for path in ("/auth/keys", "/keys"):
        assert refused(await make(owner, path, **body)) == (422, code)
    assert (await owner.request("GET", "/keys")).json()["items"] == []


async def test_a_key_follows_the_rights_of_its_person(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    anna = await add_person(settings, tenant, role="supervisor")
    async with Operator(product.url, anna) as person:
        made = (await make(person, scopes=["audit.read", "conversations.read"])).json()
        async with by_key(product.url, made["token"]) as program:
            assert len((await program.get("/me")).json()["permissions"]) == 2
            change = 'where user_id = (select id from "user" where email = :email)'
            await run(
                settings, tenant.id, f"update user_tenant set role = 'operator' {change}", email=anna.email
            )
            await asyncio.sleep(REMEMBERED_S)
            assert (await program.get("/me")).json()["permissions"] == ["conversations.read"]
            await run(settings, tenant.id, f"delete from user_tenant {change}", email=anna.email)
            await asyncio.sleep(REMEMBERED_S)
            assert refused(await program.get("/me")) == (401, "api_key_invalid")


async def test_an_expired_key_opens_nothing(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made = (await make(owner, expires_at=soon)).json()
    assert datetime.fromisoformat(made["key"]["expires_at"]) == datetime.fromisoformat(soon)
    await run(settings, tenant.id, "update api_key set expires_at = now()")
    async with by_key(product.url, made["token"]) as program:
        assert refused(await program.get("/me")) == (401, "api_key_invalid")


async def test_a_key_of_the_tenant_is_made_and_revoked_by_who_manages_them(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    async with Operator(product.url, await add_person(settings, tenant, role="admin")) as admin:
        own = (await make(admin)).json()["key"]
        assert refused(await make(admin, "/keys", scopes=["codec.decode"])) == (403, "scope_exceeds")
        made = (await make(owner, "/keys", scopes=["team.read", "api_keys.manage"])).json()
        assert made["key"]["user_id"] is None
        async with by_key(product.url, made["token"]) as program:
            assert (await program.get("/team/members")).status_code == 200
            assert (await program.get("/me")).json()["role"] == "api_key"
            assert (await program.get("/keys")).status_code == 200
            assert refused(await make_by(program)) == (403, "session_required")
            listed = (await admin.request("GET", "/keys")).json()["items"]
            assert {each["id"] for each in listed} == {own["id"], made["key"]["id"]}
            assert (await admin.request("DELETE", f"/keys/{made['key']['id']}")).status_code == 204
            assert refused(await program.get("/team/members")) == (401, "api_key_invalid")
        assert (await owner.request("DELETE", f"/keys/{own['id']}")).status_code == 204


async def make_by(program: Any) -> Any:
    return await program.post("/keys", json={"name": "x", "scopes": ["team.read"]})


async def test_keys_of_others_are_absent(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    mine = (await make(owner)).json()["key"]["id"]
    stranger = await make_tenant(settings)
    async with (
        Operator(product.url, await add_person(settings, tenant, role="admin")) as colleague,
        Operator(product.url, stranger) as foreign,
    ):
        absent = refused(await colleague.request("DELETE", f"/auth/keys/{uuid4()}"))
        assert (
            refused(await colleague.request("DELETE", f"/auth/keys/{mine}")) == absent == (404, "not_found")
        )
        assert refused(await foreign.request("DELETE", f"/keys/{mine}")) == absent
    assert len((await owner.request("GET", "/auth/keys")).json()["items"]) == 1


async def test_what_is_fresh_for_ten_minutes_only(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    made = (await make(owner, "/keys")).json()["key"]["id"]
    await run(settings, tenant.id, "update session set verified_at = now() - interval '11 minutes'")
    await asyncio.sleep(REMEMBERED_S)
    stale = (403, "reauthentication_required")
    assert refused(await make(owner)) == stale
    assert refused(await make(owner, "/keys")) == stale
    assert refused(await owner.request("DELETE", f"/keys/{made}")) == stale
    assert (await owner.request("GET", "/keys")).status_code == 200


async def test_keys_are_listed_page_by_page_and_are_not_without_number(owner: Operator) -> None:
    made = [(await make(owner, name=f"key {number}")).json()["key"]["id"] for number in range(25)]
    assert refused(await make(owner)) == (409, "keys_limit")
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 10} | ({"cursor": cursor} if cursor else {})
        answer = await owner.request("GET", "/auth/keys", params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]
    for wrong in ("x", "WzEsMl0=", "bnVsbA=="):
        assert (await owner.request("GET", "/auth/keys", params={"cursor": wrong})).status_code == 422
    assert (await owner.request("GET", "/auth/keys", params={"limit": 101})).status_code == 422
