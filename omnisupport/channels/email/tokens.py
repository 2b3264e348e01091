"""Access tokens of OAuth 2 mailboxes, by their refresh tokens; kept in memory until shortly before they end."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from omnisupport.channels.base import Account, AuthFailed, NotSent, Transient
from omnisupport.channels.email.server import Misconfigured
from omnisupport.net.egress import EgressBlocked, EgressError
from omnisupport.net.fetch import Fetcher, FetchResponse

EARLY_S = 60
"""So long before its end a token is no longer used."""
USUAL_S = 3600
"""How long a token is good where its server does not say."""
ANSWER_BYTES = 64 * 1024


class Tokens:
    """One for all mailboxes of a process; no token is told to anybody else."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._kept: dict[tuple[UUID, str], tuple[str, float]] = {}
        self._rotated: dict[tuple[UUID, str], str] = {}
        self._asking: dict[tuple[UUID, str], asyncio.Lock] = {}

    async def of(self, account: Account) -> str:
        """A token that is good for a minute at least.

        Raises:
            AuthFailed: the refresh token is no longer good, or the settings name no server for it.
            Transient: the server for tokens does not answer.
        """
        name = _name(account)
        # One at a time: where refresh tokens are good once, the second of two would be refused.
        async with self._asking.setdefault(name, asyncio.Lock()):
            token, until = self._kept.get(name, ("", 0.0))
            if time.monotonic() >= until:
                token, lasts, refresh = _read(await self._ask(account))
                self._kept[name] = token, time.monotonic() + max(0, lasts - EARLY_S)
                if refresh is not None and refresh != self._refresh(account):
                    self._rotated[name] = refresh
        return token

    def given(self, account: Account) -> dict[str, str]:
        """What the account has to keep in place of its own: a refresh token that its server has given anew."""
        refresh = self._rotated.get(_name(account))
        return {} if refresh is None else {"refresh_token": refresh}

    def forget(self, account: Account) -> None:
        """A server has refused the token."""
        self._kept.pop(_name(account), None)

    def _refresh(self, account: Account) -> str:
        """The last one that was given; until it is stored, here only."""
        return self._rotated.get(_name(account)) or str(account.secrets["refresh_token"])

    async def _ask(self, account: Account) -> FetchResponse:
        oauth = account.settings.get("oauth")
        if not isinstance(oauth, Mapping) or not oauth.get("token_url"):
            raise Misconfigured("The channel's settings do not say where its tokens come from.")
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh(account),
            "client_id": str(oauth.get("client_id") or ""),
            "client_secret": str(account.secrets.get("client_secret") or ""),
            "scope": str(oauth.get("scope") or ""),
        }
        try:
            return await self._fetcher.fetch(
                "POST",
                str(oauth["token_url"]),
                form={each: value for each, value in form.items() if value},
                headers={"accept": "application/json"},
                max_bytes=ANSWER_BYTES,
            )
        except EgressBlocked as blocked:
            raise Misconfigured("The server for tokens is not one that may be asked.") from blocked
        except EgressError as away:
            raise Transient("The server for tokens does not answer.") from away


def uses_oauth(account: Account) -> bool:
    """Whether the mailbox is opened with a token instead of a password."""
    return bool(account.secrets.get("refresh_token"))


def _name(account: Account) -> tuple[UUID, str]:
    grant = f"{account.secrets.get('refresh_token')}\n{account.settings.get('oauth')}"
    return account.channel_id, hashlib.sha256(grant.encode()).hexdigest()


def _read(answer: FetchResponse) -> tuple[str, float, str | None]:
    """A token, for how many seconds it is good, and the refresh token that takes the old one's place."""
    found: Any = {}
    try:
        found = answer.json()
    except EgressError:
        pass
    found = found if isinstance(found, dict) else {}
    if answer.status in (400, 401, 403):
        raise _refused(str(found.get("error") or ""))
    token = found.get("access_token")
    if answer.status != 200 or not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise Transient("The server for tokens gave none.")
    told, refresh = found.get("expires_in"), found.get("refresh_token")
    lasts = float(told) if isinstance(told, int | float) or str(told).isdecimal() else USUAL_S
    return token, lasts, refresh if isinstance(refresh, str) and refresh.isprintable() and refresh else None


def _refused(code: str) -> NotSent:
    if code in ("temporarily_unavailable", "server_error", "slow_down"):
        return Transient("The server for tokens asks to come again later.")
    return AuthFailed("The consent for this mailbox is no longer good. Sign in to it again.")
