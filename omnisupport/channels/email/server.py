"""The way to a tenant's own mail server: its host is the tenant's word, so it goes through the egress policy."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, cast

from omnisupport.channels.base import Account, AuthFailed, Transient
from omnisupport.channels.email.ids import address_of
from omnisupport.net.egress import EgressBlocked, EgressError
from omnisupport.net.fetch import Fetcher

CONNECT_S = 5.0
"""For each address of a name."""
MAIL_PORTS = frozenset({25, 143, 465, 587, 993, 2525})
"""Others only where the deployment names them: a mail server's name must not open every port of the internet."""
PORTS = {
    ("smtp", "implicit"): 465,
    ("smtp", "starttls"): 587,
    ("imap", "implicit"): 993,
    ("imap", "starttls"): 143,
}
Protocol = Literal["smtp", "imap"]
Tls = Literal["implicit", "starttls", "none"]


class Untrusted(AuthFailed):
    """The server's certificate is not one for its name; somebody has to mend it, or the name."""

    code = "certificate"


class Misconfigured(AuthFailed):
    """The channel's settings lead nowhere."""

    code = "channel_misconfigured"


@dataclass(frozen=True, slots=True)
class Server:
    """Where to, how it is encrypted, and who signs in there."""

    protocol: Protocol
    host: str
    port: int
    tls: Tls
    user: str


def server_of(account: Account, protocol: Protocol) -> Server:
    """The server of a channel's settings.

    Raises:
        Misconfigured: it has none.
    """
    written = account.settings.get(protocol)
    found: Mapping[str, Any] = written if isinstance(written, Mapping) else {}
    tls, host = str(found.get("tls") or "implicit"), str(found.get("host") or "").strip().rstrip(".").lower()
    port = str(found.get("port") or PORTS.get((protocol, tls), 0))
    if (
        not host
        or tls not in ("implicit", "starttls", "none")
        or not port.isdecimal()
        or not 0 < int(port) < 65_536
    ):
        raise Misconfigured(f"The channel names no {protocol.upper()} server.")
    user = str(found.get("user") or address_of(account))
    return Server(protocol, host, int(port), cast(Tls, tls), user)


class Doors:
    """Opens sockets to mail servers: a name is resolved once, and the socket goes to an address that was vetted."""

    def __init__(self, fetcher: Fetcher, tls: ssl.SSLContext | None = None) -> None:
        self._fetcher = fetcher
        self._tls = tls

    async def open(self, server: Server) -> socket.socket:
        """A connected socket, not yet encrypted; whoever takes it closes it.

        Raises:
            Misconfigured: this deployment lets nobody connect there.
            Transient: nobody answers there now.
        """
        failure: OSError | None = None
        for address in await self._vetted(server):
            try:
                async with asyncio.timeout(CONNECT_S):
                    return await _connected(address, server.port)
            except (OSError, TimeoutError) as away:
                failure = away
        raise Transient(f"{server.host} cannot be reached on port {server.port}.") from failure

    def tls(self) -> ssl.SSLContext:
        """How servers are to prove who they are."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    async def _vetted(self, server: Server) -> Sequence[str]:
        is_named = self._fetcher.is_named(server.host, server.port)
        if server.port not in MAIL_PORTS and not is_named:
            raise Misconfigured(f"Port {server.port} is not one of a mail server.")
        if server.tls == "none" and not is_named:
            raise Misconfigured(f"{server.host} would be spoken to without encryption.")
        try:
            return await self._fetcher.vet(server.host, server.port)
        except EgressBlocked as blocked:
            raise Misconfigured(blocked.detail, code=blocked.code) from None
        except EgressError as away:
            raise Transient(away.detail) from None


async def _connected(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def is_untrusted(error: BaseException | None) -> bool:
    """Whether a failure began with a certificate."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
