"""What every answer tells a browser, and that our pages live with it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx2
import pytest

from omnisupport.api.app import create_app
from omnisupport.api.headers import ALWAYS
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, TestTenant, make_tenant

PAGES = ("/", "/conversations", "/widget/some-slug", "/docs")


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with an owner."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def http(product: Product) -> AsyncIterator[httpx2.AsyncClient]:
    """Anybody."""
    async with httpx2.AsyncClient(base_url=product.url) as client:
        yield client


def policy_of(answer: httpx2.Response) -> dict[str, str]:
    """Directives by name."""
    parts = [each.strip().partition(" ") for each in answer.headers["content-security-policy"].split(";")]
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/healthz"),
        ("GET", "/openapi.json"),
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/nowhere"),
        ("POST", "/api/v1/auth/login"),
        ("GET", "/assets/absent.js"),
        ("GET", "/widget/loader.js"),
        *(("GET", page) for page in PAGES),
    ],
)
async def test_every_answer_carries_the_headers(http: httpx2.AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path, json={} if method == "POST" else None)
    assert ALWAYS.keys() <= {name.title().replace("Csp", "CSP") for name in answer.headers}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "strict-transport-security" not in answer.headers, "plain http"
    if path.startswith("/api/"):
        assert answer.headers["cache-control"] == "no-store"
        assert policy_of(answer)["default-src"] == "'none'"
        assert policy_of(answer)["frame-ancestors"] == "'none'"


async def test_a_failure_of_ours_and_a_refusal_of_the_outer_layers_carry_them_too(
    settings: Settings, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with second_api(settings) as api, Operator(api.url, tenant) as owner:
        monkeypatch.setattr(api.services.inbox, "page", None)
        answers = {
            500: await owner.request("GET", "/conversations"),
            400: await owner._http.get("/me", headers={"Host": "evil.example"}),
            413: await owner.request("POST", "/scenarios", content=b"x" * 2_000_000),
        }
        for status, answer in answers.items():
            assert answer.status_code == status
            assert ALWAYS.keys() <= {name.title() for name in answer.headers}, status


async def test_what_a_person_reads_is_kept_by_nobody(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        answer = await owner.request("GET", "/me")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    async with httpx2.AsyncClient(base_url=product.url) as anybody:
        for path, status in (("/admin/v1/tenants", 401), ("/admin/v1/nothing", 404)):
            answer = await anybody.get(path)
            assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")


async def test_behind_https_browsers_are_bound_to_it(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"public_url": "https://support.example"}))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://support.example") as client:
        answer = await client.get("/healthz")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("page", ["/", "/widget/some-slug"])
async def test_a_page_runs_its_own_scripts_alone(http: httpx2.AsyncClient, page: str) -> None:
    first, second = await http.get(page), await http.get(page)
    policy = policy_of(first)
    nonce = re.fullmatch(r"'nonce-([\w-]{24})' 'strict-dynamic'", policy["script-src"])
    assert nonce is not None, policy
    scripts = re.findall(r"<script[^>]*>", first.text)
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert not re.search(r"<script[^>]*>\s*[^<\s]", first.text), "nothing inline"
    assert policy_of(second)["script-src"] != policy["script-src"]
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in first.headers["content-security-policy"]
    assert (first.headers["cache-control"], "etag" in first.headers) == ("no-store", False)


async def test_only_the_chat_may_be_framed(http: httpx2.AsyncClient) -> None:
    ancestors = {page: policy_of(await http.get(page))["frame-ancestors"] for page in PAGES}
    assert ancestors == {
        "/": "'none'",
        "/conversations": "'none'",
        "/widget/some-slug": "*",
        "/docs": "'none'",
    }


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/widget/loader.js", "text/javascript"),
        ("/widget/sdk.js", "text/javascript"),
        ("/widget/openings.js", "text/javascript"),
        ("/widget/omni.d.ts", "text/plain"),
        ("/widget/SLUG/launcher.js", "text/javascript"),
    ],
)
async def test_a_foreign_page_may_load_what_is_written_for_it(
    http: httpx2.AsyncClient, tenant: TestTenant, path: str, media: str
) -> None:
    answer = await http.get(path.replace("SLUG", tenant.slug))
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_only_the_chat_may_listen_to_its_visitor(http: httpx2.AsyncClient) -> None:
    told = {page: (await http.get(page)).headers["permissions-policy"] for page in PAGES}
    heard = {page: "microphone=(self)" in policy for page, policy in told.items()}
    assert heard == {page: page == "/widget/some-slug" for page in PAGES}
    assert all("camera=()" in policy for policy in told.values())


async def test_sockets_go_to_our_own_host_alone(http: httpx2.AsyncClient, product: Product) -> None:
    host = product.url.removeprefix("http://")
    for page in ("/", "/widget/some-slug"):
        assert policy_of(await http.get(page))["connect-src"] == f"'self' ws://{host} wss://{host}"
