"""Where outgoing connections may go: the rule, its exceptions by the deployment, and the refusals."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address

import httpx2

from omnisupport.errors import OmniError
from omnisupport.net.addresses import is_public

WEB_PORTS = frozenset({80, 443})
MAX_URL = 4_096

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Turns a host and port into addresses. Raises OSError when there are none."""

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.ASCII)
# Controls, blanks and backslashes are read differently by different parsers, so nobody gets to.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\\u0080-\u00a0\u2028\u2029]")
# Threads of our own: a slow name server must not take those of the default executor.
_RESOLVERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")


class EgressError(OmniError):
    """An outgoing request got no usable answer.

    `sent` tells whether bytes of the request left: if not, the other side cannot have acted on it; if
    so, it may have, and only an idempotent request is `retryable`.
    """

    code = "egress_failed"
    status = 502

    def __init__(self, detail: str, *, sent: bool = False, retryable: bool | None = None) -> None:
        super().__init__(detail, retryable=retryable)
        self.sent = sent


class EgressBlocked(EgressError):
    """The target is not one that this deployment may reach; nothing was sent there."""

    code = "egress_blocked"
    status = 422


class EgressTimeout(EgressError):
    """The whole exchange did not end before its deadline."""

    code = "egress_timeout"
    status = 504


class EgressTooLarge(EgressError):
    """The answer, decompressed, is longer than the caller takes."""

    code = "egress_too_large"


class EgressFailed(EgressError):
    """No such host, no connection, a broken answer or one of a type that was not asked for."""


@dataclass(frozen=True)
class EgressPolicy:
    """What outgoing requests may reach: the public web, and the `host:port` pairs of the deployment."""

    allow: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def parse(cls, text: str) -> EgressPolicy:
        """Read `OMNI_EGRESS_ALLOW`: `host:port,host:port`, IPv6 in brackets. Hosts are matched as written.

        Raises:
            ValueError: an entry is not `host:port`; the sentence names it.
        """
        entries = (entry.strip() for entry in text.split(","))
        return cls(frozenset(_parse_entry(entry) for entry in entries if entry))

    def is_allowed(self, host: str, port: int) -> bool:
        """Tell whether the deployment names this very pair, so that its addresses are not judged."""
        return (_normal(host), port) in self.allow

    def check_url(self, text: str) -> httpx2.URL:
        """Return the URL in the form in which it will be fetched.

        Raises:
            EgressBlocked: it is not plain http(s) to a port that may be reached, or carries credentials.
        """
        url = _parse_url(text)
        if url.scheme not in ("http", "https"):
            raise EgressBlocked("Only http and https addresses can be fetched.")
        if url.userinfo:
            raise EgressBlocked("An address must not carry a user name or password; use a header.")
        host, port = url.raw_host.decode("ascii").strip("[]"), port_of(url)
        if not _is_host(host):
            raise EgressBlocked("The host of the address is not a plain name or IP address.")
        if port not in WEB_PORTS and not self.is_allowed(host, port):
            raise EgressBlocked(f"Port {port} is not 80 or 443 and the deployment does not allow it.")
        return url

    def check_addresses(self, host: str, port: int, addresses: Sequence[str]) -> None:
        """Refuse a host of which any address leaves the public internet.

        One bad address among good ones is enough: a name that answers with both is an attack.

        Raises:
            EgressBlocked: an address is private, loopback, multicast or otherwise special.
        """
        if self.is_allowed(host, port):
            return
        if not addresses or not all(is_public(address) for address in addresses):
            # The address itself stays out of the sentence: it would map the inner network for a tenant.
            raise EgressBlocked(f"{host} is not on the public internet. A deployment can allow it by name.")

    async def vet(self, host: str, port: int, resolve: Resolve) -> Sequence[str]:
        """Resolve once and return the addresses to connect to; connect to these and to nothing else.

        Raises:
            EgressBlocked: see `check_addresses`.
            EgressFailed: the name has no address; a retry helps unless the name does not exist.
        """
        try:
            addresses = await resolve(host, port)
        except (OSError, UnicodeError) as error:
            lasting = isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME
            raise EgressFailed(f"The name {host} could not be resolved.", retryable=not lasting) from error
        self.check_addresses(host, port, addresses)
        return addresses


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Ask the name service of the machine; addresses in its order of preference, each once."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(
        _RESOLVERS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def port_of(url: httpx2.URL) -> int:
    """Return the port of an http(s) URL, the scheme's own when none is written."""
    return url.port if url.port is not None else {"http": 80, "https": 443}[url.scheme]


def _parse_entry(entry: str) -> tuple[str, int]:
    host, colon, port = entry.rpartition(":")
    host = _normal(host.strip("[]"))
    if not colon or not _is_host(host) or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError(f"OMNI_EGRESS_ALLOW: {entry!r} is not host:port.")
    return host, int(port)


def _parse_url(text: str) -> httpx2.URL:
    if len(text) > MAX_URL:
        raise EgressBlocked(f"The address is longer than {MAX_URL} characters.")
    if _AMBIGUOUS.search(text):
        raise EgressBlocked("The address contains blanks, control characters or backslashes.")
    try:
        return httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError, UnicodeError) as error:
        raise EgressBlocked("This is not an address that can be fetched.") from error


def _is_host(host: str) -> bool:
    if ":" in host:
        return "%" not in host and _is_address(host)
    if not _HOST.fullmatch(host) or len(host) > 253:
        return False
    # 0x7f.1, 2130706433 and 0177.0.0.1 are numbers to a resolver: only the usual four stand.
    last = host.rstrip(".").rpartition(".")[2]
    is_number = last.isdecimal() or last.startswith("0x")
    return _is_address(host) if is_number else True


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _normal(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()
