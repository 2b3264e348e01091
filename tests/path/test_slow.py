"""Requests that are too slow, too large or of a shape that hides something: refused, and nobody waits for them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

import httpx2
import pytest

from omnisupport.api import protocol, requests
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, TestTenant, make_tenant


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with an owner."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """The tenant's owner."""
    async with Operator(product.url, tenant) as operator:
        yield operator


# --- pace -------------------------------------------------------------------------------------------------


async def trickle(url: str, head: bytes, *, every: float, until: float) -> tuple[bytes, float]:
    """Send a beginning and then a byte now and then; what came back, and after how many seconds it was over."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    started = time.monotonic()
    answer = asyncio.create_task(reader.read())
    writer.write(head)
    while not answer.done() and time.monotonic() - started < until:
        try:
            writer.write(b"x")
            await writer.drain()
        except OSError:
            break
        await asyncio.wait([answer], timeout=every)
    took = time.monotonic() - started
    try:
        return (await answer if answer.done() else b"still open"), took
    except OSError:
        return b"", took
    finally:
        answer.cancel()
        writer.close()


@pytest.mark.parametrize("head", [b"", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "])
async def test_a_head_that_trickles_ends_the_connection(product: Product, head: bytes) -> None:
    answer, took = await trickle(product.url, head, every=0.5, until=protocol.HEAD_S + 5)
    assert answer != b"still open"
    assert took < protocol.HEAD_S + 3


async def test_the_next_head_on_a_connection_has_its_time_too(product: Product) -> None:
    head = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /healthz HTTP/1.1\r\nX-Slow: "
    answer, took = await trickle(product.url, head, every=0.5, until=protocol.HEAD_S + 5)
    assert answer.startswith(b"HTTP/1.1 200")
    assert took < protocol.HEAD_S + 3


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=b"])
async def test_a_body_that_trickles_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tenant: TestTenant, kind: str
) -> None:
    monkeypatch.setattr(requests, "BODY_S", 1.0)
    async with second_api(settings) as api, Operator(api.url, tenant) as owner:
        head = (
            "POST /api/v1/scenarios/validate HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {owner._token}\r\nContent-Type: {kind}\r\nContent-Length: 1000\r\n\r\n"
        )
        answer, took = await trickle(api.url, head.encode(), every=0.1, until=6)
    first, _, body = answer.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 408")
    assert json.loads(body)["code"] == "request_timeout"
    assert took < 3


def test_the_times_are_those_of_the_rule() -> None:
    assert (protocol.HEAD_S, requests.BODY_S, requests.HEAD_MAX) == (10.0, 30.0, 16384)


# --- head -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({"X-Long": "x" * 16_500}, "/me"),
        ({f"X-{n}": "x" * 1000 for n in range(17)}, "/me"),
        ({}, "/me?q=" + "x" * 16_500),
    ],
)
async def test_a_large_head_is_refused(owner: Operator, headers: dict[str, str], path: str) -> None:
    answer = await owner._http.get(path, headers={**headers, "Authorization": f"Bearer {owner._token}"})
    assert (answer.status_code, answer.json()["code"]) == (431, "headers_too_large")


async def test_a_large_head_that_is_none_too_large_is_taken(owner: Operator) -> None:
    headers = {"X-Long": "x" * 14_000, "Authorization": f"Bearer {owner._token}"}
    assert (await owner._http.get("/me", headers=headers)).status_code == 200


async def test_a_head_without_an_end_is_not_kept(product: Product) -> None:
    host, port = product.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /healthz HTTP/1.1\r\nX-Endless: " + b"x" * 200_000)
    try:
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 431")
    except ConnectionResetError:  # closed while more was coming: as good
        pass
    writer.close()


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[", "localhost@evil.example", "127.1"],
)
async def test_a_host_that_is_not_ours_is_refused(product: Product, host: str) -> None:
    async with httpx2.AsyncClient(base_url=product.url) as http:
        for path in ("/", "/api/v1/me", "/widget/demo"):
            answer = await http.get(path, headers={"Host": host})
            assert (answer.status_code, answer.json()["code"]) == (400, "host_unknown"), path
        assert (await http.get("/healthz", headers={"Host": "10.0.0.7:8080"})).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "LOCALHOST:8080", "[::1]:80", "localhost."])
async def test_this_machine_has_its_names(product: Product, host: str) -> None:
    async with httpx2.AsyncClient(base_url=product.url) as http:
        assert (await http.get("/docs", headers={"Host": host})).status_code == 200


def test_the_public_address_is_a_name_of_ours() -> None:
    public = Settings().model_copy(update={"public_url": "https://Support.example:8443/x", "host": "0.0.0.0"})
    assert requests.hosts_of(public) == {"support.example", *requests.LOOPBACK}


async def test_a_forwarded_address_is_not_believed_of_anybody(product: Product) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    async with httpx2.AsyncClient(base_url=product.url) as http:
        answer = await http.get("/docs", headers=headers)
    assert answer.status_code == 200
    assert "strict-transport-security" not in answer.headers


# --- shape ------------------------------------------------------------------------------------------------


def nested(depth: int) -> bytes:
    return b'{"document":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (nested(33), "json_too_deep"),
        (nested(200_000), "json_too_deep"),
        (b'{"a":' * 100_000, "json_too_deep"),
        (b'{"document":"a","document":"b"}', "json_duplicate_field"),
        (b'{"document":"a","docu\\u006dent":"b"}', "json_duplicate_field"),
        (b'{"document":{"x":1,"x":1}}', "json_duplicate_field"),
        (b'[{"x":1,"x":1}]', "json_duplicate_field"),
        (nested(32), "invalid"),
        (b'{"document":"' + b"[" * 100 + b'\\"["}', None),
        (b"{", "invalid"),
    ],
)
async def test_json_that_is_deep_or_says_a_thing_twice_is_refused(
    owner: Operator, body: bytes, code: str | None
) -> None:
    headers = {"Authorization": f"Bearer {owner._token}", "Content-Type": "application/json"}
    answer = await owner._http.post("/scenarios/validate", content=body, headers=headers)
    if code is None:
        assert answer.status_code == 200, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["errors"][0]["field"]


@pytest.mark.parametrize(("parts", "code"), [(20, "invalid"), (21, "body_too_large")])
async def test_a_form_has_twenty_parts(owner: Operator, parts: int, code: str) -> None:
    files = [("file", (f"{n}.txt", b"--b", "text/plain")) for n in range(parts)]
    answer = await owner.request("POST", "/scenarios/validate", files=files)
    assert answer.json()["code"] == code, answer.text
