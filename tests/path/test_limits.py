"""Each class of requests over its limit: by address, by person or key, by tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest

from omnisupport.api.limits import LIMITS, Cost, Limits, Subject, cost_of
from omnisupport.errors import OmniError
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.second_api import SecondApi, second_api
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

VISITORS = {"X-Forwarded-For": "203.0.113.7"}
OTHERS = {"X-Forwarded-For": "203.0.113.8"}

Api = Callable[[str], AbstractAsyncContextManager[SecondApi]]


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of this test: its counters are its own."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
def api(settings: Settings) -> Api:
    """An api with other limits."""

    @asynccontextmanager
    async def start(limits: str) -> AsyncIterator[SecondApi]:
        async with second_api(settings.model_copy(update={"rate_limits": limits})) as running:
            yield running

    return start


async def statuses(ask: Callable[[], Any], times: int) -> list[int]:
    return [(await ask()).status_code for _ in range(times)]


def is_refused(answer: httpx2.Response) -> bool:
    """429 in the one form, with the time to wait."""
    if answer.status_code != 429:
        return False
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert 1 <= int(answer.headers["retry-after"]) <= 3600
    return True


@pytest.mark.parametrize(
    ("cost", "method", "path", "body"),
    [
        (Cost.READ, "GET", "/conversations", None),
        (Cost.WRITE, "POST", "/scenarios/validate", {"document": "x"}),
        (Cost.AUTH, "POST", "/auth/logout", None),
    ],
)
async def test_a_person_over_his_limit_waits_and_his_colleague_does_not(
    api: Api, settings: Settings, tenant: TestTenant, cost: Cost, method: str, path: str, body: Any
) -> None:
    colleague = await add_person(settings, tenant, role="admin")
    async with (
        api(f"{cost}.person=3") as running,
        Operator(running.url, tenant) as owner,
        Operator(running.url, colleague) as second,
    ):
        if cost == Cost.AUTH:  # signing out ends the session: each time another one, of the same person
            for _ in range(3):
                assert (await owner.request(method, path)).status_code == 204
                await owner.sign_in()
        else:
            assert 429 not in await statuses(lambda: owner.request(method, path, json=body), 3)
        assert is_refused(await owner.request(method, path, json=body))
        assert not is_refused(await second.request(method, path, json=body))
        assert not is_refused(await owner.request("GET", "/me")) or cost == Cost.READ


async def test_the_people_of_a_tenant_share_its_limit(
    api: Api, settings: Settings, tenant: TestTenant
) -> None:
    colleague, stranger = await add_person(settings, tenant, role="admin"), await make_tenant(settings)
    async with (
        api("read.tenant=4") as running,
        Operator(running.url, tenant) as owner,
        Operator(running.url, colleague) as second,
        Operator(running.url, stranger) as third,
    ):
        for who in (owner, second):
            assert await statuses(lambda who=who: who.request("GET", "/me"), 2) == [200, 200]
        assert is_refused(await owner.request("GET", "/me"))
        assert is_refused(await second.request("GET", "/me"))
        assert (await third.request("GET", "/me")).status_code == 200


@pytest.mark.parametrize(
    ("cost", "method", "path"),
    [
        (Cost.READ, "GET", "/api/v1/conversations"),
        (Cost.WRITE, "POST", "/api/v1/scenarios"),
        (Cost.AUTH, "POST", "/api/v1/auth/refresh"),
        (Cost.WIDGET, "POST", "/api/v1/widget/nobody/sessions"),
    ],
)
async def test_an_address_over_its_limit_waits_and_another_does_not(
    api: Api, cost: Cost, method: str, path: str
) -> None:
    async with api(f"{cost}.address=3") as running, httpx2.AsyncClient(base_url=running.url) as http:

        async def ask(headers: dict[str, str]) -> httpx2.Response:
            return await http.request(method, path, json={}, headers=headers)

        assert 429 not in await statuses(lambda: ask(VISITORS), 3)
        assert is_refused(await ask(VISITORS))
        assert not is_refused(await ask(OTHERS))
        assert not is_refused(await ask({})), "this machine's own requests are everybody's behind a proxy"
        page = await http.get("/docs", headers=VISITORS)
        assert page.status_code == 200, "a page is no request of the API"


async def test_a_visitor_over_his_limit_waits(api: Api, tenant: TestTenant) -> None:
    async with (
        api("widget.person=3") as running,
        Visitor(running.url, tenant.slug) as visitor,
        Visitor(running.url, tenant.slug) as other,
    ):
        path = "/api/v1/widget/messages"
        assert await statuses(lambda: visitor._http.get(path, headers=visitor.headers), 3) == [200] * 3
        assert is_refused(await visitor._http.get(path, headers=visitor.headers))
        assert (await other._http.get(path, headers=other.headers)).status_code == 200


async def test_a_forged_credential_counts_against_nobody(api: Api, tenant: TestTenant) -> None:
    async with api("read.tenant=2") as running, Operator(running.url, tenant) as owner:
        token, owner._token = owner._token, owner._token[:-4] + "AAAA"
        assert await statuses(lambda: owner.request("GET", "/me"), 5) == [401] * 5
        owner._token = token
        assert (await owner.request("GET", "/me")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "cost"),
    [
        ("GET", "/api/v1/customers", Cost.READ),
        ("PATCH", "/api/v1/customers/1", Cost.WRITE),
        ("POST", "/api/v1/customers/export", Cost.EXPORT),
        ("GET", "/api/v1/audit/export", Cost.EXPORT),
        ("GET", "/api/v1/audit/export.csv", Cost.EXPORT),
        ("POST", "/api/v1/privacy/exports", Cost.EXPORT),
        ("GET", "/api/v1/privacy/exports", Cost.READ),
        ("GET", "/api/v1/privacy/exports/1", Cost.READ),
        ("POST", "/api/v1/auth/login", Cost.AUTH),
        ("GET", "/api/v1/auth/me", Cost.READ),
        ("POST", "/api/v1/widget/demo/sessions", Cost.WIDGET),
        ("GET", "/api/v1/scenarios/1/export", Cost.READ),
        ("GET", "/admin/v1/tenants", Cost.READ),
        ("POST", "/admin/v1/tenants/1/impersonate", Cost.WRITE),
        ("GET", "/", None),
        ("GET", "/admin", None),
        ("GET", "/healthz", None),
        ("OPTIONS", "/api/v1/codec/decode", None),
    ],
)
def test_each_request_has_its_class(method: str, path: str, cost: Cost | None) -> None:
    assert cost_of(method, path) == cost


def test_every_limit_has_its_reason_and_another_figure_may_be_set() -> None:
    assert all(limit.reason for limit in LIMITS.values())
    assert {cost for cost, _ in LIMITS} == set(Cost)
    limits = Limits("export.person=7, read.tenant=9")
    assert [mark.rule.limit for mark in limits.mark(Cost.EXPORT, Subject.PERSON, "x")] == [7]
    assert [mark.rule.limit for mark in limits.mark(Cost.READ, Subject.TENANT, "x")] == [9]


@pytest.mark.parametrize(
    "wrong", ["read", "read.person", "read.person=0", "read.nobody=5", "x.person=5", "=1"]
)
def test_a_limit_that_is_none_is_told(wrong: str) -> None:
    with pytest.raises(OmniError) as refused:
        Limits(wrong)
    assert refused.value.code == "rate_limits_invalid"
    assert wrong in refused.value.detail
