"""Registering, believing an address, passwords forgotten and changed; nothing tells who has an account."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import Depends

from omnisupport.api.app import create_app
from omnisupport.api.deps import requires
from omnisupport.auth.policy import ANSWER_S
from omnisupport.domain.permissions import Permission
from omnisupport.settings import Settings
from tests.support.accounts import (
    browser,
    by_key,
    enable_two_factor,
    forget_limits,
    line,
    lines,
    refused,
    run,
    take_tokens,
)
from tests.support.mailbox import Mailbox
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import PASSWORD, TestTenant, add_person, make_tenant

REMEMBERED_S = 3.5
NEW_PASSWORD = "tin kettle on blue stove"


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    await forget_limits(settings)
    return await make_tenant(settings)


@pytest.fixture
async def page(product: Product, settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that nobody has signed in with."""
    await forget_limits(settings)
    async with browser(product.url) as client:
        yield client


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """The owner of the tenant."""
    async with Operator(product.url, tenant) as person:
        yield person


def someone(**fields: Any) -> dict[str, Any]:
    """A registration of somebody new."""
    word = uuid4().hex[:10]
    return {
        "email": f"anna@{word}.example",
        "password": PASSWORD,
        "name": "Анна Петрова",
        "company": f"Чай {word}",
        "locale": "ru",
        **fields,
    }


async def sign_in(page: httpx2.AsyncClient, email: str, password: str = PASSWORD) -> int:
    """The status of a sign-in."""
    return (await page.post("/auth/login", json={"email": email, "password": password})).status_code


# --- registering ------------------------------------------------------------------------------------------


async def test_a_new_owner_signs_in_at_once_and_verifies_later(
    page: httpx2.AsyncClient, product: Product, settings: Settings, post: Mailbox
) -> None:
    body = someone()
    made = await page.post("/auth/register", json=body)
    assert (made.status_code, made.json()) == (201, {"email": body["email"]})
    assert "set-cookie" not in made.headers
    assert await sign_in(page, body["email"]) == 200
    me = (await page.get("/auth/me")).json()
    assert (me["role"], me["verified"], me["two_factor"], me["scope"]) == ("owner", False, False, "all")
    assert me["tenant"]["name"] == body["company"]
    assert me["tenant"]["slug"] == "chay-" + body["company"].split()[1]
    text = post.await_mail(body["email"], "Подтвердите адрес")
    assert f"{product.url}/verify-email#token=a_" in text
    assert "Анна" not in text, "a stranger's words go to nobody"
    token = post.token(body["email"], "Подтвердите адрес")
    assert (await page.get("/auth/verify-email", params={"token": token})).status_code in (404, 405, 200)
    assert (await page.get("/auth/me")).json()["verified"] is False, "by POST only"
    verified = await page.post("/auth/verify-email", json={"token": token})
    assert (verified.status_code, verified.json()) == (200, {"email": body["email"]})
    assert (await page.get("/auth/me")).json()["verified"] is True
    again = await page.post("/auth/verify-email", json={"token": token})
    assert refused(again) == (401, "account_token_invalid")
    tenant_id = me["tenant"]["id"]
    assert (await line(settings, tenant_id, "tenant.registered")).actor_name == "Анна Петрова"
    assert (await line(settings, tenant_id, "email.verified")).actor_id is not None


async def test_a_known_address_gets_the_same_answer_and_a_mail_and_nothing_happens(
    page: httpx2.AsyncClient, settings: Settings, tenant: TestTenant, post: Mailbox
) -> None:
    new = await page.post("/auth/register", json=someone())
    attempt = someone(email=f" {tenant.email.upper()} ", slug=f"s-{uuid4().hex[:8]}", password=NEW_PASSWORD)
    known = await page.post("/auth/register", json=attempt)
    assert known.status_code == new.status_code == 201
    assert known.json() == {"email": tenant.email}
    assert {each.lower() for each in known.headers} == {each.lower() for each in new.headers}
    assert "учётная запись" in post.await_mail(tenant.email, "уже есть учётная запись")
    assert await sign_in(page, tenant.email, NEW_PASSWORD) == 401
    assert await sign_in(page, tenant.email) == 200
    assert len((await page.get("/auth/tenants")).json()["items"]) == 1
    found = await run(
        settings, tenant.id, "select 1 from tenant_slug where slug = :slug", slug=attempt["slug"]
    )
    assert found == []


async def test_known_and_unknown_addresses_cost_the_same_hashes_and_no_less_time(
    settings: Settings, tenant: TestTenant, post: Mailbox
) -> None:
    async with (
        second_api(settings.model_copy(update={"smtp_url": post.url})) as api,
        browser(api.url) as page,
    ):
        hashes = 0
        real = api.services.passwords._run

        async def counted(work: Any) -> Any:
            nonlocal hashes
            hashes += 1
            return await real(work)

        api.services.passwords._run = counted  # type: ignore[method-assign]
        calls = {
            "/auth/register": lambda email: someone(email=email),
            "/auth/forgot-password": lambda email: {"email": email},
            "/auth/login": lambda email: {"email": email, "password": "wrong"},
        }
        for path, body in calls.items():
            spent: list[tuple[int, float]] = []
            for email in (tenant.email, f"nobody@{uuid4().hex[:10]}.example"):
                before, started = hashes, time.perf_counter()
                answer = await page.post(path, json=body(email))
                assert answer.status_code in (201, 202, 401), answer.text
                spent.append((hashes - before, time.perf_counter() - started))
            (known, known_s), (unknown, unknown_s) = spent
            assert known == unknown, path
            assert path == "/auth/login" or min(known_s, unknown_s) >= ANSWER_S, spent


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"password": "password1"}, "password_common"),
        ({"password": "short"}, "password_too_short"),
        ({"password": "анна петрова"}, "password_common"),
        ({"email": "nobody"}, "email_invalid"),
        ({"email": "an\u200bna@example.com"}, "email_invalid"),
        ({"email": "anna@example.com\x00"}, "invalid"),
        ({"name": "\u202eаннА"}, "name_invalid"),
        ({"company": "  "}, "name_invalid"),
        ({"slug": "No Slug"}, "slug_invalid"),
        ({"locale": "xx"}, "invalid"),
        ({"role": "owner"}, "invalid"),
        ({"name": "x" * 201}, "invalid"),
    ],
)
async def test_a_registration_of_the_wrong_shape_makes_nothing(
    page: httpx2.AsyncClient, settings: Settings, fields: dict[str, Any], code: str
) -> None:
    body = someone(**fields)
    assert refused(await page.post("/auth/register", json=body)) == (422, code)
    if "email" not in fields:
        assert await sign_in(page, body["email"], body["password"]) == 401


async def test_slugs_are_taken_once_and_made_ones_get_an_end(
    page: httpx2.AsyncClient, tenant: TestTenant
) -> None:
    taken = await page.post("/auth/register", json=someone(slug=tenant.slug))
    assert refused(taken) == (409, "slug_taken")
    known = await page.post("/auth/register", json=someone(slug=tenant.slug, email=tenant.email))
    assert known.json() == taken.json(), "known or not"
    assert refused(await page.post("/auth/register", json=someone(slug="console"))) == (409, "slug_reserved")
    first, second = someone(), someone()
    second["company"] = first["company"]
    third = someone(company="Widget")
    slugs = []
    for body in (first, second, third):
        assert (await page.post("/auth/register", json=body)).status_code == 201
        await sign_in(page, body["email"])
        slugs.append((await page.get("/auth/me")).json()["tenant"]["slug"])
    assert re.fullmatch(re.escape(slugs[0]) + "-[0-9a-f]{4}", slugs[1])
    assert re.fullmatch("widget-[0-9a-f]{4}", slugs[2])


async def test_two_registrations_at_once_make_one_account(page: httpx2.AsyncClient, post: Mailbox) -> None:
    body = someone()
    answers = await asyncio.gather(*(page.post("/auth/register", json=body) for _ in range(3)))
    assert {(each.status_code, each.text) for each in answers} == {(201, answers[0].text)}
    assert await sign_in(page, body["email"]) == 200
    assert len((await page.get("/auth/tenants")).json()["items"]) == 1


async def test_registrations_of_one_address_are_limited(page: httpx2.AsyncClient, settings: Settings) -> None:
    answers = [await page.post("/auth/register", json=someone(slug="console")) for _ in range(21)]
    assert refused(answers[-2]) == (409, "slug_reserved")
    assert refused(answers[-1]) == (429, "rate_limited")
    await forget_limits(settings)


async def test_behind_https_a_new_owner_owes_a_second_factor(settings: Settings, post: Mailbox) -> None:
    await forget_limits(settings)
    origin = "https://support.example"
    app = create_app(
        settings.model_copy(update={"public_url": origin, "api_metrics_port": None, "smtp_url": post.url})
    )
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=f"{origin}/api/v1") as page,
    ):
        body = someone()
        poisoned = await page.post("/auth/register", json=body, headers={"Host": "evil.example"})
        assert refused(poisoned) == (400, "host_unknown")
        evil = {"X-Forwarded-Host": "evil.example"}
        assert (await page.post("/auth/register", json=body, headers=evil)).status_code == 201
        assert f"{origin}/verify-email#token=" in post.await_mail(body["email"], "Подтвердите адрес")
        await page.post("/auth/forgot-password", json={"email": body["email"]}, headers=evil)
        text = post.await_mail(body["email"], "Новый пароль")
        assert f"{origin}/reset-password#token=" in text
        assert "evil" not in text
        assert await sign_in(page, body["email"]) == 200
        assert (await page.get("/auth/me")).json()["two_factor_required"] is True
        assert refused(await page.get("/conversations")) == (403, "two_factor_required")


async def test_what_sends_mail_to_others_waits_for_the_address(
    settings: Settings, tenant: TestTenant
) -> None:
    app = create_app(settings.model_copy(update={"api_metrics_port": None}))

    @app.get("/planted")
    async def planted(
        who: Annotated[Any, Depends(requires(Permission.TEAM_READ, verified=True))],
    ) -> None: ...

    # Before the pages, which take every path that is nobody's.
    app.router.routes.insert(0, app.router.routes.pop())
    base = "http://127.0.0.1"
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=base) as page,
    ):
        login = {"email": tenant.email, "password": PASSWORD}
        await page.post("/api/v1/auth/login", json=login)
        assert (await page.get("/planted")).status_code == 200
        await run(
            settings, tenant.id, 'update "user" set email_verified_at = null where email = :e', e=tenant.email
        )
        await page.post("/api/v1/auth/login", json=login)
        assert refused(await page.get("/planted")) == (403, "email_not_verified")


# --- verifying --------------------------------------------------------------------------------------------


async def test_a_link_is_sent_anew_and_the_one_before_is_good_no_more(
    page: httpx2.AsyncClient, post: Mailbox
) -> None:
    body = someone()
    await page.post("/auth/register", json=body)
    await sign_in(page, body["email"])
    old = post.token(body["email"], "Подтвердите адрес")
    assert (await page.post("/auth/verify-email/resend")).status_code == 202
    while (new := post.token(body["email"], "Подтвердите адрес")) == old:
        await asyncio.sleep(0.1)
    assert (await page.post("/auth/verify-email", json={"token": old})).status_code == 401
    assert (await page.post("/auth/verify-email", json={"token": new})).status_code == 200
    assert refused(await page.post("/auth/verify-email/resend")) == (409, "email_verified")


async def test_a_mailbox_is_not_filled_through_us(page: httpx2.AsyncClient, post: Mailbox) -> None:
    body = someone()
    await page.post("/auth/register", json=body)
    for _ in range(7):
        assert (await page.post("/auth/forgot-password", json={"email": body["email"]})).status_code == 202
    await asyncio.sleep(1)
    assert len(post.of(body["email"])) <= 5


# --- forgotten passwords ----------------------------------------------------------------------------------


async def test_a_forgotten_password_is_set_by_the_mail_and_ends_everything(
    page: httpx2.AsyncClient,
    product: Product,
    settings: Settings,
    tenant: TestTenant,
    owner: Operator,
    post: Mailbox,
) -> None:
    key = (await owner.request("POST", "/auth/keys", json={"name": "k", "scopes": ["team.read"]})).json()[
        "token"
    ]
    asked = await page.post("/auth/forgot-password", json={"email": tenant.email})
    assert (asked.status_code, asked.json()) == (202, {"email": tenant.email})
    token = post.token(tenant.email, "Новый пароль")
    assert refused(await page.post("/auth/verify-email", json={"token": token})) == (
        401,
        "account_token_invalid",
    )
    weak = {"token": token, "password": "password1"}
    assert refused(await page.post("/auth/reset-password", json=weak)) == (422, "password_common")
    done = await page.post("/auth/reset-password", json={"token": token, "password": NEW_PASSWORD})
    assert (done.status_code, done.content) == (204, b"")
    assert "set-cookie" not in done.headers
    assert (await owner.request("GET", "/me")).status_code == 401
    assert (
        await owner._http.post("/auth/refresh", json={"refresh_token": owner.refresh_token})
    ).status_code == 401
    async with by_key(product.url, key) as program:
        assert (await program.get("/me")).status_code == 401
    assert await sign_in(page, tenant.email) == 401
    assert await sign_in(page, tenant.email, NEW_PASSWORD) == 200
    again = await page.post("/auth/reset-password", json={"token": token, "password": PASSWORD})
    assert refused(again) == (401, "account_token_invalid")
    post.await_mail(tenant.email, "Пароль изменён")
    assert (await line(settings, tenant.id, "password.reset")).actor_name == "Ольга"
    (row,) = await run(
        settings, tenant.id, "select token_hash from account_token where purpose = 'reset_password'"
    )
    assert token.encode() not in bytes(row.token_hash)


async def test_an_unknown_address_is_answered_alike(
    page: httpx2.AsyncClient, tenant: TestTenant, settings: Settings
) -> None:
    nobody = f"nobody@{tenant.slug}.example"
    unknown = await page.post("/auth/forgot-password", json={"email": nobody})
    known = await page.post("/auth/forgot-password", json={"email": tenant.email})
    assert unknown.status_code == known.status_code == 202
    assert unknown.text.replace(nobody, tenant.email) == known.text
    assert len(await lines(settings, tenant.id, "reset_password.requested")) == 1
    assert refused(await page.post("/auth/forgot-password", json={"email": "x"})) == (422, "email_invalid")


async def test_a_token_is_good_for_half_an_hour_for_one_thing_in_one_tenant(
    page: httpx2.AsyncClient, settings: Settings, tenant: TestTenant, post: Mailbox
) -> None:
    await page.post("/auth/forgot-password", json={"email": tenant.email})
    token = post.token(tenant.email, "Новый пароль")
    (row,) = await run(settings, tenant.id, "select expires_at - now() as left from account_token")
    assert 1700 < row.left.total_seconds() <= 1800
    for wrong in (
        "",
        "a_x",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "r_" + token[2:],
        "a_" + "A" * 64,
    ):
        answer = await page.post("/auth/reset-password", json={"token": wrong, "password": NEW_PASSWORD})
        assert refused(answer) == (401, "account_token_invalid")
    await run(settings, tenant.id, "update account_token set expires_at = now()")
    late = await page.post("/auth/reset-password", json={"token": token, "password": NEW_PASSWORD})
    assert refused(late) == (401, "account_token_invalid")
    assert await sign_in(page, tenant.email) == 200


async def test_two_uses_of_one_link_at_once_set_one_password(
    page: httpx2.AsyncClient, tenant: TestTenant, post: Mailbox
) -> None:
    await page.post("/auth/forgot-password", json={"email": tenant.email})
    token = post.token(tenant.email, "Новый пароль")
    bodies = [{"token": token, "password": f"{NEW_PASSWORD} {number}"} for number in range(3)]
    answers = await asyncio.gather(*(page.post("/auth/reset-password", json=body) for body in bodies))
    assert sorted(each.status_code for each in answers) == [204, 401, 401]


async def test_a_reset_keeps_the_second_factor_of_who_was_verified_and_no_others(
    page: httpx2.AsyncClient,
    product: Product,
    settings: Settings,
    tenant: TestTenant,
    owner: Operator,
    post: Mailbox,
) -> None:
    await enable_two_factor(owner)
    for verified in (True, False):
        if not verified:
            sql = 'update "user" set email_verified_at = null where email = :email'
            await run(settings, tenant.id, sql, email=tenant.email)
        before = len(post.of(tenant.email))
        await page.post("/auth/forgot-password", json={"email": tenant.email})
        while len(post.of(tenant.email)) == before:
            await asyncio.sleep(0.1)
        token = post.token(tenant.email, "Новый пароль")
        body = {"token": token, "password": f"{NEW_PASSWORD} {verified}"}
        assert (await page.post("/auth/reset-password", json=body)).status_code == 204
        login = {"email": tenant.email, "password": body["password"]}
        answer = (await page.post("/auth/login", json=login)).json()
        assert (answer is not None) is verified


# --- changing ---------------------------------------------------------------------------------------------


async def test_changing_the_password_takes_the_old_one_and_ends_the_other_sessions(
    page: httpx2.AsyncClient, product: Product, settings: Settings, tenant: TestTenant, post: Mailbox
) -> None:
    await sign_in(page, tenant.email)
    path = "/auth/change-password"
    wrong = await page.post(path, json={"old": "wrong", "new": NEW_PASSWORD})
    assert refused(wrong) == (403, "password_wrong")
    common = await page.post(path, json={"old": PASSWORD, "new": "password1"})
    assert (refused(common), common.json()["errors"][0]["field"]) == ((422, "password_common"), "new")
    async with Operator(product.url, tenant) as elsewhere:
        old_cookie = dict(page.cookies)
        changed = await page.post(path, json={"old": PASSWORD, "new": NEW_PASSWORD})
        assert (changed.status_code, changed.json()) == (200, None)
        assert dict(page.cookies) != old_cookie
        assert (await page.get("/me")).status_code == 200
        assert (await elsewhere.request("GET", "/me")).status_code == 401
        async with browser(product.url) as thief:
            thief.cookies.update(old_cookie)
            assert (await thief.get("/me")).status_code == 401
    assert await sign_in(page, tenant.email, NEW_PASSWORD) == 200
    post.await_mail(tenant.email, "Пароль изменён")
    assert len(await lines(settings, tenant.id, "password.changed")) == 1


async def test_an_address_counts_once_it_is_verified(
    page: httpx2.AsyncClient, settings: Settings, tenant: TestTenant, post: Mailbox
) -> None:
    await sign_in(page, tenant.email)
    new = f"new@{tenant.slug}.example"
    path = "/auth/change-email"
    assert refused(await page.post(path, json={"password": "wrong", "email": new})) == (403, "password_wrong")
    same = await page.post(path, json={"password": PASSWORD, "email": tenant.email.upper()})
    assert refused(same) == (409, "email_unchanged")
    asked = await page.post(path, json={"password": PASSWORD, "email": new})
    assert (asked.status_code, asked.json()) == (202, {"email": new})
    assert (await page.get("/me")).json()["user"]["email"] == tenant.email
    token = post.token(new, "новый адрес")
    assert (await page.post("/auth/verify-email", json={"token": token})).json() == {"email": new}
    assert (await page.get("/me")).json()["user"]["email"] == new
    assert new in post.await_mail(tenant.email, "Адрес почты изменён")
    assert await sign_in(page, tenant.email) == 401
    assert await sign_in(page, new) == 200
    written = await line(settings, tenant.id, "email.changed")
    assert (written.before, written.after) == ({"email": tenant.email}, {"email": new})


async def test_an_address_of_somebody_else_is_not_taken_and_not_told(
    page: httpx2.AsyncClient, settings: Settings, tenant: TestTenant, post: Mailbox
) -> None:
    other = await make_tenant(settings)
    await sign_in(page, tenant.email)
    asked = await page.post("/auth/change-email", json={"password": PASSWORD, "email": other.email})
    assert (asked.status_code, asked.json()) == (202, {"email": other.email})
    assert "#token" not in post.await_mail(other.email, "уже есть учётная запись")
    late = f"late@{tenant.slug}.example"
    await page.post("/auth/change-email", json={"password": PASSWORD, "email": late})
    token = post.token(late, "новый адрес")
    await run(
        settings,
        other.id,
        'update "user" set email = :late where email = :email',
        late=late,
        email=other.email,
    )
    assert refused(await page.post("/auth/verify-email", json={"token": token})) == (409, "email_taken")
    assert (await page.get("/me")).json()["user"]["email"] == tenant.email


# --- oneself ----------------------------------------------------------------------------------------------


async def test_a_person_changes_his_own_name_and_language(
    page: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    await sign_in(page, tenant.email)
    assert refused(await page.patch("/auth/me", json={"name": "a\u202eb"})) == (422, "name_invalid")
    for wrong in ({"role": "admin"}, {"locale": "xx"}, {"name": "a\x00"}, {"email": "x@example.com"}):
        assert (await page.patch("/auth/me", json=wrong)).status_code == 422, wrong
    changed = await page.patch("/auth/me", json={"name": "  Мария  Иванова ", "locale": "en"})
    assert changed.json()["user"] | {"id": 0} == {
        "id": 0,
        "name": "Мария Иванова",
        "email": tenant.email,
        "locale": "en",
    }
    assert (await page.get("/auth/me")).json() == changed.json()
    written = await line(settings, tenant.id, "profile.changed")
    assert written.after == {"name": "Мария Иванова", "locale": "en"}


async def test_proving_oneself_again_opens_what_asks_for_it(
    page: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    await sign_in(page, tenant.email)
    await run(settings, tenant.id, "update session set verified_at = now() - interval '11 minutes'")
    await asyncio.sleep(REMEMBERED_S)
    key = {"name": "k", "scopes": ["team.read"]}
    assert refused(await page.post("/auth/keys", json=key)) == (403, "reauthentication_required")
    for body in ({}, {"password": PASSWORD, "code": "123456"}):
        assert (await page.post("/auth/reauthenticate", json=body)).status_code == 422
    assert refused(await page.post("/auth/reauthenticate", json={"password": "x"})) == (403, "password_wrong")
    assert refused(await page.post("/auth/reauthenticate", json={"code": "123456"})) == (
        409,
        "two_factor_disabled",
    )
    assert (await page.post("/auth/reauthenticate", json={"password": PASSWORD})).status_code == 204
    assert (await page.post("/auth/keys", json=key)).status_code == 201
    assert len(await lines(settings, tenant.id, "session.reauthenticated")) == 1


async def test_a_code_proves_too(settings: Settings, tenant: TestTenant, owner: Operator) -> None:
    app, _ = await enable_two_factor(owner)
    await run(settings, tenant.id, "update session set verified_at = now() - interval '11 minutes'")
    await asyncio.sleep(REMEMBERED_S)
    code = await app.code()
    assert (await owner.request("POST", "/auth/reauthenticate", json={"code": code})).status_code == 204
    twice = await owner.request("POST", "/auth/reauthenticate", json={"code": code})
    assert refused(twice) == (403, "code_wrong")
    made = await owner.request("POST", "/auth/keys", json={"name": "k", "scopes": ["team.read"]})
    assert made.status_code == 201


async def test_nobody_changes_credentials_in_anothers_name(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    me = (await owner.request("GET", "/me")).json()["user"]["id"]
    await run(settings, tenant.id, "update session set impersonator_id = cast(:me as uuid)", me=me)
    await asyncio.sleep(REMEMBERED_S)
    calls: dict[str, dict[str, Any]] = {
        "/auth/change-password": {"old": PASSWORD, "new": NEW_PASSWORD},
        "/auth/change-email": {"password": PASSWORD, "email": "x@example.com"},
        "/auth/two-factor/enable": {},
        "/auth/two-factor/verify": {"code": "123456"},
        "/auth/two-factor/disable": {"password": PASSWORD, "code": "123456"},
        "/auth/two-factor/recovery-codes": {"code": "123456"},
        "/auth/reauthenticate": {"password": PASSWORD},
        "/auth/keys": {"name": "k", "scopes": ["team.read"]},
        "/keys": {"name": "k", "scopes": ["team.read"]},
        "/auth/select-tenant": {"tenant_id": str(uuid4())},
    }
    for path, body in calls.items():
        assert refused(await owner.request("POST", path, json=body)) == (403, "impersonated"), path


# --- sessions and tenants ---------------------------------------------------------------------------------


async def test_sessions_are_listed_with_their_device_and_end_one_by_one(
    page: httpx2.AsyncClient, product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    await sign_in(page, tenant.email)
    listed = (await owner.request("GET", "/auth/sessions")).json()["items"]
    assert sorted(each["kind"] for each in listed) == ["cookie", "refresh"]
    (current,) = [each for each in listed if each["current"]]
    assert (current["kind"], current["address"]) == ("refresh", "127.0.0.1")
    assert current["device"].startswith("python-httpx")
    (other,) = [each for each in listed if not each["current"]]
    async with Operator(product.url, await add_person(settings, tenant, role="admin")) as colleague:
        foreign = await colleague.request("DELETE", f"/auth/sessions/{other['id']}")
        absent = await colleague.request("DELETE", f"/auth/sessions/{uuid4()}")
        assert foreign.json() == absent.json()
        assert foreign.status_code == 404
    assert (await owner.request("DELETE", f"/auth/sessions/{other['id']}")).status_code == 204
    assert (await page.get("/me")).status_code == 401
    assert (await owner.request("DELETE", f"/auth/sessions/{other['id']}")).status_code == 404
    assert (await line(settings, tenant.id, "session.ended")).target_id == other["id"]


async def test_signing_out_everywhere_else_leaves_this_session(
    page: httpx2.AsyncClient, product: Product, tenant: TestTenant, owner: Operator
) -> None:
    await sign_in(page, tenant.email)
    async with Operator(product.url, tenant) as elsewhere:
        assert (await owner.request("DELETE", "/auth/sessions")).json() == {"ended": 2}
        assert (await elsewhere.request("GET", "/me")).status_code == 401
    assert (await page.get("/me")).status_code == 401
    assert (await owner.request("GET", "/me")).status_code == 200
    assert (await owner.request("DELETE", "/auth/sessions")).json() == {"ended": 0}


async def test_one_person_goes_from_tenant_to_tenant(
    page: httpx2.AsyncClient, product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other, foreign = await make_tenant(settings), await make_tenant(settings)
    sql = "insert into user_tenant select id, cast(:other as uuid), 'operator' from \"user\" where email = :email"
    await run(settings, tenant.id, sql, other=str(other.id), email=tenant.email)
    await page.post("/auth/login", json={"email": tenant.email, "password": PASSWORD, "tenant": tenant.slug})
    listed = (await page.get("/auth/tenants")).json()["items"]
    assert {(each["slug"], each["role"], each["current"]) for each in listed} == {
        (tenant.slug, "owner", True),
        (other.slug, "operator", False),
    }
    for absent in (foreign.id, uuid4()):
        answer = await page.post("/auth/select-tenant", json={"tenant_id": str(absent)})
        assert refused(answer) == (404, "not_found")
    async with browser(product.url) as old:
        old.cookies.update(page.cookies)
        selected = await page.post("/auth/select-tenant", json={"tenant_id": str(other.id)})
        assert (selected.status_code, selected.json()) == (200, None)
        me = (await page.get("/me")).json()
        assert (me["tenant"]["slug"], me["role"]) == (other.slug, "operator")
        assert (await old.get("/me")).status_code == 401, "the session before has ended"
    assert (await line(settings, other.id, "session.tenant_selected")).outcome == "done"
    await run(settings, tenant.id, 'update tenant set settings = \'{"require_two_factor": "admins"}\'')
    await page.post("/auth/select-tenant", json={"tenant_id": str(tenant.id)})
    assert refused(await page.get("/conversations")) == (403, "two_factor_required")
    assert (await page.post("/auth/select-tenant", json={"tenant_id": str(other.id)})).status_code == 200
    async with Operator(product.url, tenant) as client:
        tokens = await client.request("POST", "/auth/select-tenant", json={"tenant_id": str(other.id)})
        take_tokens(client, tokens.json())
        assert (await client.request("GET", "/me")).json()["tenant"]["slug"] == other.slug


async def test_a_sign_in_from_a_new_kind_of_device_is_told(
    page: httpx2.AsyncClient, tenant: TestTenant, post: Mailbox
) -> None:
    login = {"email": tenant.email, "password": PASSWORD}
    windows = "Mozilla/5.0 (Windows NT 10.0) Chrome/{} Safari/537.36"
    for agent in (windows.format(140), windows.format(141), "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0"):
        assert (await page.post("/auth/login", json=login, headers={"User-Agent": agent})).status_code == 200
    assert "Firefox, Linux" in post.await_mail(tenant.email, "Вход с нового устройства")
    assert len(post.of(tenant.email)) == 1, "neither the first device nor another version of it"


@pytest.mark.parametrize("field", ["email", "password", "name", "company"])
async def test_half_a_character_is_no_text(page: httpx2.AsyncClient, field: str) -> None:
    body = json.dumps(someone(**{field: "HALF"})).replace("HALF", "\\ud800" * 9)
    answer = await page.post("/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_disabled_person_signs_in_nowhere(
    page: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    who = (
        'insert into member (tenant_id, user_id, disabled_at) select cast(:id as uuid), id, now() from "user"'
    )
    await run(settings, tenant.id, f"{who} where email = :email", id=str(tenant.id), email=tenant.email)
    login = {"email": tenant.email, "password": PASSWORD}
    assert refused(await page.post("/auth/login", json=login)) == (403, "tenant_closed")
    await run(
        settings, tenant.id, 'update "user" set disabled_at = now() where email = :email', email=tenant.email
    )
    assert refused(await page.post("/auth/login", json=login)) == (401, "sign_in_failed")


async def test_a_refresh_token_used_twice_is_written_down(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    body = {"refresh_token": owner.refresh_token}
    assert (await owner._http.post("/auth/refresh", json=body)).status_code == 200
    await run(
        settings,
        tenant.id,
        "update session set rotated_at = now() - interval '1 hour' where rotated_at < now()",
    )
    assert (await owner._http.post("/auth/refresh", json=body)).status_code == 401
    written = await line(settings, tenant.id, "session.token_reused")
    assert (written.outcome, written.target_kind) == ("refused", "session")


async def test_failed_and_right_sign_ins_and_sign_outs_are_written_down(
    page: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    assert await sign_in(page, tenant.email, "wrong") == 401
    assert await sign_in(page, tenant.email) == 200
    assert (await page.post("/auth/logout")).status_code == 204
    for action, outcome in (
        ("sign_in.failed", "refused"),
        ("sign_in.done", "done"),
        ("sign_out.done", "done"),
    ):
        written = await line(settings, tenant.id, action)
        assert (written.outcome, written.actor_name, written.address) == (outcome, "Ольга", "127.0.0.1")
        assert written.user_agent.startswith("python-httpx")
