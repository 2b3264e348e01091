"""Files that customers sent, as Twilio keeps them.

A webhook's address of a file is only as good as the webhook: it is asked for, with the account's credentials, where it
is Twilio's own. Of any other host it would be a way into our network (CVE-2024-39713).
"""

from __future__ import annotations

from base64 import b64encode

import httpx2

from omnisupport.channels.base import Account, AuthFailed, NotSent, Transient
from omnisupport.channels.transport import Transport
from omnisupport.channels.twilio.calls import credentials
from omnisupport.domain.files import MAX_BYTES
from omnisupport.net.egress import EgressBlocked, EgressError, EgressTooLarge
from omnisupport.net.fetch import FetchResponse

FETCH_S = 60.0
_GONE = "Twilio does not give this file any more."


async def fetch(transport: Transport, address: str, account: Account) -> bytes:
    """The bytes of a file. Twilio sends on to its store, which gets no credentials.

    Raises:
        Transient: not now.
        NotSent: it is not there any more, too large, or not at Twilio.
    """
    if not _is_twilios(address, transport.twilio_url):
        raise NotSent("The file is not at Twilio, so it is not fetched.", code="media_gone")
    user, password = credentials(account)
    basic = b64encode(f"{user}:{password}".encode()).decode()
    found = await _get(transport, address, {"authorization": f"Basic {basic}"})
    if found.status in (401, 403):
        raise AuthFailed("Twilio does not let this account in. Reconnect the channel.")
    if 300 <= found.status < 400 and found.headers.get("location"):
        found = await _get(transport, _next(address, found), {})
    if found.status == 429 or found.status >= 500:
        raise Transient("The file could not be fetched from Twilio.")
    if found.status != 200:
        raise NotSent(_GONE, code="media_gone")
    return found.body


async def _get(transport: Transport, address: str, headers: dict[str, str]) -> FetchResponse:
    try:
        return await transport.fetcher.fetch(
            "GET", address, headers=headers, timeout=FETCH_S, max_bytes=MAX_BYTES
        )
    except EgressTooLarge:
        raise NotSent("The file is too large to be taken.", code="media_gone") from None
    except EgressBlocked:
        raise NotSent(_GONE, code="media_gone") from None
    except EgressError:
        raise Transient("The file could not be fetched from Twilio.") from None


def _next(address: str, found: FetchResponse) -> str:
    try:
        url = httpx2.URL(address)
        target = url.join(found.headers["location"])
    except (httpx2.InvalidURL, ValueError):
        raise NotSent(_GONE, code="media_gone") from None
    if url.scheme == "https" and target.scheme != "https":
        raise NotSent(_GONE, code="media_gone")
    return str(target)


def _is_twilios(address: str, base: str) -> bool:
    try:
        url, own = httpx2.URL(address), httpx2.URL(base)
    except (httpx2.InvalidURL, ValueError):
        return False
    if (url.scheme, url.host, url.port) == (own.scheme, own.host, own.port):
        return True
    # Names, passwords and other ports in it are refused by the fetcher.
    return url.scheme == "https" and url.host.endswith(".twilio.com")
