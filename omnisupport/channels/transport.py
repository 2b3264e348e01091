"""How adapters reach their providers: base addresses and proxies of the deployment, never of a tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx2

from omnisupport.channels.base import Account, Ambiguous, Files, NotSent, Transient
from omnisupport.domain.files import HEAD_BYTES, MAX_BYTES, OpenFile, named_by_bytes
from omnisupport.errors import NotFound, Unavailable
from omnisupport.net.egress import EgressBlocked, EgressError, EgressTooLarge
from omnisupport.net.fetch import Fetcher

CONNECT_S = 5.0
FILE_S = 60.0
"""For a file to come, or to go."""
UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
"""What a request ends in that never left."""


@dataclass
class Transport:
    """Addresses without a slash at their end, proxies by `provider` or `provider:account`."""

    fetcher: Fetcher
    files: Files | None = None
    """Our own; without them nothing of ours leaves as a file."""
    telegram_url: str = "https://api.telegram.org"
    twilio_url: str = "https://api.twilio.com"
    whatsapp_url: str = "https://graph.facebook.com"
    vk_url: str = "https://api.vk.ru"
    max_url: str = "https://platform-api2.max.ru"
    proxies: Mapping[str, str] = field(default_factory=dict)
    polls_telegram: bool = False
    """Development: a process beside us asks Telegram for updates, which excludes webhooks."""
    call_s: float = 10.0
    """How long an answer is waited for."""
    _clients: dict[str | None, httpx2.AsyncClient] = field(default_factory=dict)

    def proxy_of(self, provider: str, account: str) -> str | None:
        """The proxy for an account: its own, else its provider's."""
        return self.proxies.get(f"{provider}:{account}") or self.proxies.get(provider)

    async def call(
        self, method: str, url: str, *, provider: str, account: str, **options: Any
    ) -> httpx2.Response:
        """One request, sent once; any answer is an answer.

        Raises:
            Transient: it certainly never left.
            Ambiguous: it left, and no answer came.
        """
        try:
            return await self._client(self.proxy_of(provider, account)).request(method, url, **options)
        except UNSENT as never:
            raise Transient(f"{provider} cannot be reached.") from never
        except httpx2.HTTPError as silent:
            raise Ambiguous(f"{provider} did not answer.") from silent

    @asynccontextmanager
    async def file(self, ref: Mapping[str, Any], account: Account) -> AsyncIterator[OpenFile]:
        """A file by what stands in its place in a payload (`rendering.reference`): ours, or one at an address.

        Raises:
            Transient: a retry may bring it.
            NotSent: it was deleted (`file_gone`), or cannot be fetched from its address (see `fetch_file`).
        """
        if not ref.get("file"):
            try:
                content = await self.fetch_file(str(ref["url"]))
            except Transient as away:  # whoever sends has the address for a form without the file
                raise NotSent(away.detail, code="media_unfetchable") from None
            name, type = named_by_bytes(str(ref.get("name") or ""), str(ref["url"]), content[:HEAD_BYTES])
            yield OpenFile(name, type, len(content), BytesIO(content))
            return
        gone = NotSent(f"The file '{ref.get('name')}' was deleted before it was sent.", code="file_gone")
        if self.files is None:
            raise gone
        async with AsyncExitStack() as stack:
            try:
                opened = self.files.opened(account.tenant_id, UUID(str(ref["file"])))
                found = await stack.enter_async_context(opened)
            except NotFound:
                raise gone from None
            except Unavailable as away:
                raise Transient(away.detail) from None
            yield found

    async def fetch_file(self, address: str) -> bytes:
        """The bytes of a customer's file at an address that a provider or a system named, 25 MiB at most.

        Raises:
            Transient: a retry may bring it.
            NotSent: `media_too_large`, or `media_gone` where there is nothing to be fetched.
        """
        try:
            found = await self.fetcher.fetch("GET", address, timeout=FILE_S, max_bytes=MAX_BYTES, redirects=3)
        except EgressTooLarge:
            raise NotSent("The file is too large to be taken over.", code="media_too_large") from None
        except EgressBlocked:
            raise NotSent("The file has no address that may be asked.", code="media_gone") from None
        except EgressError:
            raise Transient("The file could not be fetched.") from None
        if found.status in (408, 429) or found.status >= 500:
            raise Transient(f"The file's address answers {found.status}.")
        if found.status != 200:
            raise NotSent(f"The file's address answers {found.status}.", code="media_gone")
        return found.body

    def _client(self, proxy: str | None) -> httpx2.AsyncClient:
        if proxy not in self._clients:
            self._clients[proxy] = httpx2.AsyncClient(
                proxy=proxy,
                timeout=httpx2.Timeout(self.call_s, connect=min(CONNECT_S, self.call_s)),
                follow_redirects=False,
                trust_env=False,
                # A connection that the provider has just closed would make a send ambiguous for nothing.
                limits=httpx2.Limits(max_connections=200, keepalive_expiry=15),
            )
        return self._clients[proxy]

    async def close(self) -> None:
        """Give connections back."""
        for client in self._clients.values():
            await client.aclose()


def read_proxies(written: str) -> dict[str, str]:
    """`OMNI_CHANNEL_PROXIES` as a mapping."""
    pairs = (each.partition("=") for each in written.split(",") if each)
    return {name: address for name, _, address in pairs}
