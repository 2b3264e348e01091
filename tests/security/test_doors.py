"""What the running product shows and takes at its doors: framing, addresses, methods, and its own description."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx2
import pytest

from tests.support.product import Product

SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def post(headers: bytes, body: bytes) -> bytes:
    """A request as an attacker writes it."""
    return b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + b"\r\n" + body


LENGTH = b"Content-Length: %d\r\n" % (len(SMUGGLED) + 5)
FRAMED: dict[str, bytes] = {
    "both, and the chunks end first": post(LENGTH + CHUNKED, b"0\r\n\r\n" + SMUGGLED),
    "both, the other way round": post(CHUNKED + LENGTH, b"0\r\n\r\n" + SMUGGLED),
    "two lengths": post(b"Content-Length: 0\r\n" + LENGTH, SMUGGLED),
    "two lengths in one": post(b"Content-Length: 0, %d\r\n" % len(SMUGGLED), SMUGGLED),
    "a signed length": post(b"Content-Length: +0\r\n", SMUGGLED),
    "a negative length": post(b"Content-Length: -1\r\n", SMUGGLED),
    "a length in hex": post(b"Content-Length: 0x0\r\n", SMUGGLED),
    "a length that is too long to be one": post(b"Content-Length: %s\r\n" % (b"9" * 40), SMUGGLED),
    "an encoding of another name": post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + SMUGGLED),
    "an encoding before the last": post(b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n" + SMUGGLED),
    "a blank before the colon": post(b"Transfer-Encoding : chunked\r\n" + LENGTH, b"0\r\n\r\n" + SMUGGLED),
    "a folded line": post(b"X: a\r\n b\r\n Transfer-Encoding: chunked\r\n" + LENGTH, b"0\r\n\r\n" + SMUGGLED),
    "a chunk that is no number": post(CHUNKED, b"zz\r\n\r\n" + SMUGGLED),
    "a chunk that is negative": post(CHUNKED, b"-1\r\n\r\n" + SMUGGLED),
    "NUL in a header": post(b"X: a\0b\r\nContent-Length: 0\r\n", SMUGGLED),
    "two hosts": post(b"Host: evil.example\r\nContent-Length: 0\r\n", b""),
    "a bare line feed": b"GET /api/v1/me HTTP/1.1\nHost: 127.0.0.1\n\n" + SMUGGLED,
}


async def told(url: str, request: bytes) -> bytes:
    """Everything that comes back on one connection within a moment."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = b""
    try:
        async with asyncio.timeout(3):
            while piece := await reader.read(65_536):
                answer += piece
    except (TimeoutError, ConnectionResetError):
        pass
    writer.close()
    return answer


@pytest.mark.parametrize("name", FRAMED)
async def test_nothing_is_smuggled_behind_a_request(product: Product, name: str) -> None:
    """Whatever a proxy in front took for the body of a request is never answered as one of its own."""
    answer = await told(product.url, FRAMED[name])
    assert b"HTTP/1.1 200" not in answer
    statuses = re.findall(rb"HTTP/1\.1 (\d{3})", answer)
    assert len(statuses) <= 1 and all(status.startswith(b"4") for status in statuses), statuses


async def test_a_request_in_order_is_answered_beside_another(product: Product) -> None:
    """What the table above differs from: two requests on one connection are two answers."""
    answer = await told(product.url, post(b"Content-Length: 2\r\n", b"{}") + SMUGGLED)
    assert len(re.findall(rb"HTTP/1\.1 \d{3}", answer)) == 2
    assert b"HTTP/1.1 200" in answer


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "DEBUG", "PROPFIND", "get"])
async def test_a_method_that_is_none_of_ours_does_nothing(product: Product, method: str) -> None:
    for path in (b"/api/v1/me", b"/", b"*"):
        answer = await told(
            product.url,
            method.encode() + b" " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Canary: c4n4ry\r\n\r\n",
        )
        assert b"c4n4ry" not in answer
        status = re.match(rb"HTTP/1\.1 (\d{3})", answer)
        assert status is None or status[1] in (b"400", b"404", b"405"), answer[:80]


INSIDE = [
    "/metrics",
    "/debug",
    "/debug/pprof",
    "/actuator/env",
    "/server-status",
    "/.env",
    "/.git/config",
    "/environment.json",
    "/omnisupport/settings.py",
    "/assets/../../settings.py",
    "/assets/%2e%2e/%2e%2e/settings.py",
    "/widget/assets/..%2f..%2f..%2fsettings.py",
    "/assets/",
    "/openapi.yaml",
    "/redoc",
    "/temporal",
]
TELLS = re.compile(
    r"omni_\w+_total|DATABASE_URL|OMNI_MASTER_KEY|\[core\]|class Settings|Traceback|uvicorn|Index of"
)


@pytest.mark.parametrize("path", INSIDE)
async def test_what_is_inside_is_not_shown_outside(product: Product, path: str) -> None:
    """What is nobody's address is the console's page, which says nothing; metrics have a port of their own."""
    answer = await told(
        product.url, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    )
    assert TELLS.search(answer.decode(errors="replace")) is None
    assert not re.search(rb"(?im)^(server|x-powered-by):", answer.partition(b"\r\n\r\n")[0])


# --- the document -----------------------------------------------------------------------------------------

SECRET = re.compile(r"token|password|secret|code|key|session|signature", re.IGNORECASE)
IN_ADDRESS: set[tuple[str, str]] = set()
"""Sockets are no part of the document: their ticket is good once, for thirty seconds (test_widget_api)."""
FILTERS = {"api_key", "key"}


async def openapi(product: Product) -> dict[str, Any]:
    """The document of the running product."""
    async with httpx2.AsyncClient(base_url=product.url) as http:
        found: dict[str, Any] = (await http.get("/openapi.json")).json()
        return found


async def test_no_operation_takes_a_secret_in_its_address(product: Product) -> None:
    """Addresses stand in logs, histories and referrers."""
    found = set()
    for path, operations in (await openapi(product))["paths"].items():
        for operation in operations.values():
            for each in operation.get("parameters", []) if isinstance(operation, dict) else []:
                if each["in"] == "query" and SECRET.search(each["name"]):
                    found.add((path, each["name"]))
    assert {(path, name) for path, name in found if name not in FILTERS} == IN_ADDRESS


async def test_no_input_takes_fields_that_were_not_named(product: Product) -> None:
    """Mass assignment: every body that is an object is closed, so what is not in its schema is refused."""
    document = await openapi(product)
    schemas, checked = document["components"]["schemas"], 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}) if isinstance(operation, dict) else {}
            schema = body.get("content", {}).get("application/json", {}).get("schema", {})
            for reference in re.findall(r"#/components/schemas/(\w+)", str(schema)):
                model = schemas[reference]
                if model.get("type") == "object" and "properties" in model:
                    assert model.get("additionalProperties") is False, (method, path, reference)
                    checked += 1
    assert checked > 50


async def test_a_list_has_an_end(product: Product) -> None:
    """Whatever takes a `limit` says how much is the most, and answers no more than some hundreds."""
    checked = 0
    for path, operations in (await openapi(product))["paths"].items():
        for operation in operations.values():
            for each in operation.get("parameters", []) if isinstance(operation, dict) else []:
                if each["name"] == "limit":
                    assert each["schema"].get("maximum", 10**9) <= 500, path
                    checked += 1
    assert checked > 10
