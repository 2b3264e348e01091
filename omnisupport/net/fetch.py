"""The one way to fetch an address that a tenant, customer, provider or model can influence."""

from __future__ import annotations

import asyncio
import json as json_codec
import re
import ssl
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from omnisupport.net.egress import (
    EgressBlocked,
    EgressError,
    EgressFailed,
    EgressPolicy,
    EgressTimeout,
    EgressTooLarge,
    Resolve,
    port_of,
    resolve_by_system,
)
from omnisupport.net.transport import BROKEN, Exchange, Route, exchange

MAX_BYTES = 10 * 2**20
MAX_REDIRECTS = 3
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
IDEMPOTENT = METHODS - {"POST", "PATCH"}
# Framing and routing are ours: these decide where a request ends and who gets it.
FRAMING = frozenset({"content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect"})
ROUTING = frozenset({"host", "connection", "keep-alive", "proxy-authorization", "proxy-connection"})
OWN_HEADERS = FRAMING | ROUTING | {"accept-encoding"}
# To another origin only what cannot be a credential goes along; a key may stand in any other header.
HARMLESS_HEADERS = frozenset({"accept", "accept-language", "content-type", "user-agent"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*", re.ASCII)


@dataclass(frozen=True)
class FetchResponse:
    """An answer, its body whole and decompressed. Header names are lower case; `url` is the last hop."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str = ""

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            EgressFailed: it is not JSON in UTF-8, or nested too deep to read.
        """
        try:
            return json_codec.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise EgressFailed("The answer is not JSON.", sent=True, retryable=False) from error


@dataclass(frozen=True)
class _Limits:
    max_bytes: int
    redirects: int
    content_types: Collection[str] | None


class Fetcher:
    """Fetches outside addresses under an egress policy (`safe_fetch`, rule S4).

    Only http(s), ports 80 and 443, public addresses; others only where the policy allows the pair. A name
    is resolved once and the socket goes to the address that was vetted. No proxy or credential from the
    environment, no cookies, no connection shared between requests. Safe for concurrent use.
    """

    def __init__(
        self,
        policy: EgressPolicy,
        *,
        resolve: Resolve = resolve_by_system,
        tls: ssl.SSLContext | None = None,
        sockets: httpcore2.AsyncNetworkBackend | None = None,
        user_agent: str = "OmniSupport",
    ) -> None:
        self._policy = policy
        self._route = Route(policy, resolve, sockets or httpcore2.AnyIOBackend())
        self._tls = tls
        self._user_agent = user_agent

    def is_named(self, host: str, port: int) -> bool:
        """Whether the deployment names this very pair, so that it may be reached whatever it is."""
        return self._policy.is_allowed(host, port)

    async def vet(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host that a socket of one's own may go to, resolved once; connect to nothing else.

        Raises:
            EgressBlocked: an address is not on the public internet, and the deployment does not name the pair.
            EgressFailed: the name has no address; a retry helps unless the name does not exist.
        """
        return await self._policy.vet(host, port, self._route.resolve)

    async def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout: float = 10.0,
        max_bytes: int = MAX_BYTES,
        redirects: int = 0,
        content_types: Collection[str] | None = None,
    ) -> FetchResponse:
        """Send one request and return the answer, whatever its status.

        `timeout` in seconds covers all: name, connection, redirects, the last byte of the body.
        `max_bytes` counts the decompressed body. `redirects` (at most 3) are followed when asked for,
        each vetted anew; none goes from https to http, and another origin gets neither credentials nor a
        body. With `content_types` (`{"application/json", "image/*"}`) an answer of another type is refused
        unread.

        Raises:
            EgressBlocked: the address or a header is not allowed; nothing was sent to it.
            EgressTimeout, EgressFailed: no usable answer; see `sent` and `retryable`.
            EgressTooLarge: the answer is longer than `max_bytes`.
        """
        limits = _Limits(max_bytes, min(redirects, MAX_REDIRECTS), content_types)
        request = self._request(method, url, headers or {}, json, form, content)
        state = Exchange()
        try:
            async with asyncio.timeout(timeout):
                return await self._follow(request, limits, state)
        except (TimeoutError, httpcore2.TimeoutException) as error:
            detail = f"{request.url.host} did not answer in {timeout:g} s."
            raise EgressTimeout(detail, sent=state.sent, retryable=_may_repeat(method, state)) from error
        except EgressError as error:
            # At a later hop: the first one has been sent, whatever became of this one.
            error.sent = error.sent or state.sent
            error.retryable = error.retryable and _may_repeat(method, state)
            raise
        except httpx2.DecodingError as error:
            raise EgressFailed("The answer cannot be decompressed.", sent=True, retryable=False) from error
        except BROKEN as error:
            raise _failure(request, state, error) from error

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        json: Any,
        form: Mapping[str, str] | None,
        content: bytes | None,
    ) -> httpx2.Request:
        if method not in METHODS:
            raise EgressBlocked(f"The method {method[:20]!r} is not one that can be sent.")
        if sum(body is not None for body in (json, form, content)) > 1:
            raise ValueError("Give one of json, form and content.")
        checked = self._policy.check_url(url)
        own = {"user-agent": self._user_agent, "accept": "*/*"} | _check_headers(headers)
        own |= {"accept-encoding": "gzip, deflate", "connection": "close"}
        return httpx2.Request(method, checked, headers=own, json=json, data=form, content=content)

    async def _follow(self, request: httpx2.Request, limits: _Limits, state: Exchange) -> FetchResponse:
        hops = 0
        while True:
            tls = self._tls_context() if request.url.scheme == "https" else None
            async with exchange(request, self._route, tls, state) as response:
                if not (limits.redirects and response.has_redirect_location):
                    return await _read(response, limits)
                if hops == limits.redirects:
                    raise EgressFailed(f"More than {hops} redirects.", sent=True, retryable=False)
                request = self._next_hop(request, response)
            hops += 1

    def _next_hop(self, request: httpx2.Request, response: httpx2.Response) -> httpx2.Request:
        try:
            target = str(request.url.join(response.headers["location"]))
        except (httpx2.InvalidURL, ValueError) as error:
            raise EgressBlocked("The redirect leads to no address.") from error
        url = self._policy.check_url(target)
        if request.url.scheme == "https" and url.scheme == "http":
            raise EgressBlocked("The redirect leads from https to http.")
        keeps_method = response.status_code in (307, 308) or request.method in ("GET", "HEAD")
        method = request.method if keeps_method else "GET"
        body = request.content if keeps_method else b""
        same_origin = _origin(url) == _origin(request.url)
        if body and not same_origin:
            raise EgressBlocked("The redirect would carry the body to another host.")
        return httpx2.Request(
            method, url, headers=_headers_for_hop(request, same_origin, bool(body)), content=body or None
        )

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:  # takes 25 ms, so not before the first https address
            self._tls = httpx2.create_ssl_context()
        return self._tls


async def _read(response: httpx2.Response, limits: _Limits) -> FetchResponse:
    _check_answer(response, limits)
    body = bytearray()
    # httpx2 decompresses at most 1 MiB at a time, so a bomb is seen before it is in memory.
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limits.max_bytes:
            raise EgressTooLarge(f"The answer is longer than {limits.max_bytes} bytes.", sent=True)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return FetchResponse(response.status_code, headers, bytes(body), str(response.url))


def _check_answer(response: httpx2.Response, limits: _Limits) -> None:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "deflate"):
        detail = f"The answer is encoded as {encoding[:40]!r}, which was not asked for."
        raise EgressFailed(detail, sent=True, retryable=False)
    length = response.headers.get("content-length", "")
    if response.request.method != "HEAD" and length.isdecimal() and int(length) > limits.max_bytes:
        raise EgressTooLarge(f"The answer is longer than {limits.max_bytes} bytes.", sent=True)
    if limits.content_types is not None:
        _check_type(response.headers.get("content-type", ""), limits.content_types)


def _check_type(header: str, wanted: Collection[str]) -> None:
    kind = header.partition(";")[0].strip().lower()
    if kind not in wanted and f"{kind.partition('/')[0]}/*" not in wanted:
        detail = f"The answer is {kind[:60] or 'of no type'}, not {' or '.join(sorted(wanted))}."
        raise EgressFailed(detail, sent=True, retryable=False)


def _check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise EgressBlocked(f"The header {name[:40]!r} has characters that no header may have.")
        if name.lower() in OWN_HEADERS:
            raise EgressBlocked(f"The header {name!r} is set by the product.")
    return {name.lower(): value for name, value in headers.items()}


def _headers_for_hop(request: httpx2.Request, same_origin: bool, has_body: bool) -> dict[str, str]:
    keep = set(request.headers) - OWN_HEADERS if same_origin else HARMLESS_HEADERS & set(request.headers)
    if not has_body:
        keep = keep - {"content-type"}
    own = {"accept-encoding": "gzip, deflate", "connection": "close"}
    return {name: request.headers[name] for name in keep} | own


def _origin(url: httpx2.URL) -> tuple[str, bytes, int]:
    return url.scheme, url.raw_host, port_of(url)


def _may_repeat(method: str, state: Exchange) -> bool:
    return not state.sent or method in IDEMPOTENT


def _failure(request: httpx2.Request, state: Exchange, error: Exception) -> EgressFailed:
    refused = isinstance(_root(error), ssl.SSLCertVerificationError)
    if refused:
        detail = f"The certificate of {request.url.host} is not valid."
    elif state.sent:
        detail = f"{request.url.host} broke the connection or does not speak HTTP."
    else:
        detail = f"No connection to {request.url.host}."
    return EgressFailed(detail, sent=state.sent, retryable=not refused and _may_repeat(request.method, state))


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
