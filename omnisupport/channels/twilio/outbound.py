"""Sends by the Messages resource, and all else that the network is needed for. No SDK: it loses what it is told."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from omnisupport.channels.base import (
    Account,
    Adapter,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Health,
    NotSent,
    Problem,
    Rates,
    SendResult,
)
from omnisupport.channels.transport import Transport
from omnisupport.channels.twilio import history, media
from omnisupport.channels.twilio.calls import Calls
from omnisupport.channels.twilio.codes import FileRefused
from omnisupport.channels.twilio.inbound import OVERRIDES, PART
from omnisupport.channels.twilio.registration import register, unregister
from omnisupport.channels.twilio.templates import templates
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native
from omnisupport.domain.price import Price
from omnisupport.domain.template import Template

VALIDITY_S = 14_400
"""How long a message may wait in Twilio's queue: an answer that comes half a day later is none. Twilio's own: 10 h."""
SMS_A_SECOND = 1.0
"""Of a long number in North America; other kinds have more, which is a fact of the account (`settings["mps"]`)."""
WHATSAPP_A_SECOND = 80.0
_CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}", re.ASCII)


class TwilioAdapter(Adapter):
    """For SMS and WhatsApp alike; the account's type says which."""

    idempotent: ClassVar[bool] = False
    reconcilable: ClassVar[bool] = True

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._calls = Calls(transport)

    def rates(self, account: Account) -> Rates:
        """By the kind of sender; what is over it waits in Twilio's queue."""
        if account.type == "whatsapp":
            return Rates(account=WHATSAPP_A_SECOND)
        told = account.settings.get("mps")
        return Rates(account=float(told) if isinstance(told, int | float) and told > 0 else SMS_A_SECOND)

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One call; `key` comes back with every status, and so even when this call's answer is lost."""
        sid = part.payload.get("ContentSid")
        if sid is not None and not _CONTENT_SID.fullmatch(str(sid)):
            raise BadPayload(
                "The template is no content template of Twilio: its name has to be a ContentSid."
            )
        form = {**part.payload, **_sent_by(account), **_told_to(account, key)}
        url = self._calls.of_account(account, "/Messages")
        try:
            made = await self._calls.ask("POST", url, account, data=form)
        except FileRefused as refused:
            raise BadPayload(refused.detail, fallback=_with_links(part)) from refused
        if not made.get("sid"):
            raise Ambiguous("Twilio answered without the id of a message.")
        return SendResult(str(made["sid"]))

    async def templates(self, account: Account) -> Sequence[Template]:
        """Its content templates; an account for SMS has none that matter."""
        return await templates(self._calls, account) if account.type == "whatsapp" else ()

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """By the words, in the list of messages: the key is in it nowhere."""
        sid = await history.find_sent(self._calls, part, account, since)
        return SendResult(sid) if sid else None

    async def prices(self, account: Account, since: datetime) -> Sequence[Price]:
        """From the list of messages."""
        return await history.list_prices(self._calls, account, since)

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """Typing on WhatsApp, below the customer's message `ref`, for 25 seconds; that message is read then (beta)."""
        if what == "typing" and account.type == "whatsapp" and ref:
            url = f"{self._calls.messaging}/v2/Indicators/Typing.json"
            await self._calls.ask("POST", url, account, data={"messageId": ref, "channel": "whatsapp"})

    async def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """Bytes of a file, from Twilio only."""
        yield await media.fetch(self._transport, str(ref.ref.get("url") or ""), account)

    async def connect(self, account: Account) -> Health:
        """Ask for the account by the token that signs webhooks, then set our address."""
        try:
            found = await self._calls.ask("GET", self._calls.of_account(account), account, by_token=True)
            facts = {"friendly_name": str(found.get("friendly_name") or "")}
            if found.get("status") != "active":
                return Health("down", (Problem("account_inactive", _INACTIVE, "reauthorize"),), facts)
            problems = await register(self._calls, account)
        except AuthFailed as refused:
            return Health("down", (Problem("unauthorized", refused.detail, "reauthorize"),))
        except (NotSent, Ambiguous) as away:
            return Health("degraded", (Problem("provider_unreachable", away.detail),))
        state: Literal["ok", "degraded", "down"] = "degraded" if problems else "ok"
        if any(each.code == "number_missing" for each in problems):
            state = "down"
        return Health(state, tuple(problems), facts, external_id=account.external_id)

    async def disconnect(self, account: Account) -> None:
        """Take our address back, where it is ours."""
        try:
            await unregister(self._calls, account)
        except AuthFailed:
            return  # nothing is ours any more

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """From the list of messages; Twilio tries a webhook for seconds only, and then never again."""
        return await history.list_inbound(self._calls, account, since)

    async def close(self) -> None:
        """Nothing of its own: the transport has the connections."""


def build(transport: Transport) -> TwilioAdapter:
    """The adapter for a worker."""
    return TwilioAdapter(transport)


_INACTIVE = "The account at Twilio is suspended or closed."


def _sent_by(account: Account) -> dict[str, str]:
    service = account.settings.get("messaging_service_sid")
    sender = {"MessagingServiceSid": str(service)} if service else {"From": account.external_id}
    return sender | {"ValidityPeriod": str(account.settings.get("validity_s") or VALIDITY_S)}


def _told_to(account: Account, key: str) -> dict[str, str]:
    if not account.webhook_url:
        return {}
    join = "&" if "?" in account.webhook_url else "?"
    return {"StatusCallback": f"{account.webhook_url}{join}{PART}={quote(key, safe='')}{OVERRIDES}"}


def _with_links(part: Native) -> Native:
    """With addresses in place of the files that Twilio did not take."""
    payload: dict[str, Any] = {name: value for name, value in part.payload.items() if name != "MediaUrl"}
    words = filter(None, (payload.get("Body"), *(part.payload.get("MediaUrl") or ())))
    return Native(
        part.index, part.method, {**payload, "Body": "\n".join(words)}, (*part.lossy, "media_as_link")
    )
