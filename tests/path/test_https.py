"""Signing in behind https: the cookie that no other host and no plain connection gets."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from omnisupport.api.app import create_app
from omnisupport.settings import Settings
from tests.support.tenants import TestTenant, make_tenant

ORIGIN = "https://support.example"


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with an owner."""
    return await make_tenant(settings)


@pytest.fixture
async def browser(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at an api that is reached by https, on the running product's servers."""
    app = create_app(settings.model_copy(update={"public_url": ORIGIN, "api_metrics_port": None}))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=f"{ORIGIN}/api/v1") as client,
    ):
        yield client


async def test_the_cookie_is_bound_to_the_host_and_to_https(
    browser: httpx2.AsyncClient, tenant: TestTenant
) -> None:
    body = {"email": tenant.email, "password": tenant.password}
    signed = await browser.post("/auth/login", json=body)
    assert signed.status_code == 200, signed.text
    name, *attributes = signed.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-omni=s_")
    assert {each.lower() for each in attributes} == {
        "httponly",
        "max-age=604800",
        "path=/",
        "samesite=lax",
        "secure",
    }
    assert (await browser.get("/me")).json()["user"]["email"] == tenant.email

    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "http://support.example"}):
        refused = await browser.post("/ws-ticket", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf"), headers
    assert (await browser.post("/ws-ticket", headers={"origin": ORIGIN})).status_code == 200

    gone = await browser.post("/auth/logout", headers={"origin": ORIGIN})
    cleared = [value for value in gone.headers.get_list("set-cookie") if value.startswith("__Host-omni=")]
    assert "Max-Age=0" in cleared[0]
    assert "Secure" in cleared[0]
    assert (await browser.get("/me")).status_code == 401


async def test_the_loopback_cookie_counts_on_loopback_only(
    browser: httpx2.AsyncClient, tenant: TestTenant
) -> None:
    body = {"email": tenant.email, "password": tenant.password}
    signed = await browser.post("/auth/login", json=body)
    token = signed.headers["set-cookie"].split(";")[0].removeprefix("__Host-omni=")
    browser.cookies.clear()
    assert (await browser.get("/me", headers={"cookie": f"omni={token}"})).status_code == 401
    assert (await browser.get("/me", headers={"cookie": f"__Host-omni={token}"})).status_code == 200
    plain = await browser.post("http://support.example/api/v1/auth/login", json=body)
    assert (plain.status_code, plain.json()["code"]) == (400, "insecure_transport")
