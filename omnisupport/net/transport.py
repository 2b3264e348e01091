"""One HTTP exchange over one connection, opened to an address that the egress policy has just vetted."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from omnisupport.net.egress import EgressPolicy, Resolve, port_of

# With more addresses left, a silent one must not eat the whole deadline.
ATTEMPT_TIMEOUT = 3.0
BROKEN = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException)
"""What an exchange can end with besides an answer; these classes share no base below Exception."""


@dataclass(frozen=True)
class Route:
    """How connections are made: which are allowed, who resolves names, who opens sockets."""

    policy: EgressPolicy
    resolve: Resolve
    sockets: httpcore2.AsyncNetworkBackend


class PinnedBackend(httpcore2.AsyncNetworkBackend):
    """Opens sockets for httpcore2. A name is resolved, vetted and connected here, and nowhere else.

    The HTTP layer above keeps the name, so the Host header, SNI and the certificate check are those of
    the URL while the socket goes to the vetted address: a second answer of the name server changes nothing.
    """

    def __init__(self, route: Route) -> None:
        self._route = route
        self._stream: httpcore2.AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that answers."""
        addresses = await self._route.policy.vet(host, port, self._route.resolve)
        failure: Exception = httpcore2.ConnectError(f"{host} has no address.")
        for left, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
            try:
                self._stream = await self._route.sockets.connect_tcp(
                    address, port, ATTEMPT_TIMEOUT if left else timeout, local_address, socket_options
                )
                return self._stream
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def aclose(self) -> None:
        """Close the socket. httpcore2 forgets it when a handshake is cancelled at the deadline."""
        if self._stream is not None:
            await self._stream.aclose()


class Exchange:
    """What is known of a request under way, for the one who must explain why it has no answer."""

    def __init__(self) -> None:
        self.sent = False

    async def trace(self, event: str, _info: dict[str, Any]) -> None:
        """Note the moment from which the other side may have seen the request."""
        if event == "http11.send_request_headers.started":
            self.sent = True


@asynccontextmanager
async def exchange(
    request: httpx2.Request, route: Route, tls: ssl.SSLContext | None, state: Exchange
) -> AsyncIterator[httpx2.Response]:
    """Send one request and hold its answer, body unread, while the block runs.

    Each request has a connection of its own: an idle one that dies under a request would leave open
    whether it was received, and no two tenants ever share a socket.
    """
    host = request.url.raw_host.strip(b"[]")
    origin = httpcore2.Origin(request.url.raw_scheme, host, port_of(request.url))
    backend = PinnedBackend(route)
    connection = httpcore2.AsyncHTTPConnection(origin, ssl_context=tls, network_backend=backend)
    try:
        answer = await connection.handle_async_request(_to_core(request, origin, state))
        yield httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer), request=request)
    finally:
        await connection.aclose()
        await backend.aclose()


def _to_core(request: httpx2.Request, origin: httpcore2.Origin, state: Exchange) -> httpcore2.Request:
    url = httpcore2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=request.url.raw_path)
    return httpcore2.Request(
        method=request.method,
        url=url,
        headers=request.headers.raw,
        content=request.stream,
        extensions={"trace": state.trace},
    )


class _Body(httpx2.AsyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()
