"""The second factor: enabled by a code, asked for at each sign-in, a code once, and by a tenant's own policy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.settings import Settings
from tests.support.accounts import (
    App,
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
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import TestTenant, add_person, make_tenant

REMEMBERED_S = 3.5
SIGNED_OUT = 4401
VERIFY = "/auth/two-factor/verify"


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    await forget_limits(settings)
    return await make_tenant(settings)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as person:
        yield person


async def first_step(person: Operator, **body: Any) -> str:
    """The token that a right password gets."""
    login = {"email": person.tenant.email, "password": person.tenant.password, "grant": "token"}
    answer = await person._http.post("/auth/login", json=login | body)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"two_factor"}
    assert "set-cookie" not in answer.headers
    assert answer.json()["two_factor"]["expires_in"] == 300
    return str(answer.json()["two_factor"]["token"])


async def second_step(person: Operator, token: str, **body: Any) -> Any:
    return await person._http.post(VERIFY, json={"token": token, "grant": "token", **body})


async def test_a_seed_counts_once_it_is_confirmed(
    owner: Operator, settings: Settings, tenant: TestTenant
) -> None:
    begun = (await owner.request("POST", "/auth/two-factor/enable")).json()
    assert begun["qr_svg"].startswith("<svg ")
    assert begun["secret"] in begun["otpauth_url"]
    await owner.sign_in()  # by password alone: nothing is in force
    wrong = await owner.request("POST", VERIFY, json={"code": "000000"})
    assert refused(wrong) == (403, "code_wrong")
    again = (await owner.request("POST", "/auth/two-factor/enable")).json()
    assert again["secret"] != begun["secret"]
    old = await owner.request("POST", VERIFY, json={"code": await App(begun["secret"]).code()})
    assert refused(old) == (403, "code_wrong")
    answer = await owner.request("POST", VERIFY, json={"code": await App(again["secret"]).code()})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["recovery_codes"]) == 10
    take_tokens(owner, answer.json()["tokens"])
    assert (await owner.request("GET", "/me")).json()["two_factor"] is True
    assert refused(await owner.request("POST", "/auth/two-factor/enable")) == (409, "two_factor_enabled")
    (row,) = await run(
        settings,
        tenant.id,
        'select totp_secret, recovery_hashes from "user" where email = :email',
        email=tenant.email,
    )
    assert again["secret"].encode() not in bytes(row.totp_secret)
    written = await lines(settings, tenant.id, "two_factor.enabled")
    assert len(written) == 1
    assert again["secret"] not in str(written)


async def test_a_code_without_a_seed_confirms_nothing(owner: Operator) -> None:
    assert refused(await owner.request("POST", VERIFY, json={"code": "123456"})) == (
        409,
        "two_factor_not_begun",
    )
    for body in (
        {},
        {"code": "1", "recovery_code": "2"},
        {"recovery_code": "x"},
        {"code": ""},
        {"code": 123456},
    ):
        assert (await owner.request("POST", VERIFY, json=body)).status_code == 422, body
    assert (await owner._http.post(VERIFY, json={"code": "123456"})).status_code == 401


async def test_enabling_ends_every_other_session(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    async with Operator(product.url, tenant) as elsewhere, desk(product.url, elsewhere) as console:
        before = owner._token
        await enable_two_factor(owner)
        assert await console.until_closed() == SIGNED_OUT
        assert (await elsewhere.request("GET", "/me")).status_code == 401
        assert (await owner.request("GET", "/me")).status_code == 200
        async with by_key(product.url, before) as old:
            assert (await old.get("/me")).status_code == 401


async def test_signing_in_takes_both_steps_and_a_code_counts_once(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    app, _ = await enable_two_factor(owner)
    token = await first_step(owner)
    assert refused(await second_step(owner, token, code="000000")) == (403, "code_wrong")
    code = await app.code()
    signed = await second_step(owner, token, code=code)
    assert signed.status_code == 200, signed.text
    take_tokens(owner, signed.json())
    assert (await owner.request("GET", "/me")).status_code == 200
    assert refused(await second_step(owner, token, code=await app.code())) == (401, "account_token_invalid")
    assert refused(await second_step(owner, await first_step(owner), code=code)) == (403, "code_wrong")
    failed = await line(settings, tenant.id, "sign_in.failed")
    assert (failed.outcome, failed.address) == ("refused", "127.0.0.1")
    done = await line(settings, tenant.id, "sign_in.done")
    assert (done.actor_name, done.address, done.after) == ("Ольга", "127.0.0.1", {"kind": "refresh"})


async def test_two_uses_of_one_code_at_once_sign_in_once(owner: Operator) -> None:
    app, _ = await enable_two_factor(owner)
    tokens = [await first_step(owner)]
    code = await app.code()
    answers = await asyncio.gather(*(second_step(owner, tokens[0], code=code) for _ in range(4)))
    assert sorted(each.status_code for each in answers)[0] == 200
    assert sum(each.status_code == 200 for each in answers) == 1


async def test_a_browser_gets_its_cookie_at_the_second_step(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    app, _ = await enable_two_factor(owner)
    async with browser(product.url) as page:
        login = {"email": tenant.email, "password": tenant.password}
        token = (await page.post("/auth/login", json=login)).json()["two_factor"]["token"]
        assert not page.cookies
        body = {"token": token, "code": await app.code()}
        foreign = await page.post(VERIFY, json=body, headers={"Origin": "https://evil.example"})
        assert refused(foreign) == (403, "csrf")
        signed = await page.post(VERIFY, json=body)
        assert (signed.status_code, signed.json()) == (200, None)
        assert (await page.get("/me")).json()["user"]["email"] == tenant.email


async def test_a_recovery_code_counts_once_and_renewing_ends_the_old(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    app, codes = await enable_two_factor(owner)
    signed = await second_step(owner, await first_step(owner), recovery_code=codes[0].upper())
    assert signed.status_code == 200, signed.text
    again = await second_step(owner, await first_step(owner), recovery_code=codes[0])
    assert refused(again) == (403, "code_wrong")
    renew = "/auth/two-factor/recovery-codes"
    assert refused(await owner.request("POST", renew, json={"code": "000000"})) == (403, "code_wrong")
    renewed = await owner.request("POST", renew, json={"code": await app.code()})
    assert len(set(renewed.json()["recovery_codes"]) | set(codes)) == 20
    old = await second_step(owner, await first_step(owner), recovery_code=codes[1])
    assert refused(old) == (403, "code_wrong")
    new = await second_step(owner, await first_step(owner), recovery_code=renewed.json()["recovery_codes"][0])
    assert new.status_code == 200
    assert len(await lines(settings, tenant.id, "two_factor.codes_renewed")) == 1


async def test_a_token_of_the_first_step_ends_after_five_minutes_and_opens_nothing_else(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    app, _ = await enable_two_factor(owner)
    token = await first_step(owner)
    async with by_key(product.url, token) as holder:
        assert (await holder.get("/me")).status_code == 401
    await run(settings, tenant.id, "update account_token set expires_at = now()")
    assert refused(await second_step(owner, token, code=await app.code())) == (401, "account_token_invalid")
    for wrong in ("", "a_x", "s_" + token[2:], token + "x"):
        assert refused(await second_step(owner, wrong, code="123456")) == (401, "account_token_invalid")


async def test_codes_are_guessed_five_times_and_no_more(owner: Operator, settings: Settings) -> None:
    app, _ = await enable_two_factor(owner)
    token = await first_step(owner)
    for _ in range(5):
        assert refused(await second_step(owner, token, code="000000")) == (403, "code_wrong")
    limited = await second_step(owner, token, code=await app.code())
    assert refused(limited) == (429, "sign_in_limited")
    assert int(limited.headers["retry-after"]) > 60
    disable = {"password": owner.tenant.password, "code": await app.code()}
    assert (await owner.request("POST", "/auth/two-factor/disable", json=disable)).status_code == 429
    await forget_limits(settings)


async def test_disabling_takes_both_factors(settings: Settings, tenant: TestTenant, owner: Operator) -> None:
    disable = "/auth/two-factor/disable"
    body = {"password": tenant.password, "code": "000000"}
    assert refused(await owner.request("POST", disable, json=body)) == (409, "two_factor_disabled")
    app, _ = await enable_two_factor(owner)
    assert refused(await owner.request("POST", disable, json=body)) == (403, "code_wrong")
    wrong = {"password": "wrong", "code": await app.code()}
    assert refused(await owner.request("POST", disable, json=wrong)) == (403, "password_wrong")
    before = owner._token
    answer = await owner.request(
        "POST", disable, json={"password": tenant.password, "code": await app.code()}
    )
    assert answer.status_code == 200, answer.text
    take_tokens(owner, answer.json())
    assert owner._token != before
    assert (await owner.request("GET", "/me")).json()["two_factor"] is False
    await owner.sign_in()
    assert len(await lines(settings, tenant.id, "two_factor.disabled")) == 1


# --- what a tenant asks for -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "role", "holds"),
    [("admins", "owner", True), ("admins", "operator", False), ("everybody", "operator", True)],
)
async def test_who_owes_a_second_factor_may_only_enable_it(
    product: Product, settings: Settings, tenant: TestTenant, policy: str, role: str, holds: bool
) -> None:
    someone = tenant if role == "owner" else await add_person(settings, tenant, role=role)
    async with Operator(product.url, someone) as person:
        made = (
            await person.request("POST", "/auth/keys", json={"name": "k", "scopes": ["team.read"]})
        ).json()
        setting = (
            "update tenant set settings = jsonb_build_object('require_two_factor', cast(:policy as text))"
        )
        await run(settings, tenant.id, setting, policy=policy)
        await asyncio.sleep(REMEMBERED_S)
        owed = (403, "two_factor_required")
        async with by_key(product.url, made["token"]) as program:
            assert (await program.get("/team/members")).status_code == (403 if holds else 200)
        for method, path in (("GET", "/conversations"), ("GET", "/auth/keys"), ("POST", "/ws-ticket")):
            answer = await person.request(method, path)
            assert (refused(answer) == owed) if holds else (answer.status_code == 200), path
        me = (await person.request("GET", "/me")).json()
        assert me["two_factor_required"] is holds
        await enable_two_factor(person)
        assert (await person.request("GET", "/conversations")).status_code == 200
        assert (await person.request("GET", "/me")).json()["two_factor_required"] is False


async def test_a_stale_session_enables_nothing(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    await run(settings, tenant.id, "update session set verified_at = now() - interval '11 minutes'")
    await asyncio.sleep(REMEMBERED_S)
    stale = (403, "reauthentication_required")
    assert refused(await owner.request("POST", "/auth/two-factor/enable")) == stale
    assert refused(await owner.request("POST", VERIFY, json={"code": "123456"})) == stale


async def test_an_unknown_token_is_as_one_of_another_tenant(
    product: Product, settings: Settings, owner: Operator
) -> None:
    app, _ = await enable_two_factor(owner)
    token = await first_step(owner)
    other = await make_tenant(settings)
    import base64

    body = base64.urlsafe_b64decode(token[2:])
    moved = "a_" + base64.urlsafe_b64encode(other.id.bytes + body[16:]).decode()
    unknown = "a_" + base64.urlsafe_b64encode(uuid4().bytes + body[16:]).decode()
    answers = [(await second_step(owner, each, code=await app.code())) for each in (moved, unknown)]
    assert answers[0].json() == answers[1].json()
    assert answers[0].status_code == 401
