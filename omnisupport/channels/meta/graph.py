"""One call of the Graph API, and what its errors mean. Source: "WhatsApp error codes", June 2026."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2
import orjson

from omnisupport.channels.base import (
    Account,
    Ambiguous,
    AuthFailed,
    BadPayload,
    NotSent,
    RateLimited,
    RecipientGone,
    Transient,
    WindowClosed,
    in_words,
)
from omnisupport.channels.meta.reading import Told, inner, number, text
from omnisupport.channels.transport import Transport
from omnisupport.channels.uploads import post_file
from omnisupport.domain.files import OpenFile

VERSION = "v23.0"
PROVIDER = "meta"
UNKNOWN_OBJECT = "object_unknown"
"""Code of a refusal: there is no such thing, or the token may not see it."""
_DETAIL_MAX = 300

_REVOKED = "Meta does not accept the access token any more."
_FORBIDDEN = "The access token has no permission for this number."
_UNREGISTERED = "This number is not registered with the Cloud API."
_UNREACHABLE = (
    "WhatsApp does not deliver to this address: it is not on WhatsApp, or takes nothing from businesses."
)
_NO_GROUP = "There is no such group any more."
_REFUSED: Mapping[int, tuple[type[NotSent], str, str | None]] = {
    0: (AuthFailed, _REVOKED, None),
    3: (AuthFailed, _FORBIDDEN, None),
    10: (AuthFailed, _FORBIDDEN, None),
    33: (AuthFailed, _UNREGISTERED, UNKNOWN_OBJECT),
    102: (AuthFailed, _REVOKED, None),
    190: (AuthFailed, _REVOKED, None),
    368: (AuthFailed, "Meta has restricted this WhatsApp account.", None),
    130472: (NotSent, "Meta leaves this customer out of marketing messages.", "marketing_limited"),
    130497: (RecipientGone, "Meta does not let this account write to customers of this country.", None),
    131005: (AuthFailed, _FORBIDDEN, None),
    131020: (RecipientGone, _NO_GROUP, None),
    131021: (RecipientGone, "A number cannot write to itself.", None),
    131026: (RecipientGone, _UNREACHABLE, None),
    131030: (RecipientGone, "A test number may write to the listed recipients only.", None),
    131031: (AuthFailed, "Meta has locked this WhatsApp account.", None),
    131037: (AuthFailed, "The display name of this number is not approved yet.", None),
    131041: (RecipientGone, _NO_GROUP, None),
    131042: (NotSent, "Meta has no valid means of payment for this account.", "payment_required"),
    131045: (AuthFailed, _UNREGISTERED, None),
    131047: (
        WindowClosed,
        "The customer's last message is older than 24 hours: only a template may be sent.",
        None,
    ),
    131049: (NotSent, "Meta limits how many marketing messages this customer gets.", "marketing_limited"),
    131050: (NotSent, "The customer wants no marketing messages.", "marketing_refused"),
    131057: (Transient, "The number is in maintenance for a minute.", None),
    133010: (AuthFailed, _UNREGISTERED, None),
}
_WAITS: Mapping[int, tuple[str, float]] = {
    4: ("Meta allows this app no more calls for now.", 60),
    80007: ("Meta allows this WhatsApp account no more calls for now.", 60),
    130429: ("The number sends faster than Meta allows.", 1),
    131048: ("Meta has limited this number, because customers blocked or reported it.", 600),
    131064: ("Meta has limited this account, because of what its templates were used for.", 600),
}
_PAIR_LIMIT, _PAIR_WAIT_S = 131056, 6.0
_MISTAKES = frozenset((100, 131008, 131009, 131051, 131052, 131053, 131062, 131063, *range(132000, 133000)))
"""Of what is sent; Meta gives some of them a status that else is a fault of its own."""
_UNDECIDED = (1, 2, 131000, 131016)
"""Faults on Meta's side, after which the message may have gone."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Calls in the name of an account."""

    transport: Transport

    async def get(self, account: Account, *path: str, **params: str) -> dict[str, Any]:
        """Read something.

        Raises:
            NotSent: see its kinds; Transient where nothing came back, for reading may be tried again.
        """
        try:
            return await self.ask("GET", account, *path, params=params)
        except Ambiguous as silent:
            raise Transient(silent.detail) from silent

    async def ask(self, method: str, account: Account, *path: str, **options: Any) -> dict[str, Any]:
        """One request and its answer.

        Raises:
            NotSent: Meta refused it, or it never left.
            Ambiguous: it is not known whether it was carried out.
        """
        answer = await self.transport.call(
            method,
            self._address(account, *path),
            provider=PROVIDER,
            account=account.external_id,
            headers=bearer(account),
            **options,
        )
        return _read(answer, account)

    async def upload(self, account: Account, file: OpenFile) -> dict[str, Any]:
        """Hand a file over, which shows it to nobody; the errors are those of `ask`."""
        address = self._address(account, account.external_id, "media")
        fields = {"messaging_product": "whatsapp", "type": file.type}
        answer = await post_file(
            self.transport, address, "file", file, account, fields=fields, headers=bearer(account)
        )
        if answer.status_code == 413:
            raise BadPayload("WhatsApp takes no file of this size.")
        return _read(answer, account)

    def _address(self, account: Account, *path: str) -> str:
        version = str(account.settings.get("api_version") or VERSION)
        place = "/".join(quote(part, safe="") for part in (version, *path))
        return f"{self.transport.whatsapp_url}/{place}"


def bearer(account: Account) -> dict[str, str]:
    """The header that speaks for an account."""
    return {"Authorization": f"Bearer {account.secrets.get('token', '')}"}


def _read(answer: httpx2.Response, account: Account) -> dict[str, Any]:
    try:
        told = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        # A page of some gateway on the way: what became of the request is not written there.
        raise Ambiguous(f"Instead of WhatsApp a gateway answered, with status {answer.status_code}.")
    if answer.status_code < 300 and "error" not in told:
        return told
    raise _sorted(answer, inner(told, "error"), account)


def _sorted(answer: httpx2.Response, error: Told, account: Account) -> NotSent | Ambiguous:
    known, status = number(error, "code"), answer.status_code
    code = -1 if known is None else int(known)
    if code in _WAITS or code == _PAIR_LIMIT or (code == -1 and status == 429):
        return _limited(code, answer)
    if code == 100 and number(error, "error_subcode") == 33:
        return AuthFailed("Meta shows no such number to this access token.", code=UNKNOWN_OBJECT)
    if code in _REFUSED:
        kind, detail, name = _REFUSED[code]
        told = in_words(detail, _words(error, account)) if kind is AuthFailed else detail
        return kind(told, code=name)
    if 200 <= code < 300:
        return AuthFailed(_FORBIDDEN)
    passing = status >= 500 or status < 400 or error.get("is_transient") is True
    if code in _UNDECIDED or (passing and code not in _MISTAKES):
        return Ambiguous("WhatsApp had a fault of its own while it took the message.")
    if status in (401, 403) and code not in _MISTAKES:
        return AuthFailed(_FORBIDDEN)
    return BadPayload(f"WhatsApp refuses this ({code}). {_words(error, account)}".strip())


def _limited(code: int, answer: httpx2.Response) -> RateLimited:
    hint = answer.headers.get("retry-after", "")
    told = float(hint) if hint.isascii() and hint.isdigit() else None
    if code == _PAIR_LIMIT:
        detail = "Too many messages to this customer in a short time."
        return RateLimited(detail, scope="chat", retry_after=told or _PAIR_WAIT_S)
    detail, wait = _WAITS.get(code, ("WhatsApp asks to wait.", 60))
    return RateLimited(detail, scope="account", retry_after=told or _regained(answer) or wait)


def _regained(answer: httpx2.Response) -> float | None:
    """Seconds until calls are allowed again, by the header that tells it in minutes for each account."""
    try:
        usage = orjson.loads(answer.headers.get("x-business-use-case-usage", "{}"))
        minutes = [each["estimated_time_to_regain_access"] for several in usage.values() for each in several]
        return max(minutes, default=0) * 60.0 or None
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
        return None


def _words(error: Told, account: Account) -> str:
    """Meta's own sentence, without addresses, and not at all where it quotes a secret."""
    told = (
        text(inner(error, "error_data"), "details") or text(error, "error_user_msg") or text(error, "message")
    )
    if any(secret in told for secret in _secrets(account)):
        return ""
    return re.sub(r"https?://\S+", "…", told)[:_DETAIL_MAX]


def _secrets(account: Account) -> list[str]:
    found = []
    for held in account.secrets.values():
        found += [str(each) for each in (held if isinstance(held, list | tuple) else [held]) if each]
    return found
