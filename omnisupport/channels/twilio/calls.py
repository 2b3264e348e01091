"""Requests to Twilio: whose they are, and what an answer means."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx2

from omnisupport.channels.base import Account, Ambiguous, AuthFailed, RateLimited
from omnisupport.channels.transport import Transport
from omnisupport.channels.twilio.codes import DEFAULT_WAIT_S, TOO_MANY, refusal
from omnisupport.channels.twilio.inbound import tokens_of

PROVIDER = "twilio"
MESSAGING_URL = "https://messaging.twilio.com"
CONTENT_URL = "https://content.twilio.com"
"""Where senders, services, typing and templates are; under another address than Twilio's own, all is in one place."""
WORDS_MAX = 300
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


class Calls:
    """One request each, by basic authentication: an API key where the account has one, else its token."""

    def __init__(self, transport: Transport) -> None:
        self.base = transport.twilio_url
        is_theirs = self.base == Transport.twilio_url
        self.messaging = MESSAGING_URL if is_theirs else self.base
        self.content = CONTENT_URL if is_theirs else self.base
        self._transport = transport

    async def ask(
        self, method: str, url: str, account: Account, *, by_token: bool = False, **options: Any
    ) -> dict[str, Any]:
        """The answer's object. `by_token`: an API key may not ask for this.

        Raises:
            NotSent: Twilio refused, or cannot be reached.
            Ambiguous: no answer, or none of Twilio.
        """
        response = await self._transport.call(
            method,
            url,
            provider=PROVIDER,
            account=account.external_id,
            auth=credentials(account, by_token=by_token),
            **options,
        )
        found = _object(response)
        if response.status_code == 429 and found is None:
            raise RateLimited(TOO_MANY, scope="account", retry_after=_wait(response) or DEFAULT_WAIT_S)
        if found is None or response.status_code in (408, *range(500, 600)) or response.is_redirect:
            raise Ambiguous("Twilio did not answer as it should.")
        if response.is_success:
            return found
        code = found.get("code")
        words = _harmless(str(found.get("message") or ""), account)
        raise refusal(code if isinstance(code, int) else None, response.status_code, words, _wait(response))

    def of_account(self, account: Account, path: str = "") -> str:
        """The address of the account itself, or of what is below it."""
        return f"{self.base}{path_of(account)}{path}.json"


def path_of(account: Account) -> str:
    """The path of the account in the API.

    Raises:
        AuthFailed: the channel does not name one.
    """
    sid = str(account.settings.get("account_sid") or "")
    if not sid:
        raise AuthFailed("This channel names no account at Twilio. Reconnect the channel.")
    return f"/2010-04-01/Accounts/{quote(sid, safe='')}"


def credentials(account: Account, *, by_token: bool = False) -> tuple[str, str]:
    """User and password: an API key, else the account's SID and the first of its tokens.

    Raises:
        AuthFailed: there are none.
    """
    key, secret = account.settings.get("api_key_sid"), account.secrets.get("api_key_secret")
    if key and secret and not by_token:
        return str(key), str(secret)
    tokens = tokens_of(account)
    if not tokens:
        raise AuthFailed("This channel has no token of Twilio. Reconnect the channel.")
    return str(account.settings.get("account_sid") or ""), tokens[0]


def _object(response: httpx2.Response) -> dict[str, Any] | None:
    try:
        read = response.json()
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _wait(response: httpx2.Response) -> float | None:
    """Seconds of `Retry-After`, which may be a date."""
    told = response.headers.get("retry-after", "")
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _harmless(words: str, account: Account) -> str:
    # Twilio repeats what it was given: the address of our webhook is a secret as well.
    words = _ADDRESS.sub("…", words)
    for secret in _leaves(account.secrets):
        words = words.replace(secret, "…") if len(secret) > 5 else words
    return words[:WORDS_MAX].strip()


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif value:
        yield str(value)
