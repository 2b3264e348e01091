"""What Twilio has in its list of messages: ours of unknown outcome, and customers' that no webhook brought."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from omnisupport.channels.base import Account, Ambiguous, NotSent, Transient
from omnisupport.channels.twilio.calls import Calls, path_of
from omnisupport.channels.twilio.inbound import events_of
from omnisupport.domain.inbound import InboundEvent
from omnisupport.domain.message import Native
from omnisupport.domain.price import Price

PAGE = 1000
"""Messages in one answer; the most that Twilio gives."""
PAGES_MAX = 10
MOST_CHARGED = Decimal(1_000_000)
"""For one message; more is no price."""
_UNIT = re.compile("[A-Z]{3}")
SKEW = timedelta(seconds=5)
"""By how much Twilio's clock, which counts whole seconds, may be behind ours."""


async def find_sent(calls: Calls, part: Native, account: Account, since: datetime) -> str | None:
    """The SID of the only message to this customer since then that is like the part; None: none, or several.

    Twilio's own filter looks at when a message left its queue, so that one that waits there could be missed: the whole
    list of the pair is looked through instead. A content template's words are not known here, so it is never found.

    Raises:
        Transient: the list cannot be had now.
    """
    if "ContentSid" in part.payload:
        return None
    service = account.settings.get("messaging_service_sid")
    asked = {"To": str(part.payload["To"]), "PageSize": str(PAGE)}
    if not service:
        asked["From"] = account.external_id
    try:
        answer = await calls.ask("GET", calls.of_account(account, "/Messages"), account, params=asked)
    except (NotSent, Ambiguous) as away:
        raise Transient("Twilio does not show its list of messages now.") from away
    like = [
        str(each.get("sid"))
        for each in _messages(answer)
        if _is_like(each, part.payload)
        and (_time(each, "date_created") or since) >= since - SKEW
        and (not service or each.get("messaging_service_sid") == service)
    ]
    return like[0] if len(like) == 1 else None


async def list_inbound(calls: Calls, account: Account, since: datetime) -> Sequence[InboundEvent]:
    """What customers wrote since then, oldest first, with the keys that its webhooks have.

    At most 10,000 of the newest. Buttons, places and names are told by webhooks only.

    Raises:
        NotSent, Ambiguous: the list cannot be had now.
    """
    found: list[tuple[datetime, dict[str, Any]]] = []
    async for message in _since(calls, account, since):
        at = _time(message, "date_created") or _time(message, "date_sent") or since
        if message.get("direction") == "inbound" and message.get("sid") and message.get("from"):
            found.append((at, message))
    events: list[InboundEvent] = []
    for at, message in sorted(found, key=lambda each: each[0]):
        if at < since - SKEW:
            continue
        told = {name: str(message.get(name.lower()) or "") for name in ("From", "To", "Body")}
        told |= {"MessageSid": str(message["sid"]), **await _media(calls, account, message)}
        events += events_of(told, account.type, at)
    return events


async def list_prices(calls: Calls, account: Account, since: datetime) -> Sequence[Price]:
    """What messages that left since then were charged, where Twilio knows it: it does so minutes or hours after.

    Raises:
        NotSent, Ambiguous: the list cannot be had now.
    """
    service = account.settings.get("messaging_service_sid")
    sender = {} if service else {"From": account.external_id}  # a service chooses among its numbers
    found = []
    async for message in _since(calls, account, since, sender):
        amount = _amount(message.get("price"))
        unit = str(message.get("price_unit") or "").upper()
        if amount is not None and _UNIT.fullmatch(unit) and message.get("sid"):
            segments = str(message.get("num_segments") or "")
            known = int(segments) if segments.isascii() and segments.isdigit() and len(segments) < 4 else None
            found.append(Price(str(message["sid"]), amount, unit, known))
    return found


def _amount(told: Any) -> Decimal | None:
    """A charge is written as a negative number; None: not known yet."""
    try:
        amount = abs(Decimal(str(told)))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount < MOST_CHARGED else None


async def _since(
    calls: Calls, account: Account, since: datetime, whose: Mapping[str, str] | None = None
) -> AsyncIterator[dict[str, Any]]:
    url = calls.of_account(account, "/Messages")
    # In the form in which Twilio's own libraries write it.
    after = (since - SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    pair = {"To": account.external_id} if whose is None else whose
    asked: dict[str, str] | None = {**pair, "DateSent>": after, "PageSize": str(PAGE)}
    for _ in range(PAGES_MAX):
        answer = await calls.ask("GET", url, account, params=asked)
        for message in _messages(answer):
            yield message
        following = str(answer.get("next_page_uri") or "")
        if not following.startswith(f"{path_of(account)}/Messages.json?"):
            return
        url, asked = calls.base + following, None


async def _media(calls: Calls, account: Account, message: Mapping[str, Any]) -> dict[str, str]:
    """The files of a message, by the names that a webhook gives them."""
    if str(message.get("num_media") or "0") == "0":
        return {}
    try:
        url = calls.of_account(account, f"/Messages/{message['sid']}/Media")
        answer = await calls.ask("GET", url, account)
    except NotSent as refused:
        if refused.retryable:
            raise
        return {}  # deleted there; the words are worth keeping
    told: dict[str, str] = {}
    listed = answer.get("media_list")
    files = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    for at, each in enumerate(files):
        told[f"MediaUrl{at}"] = calls.base + str(each.get("uri") or "").removesuffix(".json")
        told[f"MediaContentType{at}"] = str(each.get("content_type") or "")
    return told


def _messages(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = answer.get("messages")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _is_like(message: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    files = len(payload.get("MediaUrl") or ())
    return (
        message.get("direction") == "outbound-api"
        and bool(message.get("sid"))
        and str(message.get("num_media") or "0") == str(files)
        and _words(message.get("body")) == _words(payload.get("Body"))
    )


def _words(text: Any) -> str:
    return " ".join(str(text or "").split())


def _time(message: Mapping[str, Any], name: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message.get(name) or ""))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
