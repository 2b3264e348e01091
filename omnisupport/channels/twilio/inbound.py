"""Webhooks of Programmable Messaging as events: what a customer wrote, and what became of what we sent.

Both kinds come to one address; a status has our part's key in the query of it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qs, parse_qsl, urlsplit

import orjson

from omnisupport.channels.base import Account, Forged, RawRequest, Reply, Unreadable
from omnisupport.channels.twilio.codes import reason
from omnisupport.domain.inbound import DeliveryStatus, EventKind, InboundEvent, MediaRef, Sender

CONTACT: Literal["phone"] = "phone"
SIGNATURE_HEADER = "x-twilio-signature"
OVERRIDES = "#rc=5&rp=all"
"""Behind an address that Twilio calls: five more tries after any failure, where it would make one at most."""
PART = "part"
"""The name in a status address's query under which our part's key comes back."""
WHATSAPP = "whatsapp:"
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
FIELDS_MAX = 1000

# Twilio acts upon these by itself (long numbers, English); services with words of their own send `OptOutType`.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})

# Until `sent` Twilio has the message and nothing more, which is what the answer to a send says as well. It is of use
# where that answer was lost: then this tells whose message has which SID.
_EARLY = ("accepted", "scheduled", "queued", "sending")
_STATUSES: Mapping[str, DeliveryStatus] = {
    **dict.fromkeys(_EARLY, "sent"),
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
_INCOMING = ("received", "receiving")
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_REFERRAL = {
    "source_url": "ReferralSourceUrl",
    "source_type": "ReferralSourceType",
    "source_id": "ReferralSourceId",
    "headline": "ReferralHeadline",
    "body": "ReferralBody",
    "ctwa_clid": "ReferralCtwaClid",
}
MediaKind = Literal["image", "audio", "video", "voice", "sticker", "file"]


def verify(request: RawRequest, account: Account) -> None:
    """Twilio's signature over the address and the fields, by the account's own token; two are good in a rotation.

    Raises:
        Forged: absent or wrong, or the fields cannot be read.
    """
    given = request.headers.get(SIGNATURE_HEADER, "").encode("utf-8", "replace")
    written = _written_fields(request)
    if request.method != "POST" or not given or written is None:
        raise Forged("This is not a call of Twilio for this account.")
    matches = [
        hmac.compare_digest(given, _signature(token, address + written))
        for token in tokens_of(account)
        for address in _addresses(request)
    ]
    if not any(matches):
        raise Forged("This is not a call of Twilio for this account.")


def parse(request: RawRequest, account: Account) -> Sequence[InboundEvent]:
    """What one webhook tells of. Twilio tells no time, so it is the time of reading.

    Raises:
        Unreadable: neither a message nor a status.
    """
    told = _told(request)
    if not _sid(told) or not told.get("From"):
        raise Unreadable("This is neither a message nor a status of Twilio.")
    now = datetime.now(UTC)
    word = told.get("MessageStatus") or told.get("SmsStatus") or "received"
    if word in _INCOMING:
        return events_of(told, account.type, now)
    part = parse_qs(request.query).get(PART, [""])[0]
    return _status(told, word, part or None, now)


def address_at(channel_type: str, contact: str) -> str:
    """`whatsapp:+79990000000`, or the number alone for SMS."""
    return f"{WHATSAPP}{contact}" if channel_type == "whatsapp" else contact


def ack(request: RawRequest, account: Account) -> Reply:
    """Empty TwiML: any word in it would be sent to the customer."""
    return Reply(body=EMPTY_TWIML, content_type="text/xml")


def tokens_of(account: Account) -> list[str]:
    """The tokens that are good, the one for calls first; an empty one would let everybody in."""
    held = account.secrets.get("auth_token") or ()
    return [str(token) for token in ([held] if isinstance(held, str) else held) if token]


def events_of(told: Mapping[str, str], channel_type: str, at: datetime) -> list[InboundEvent]:
    """A customer's message by the names of its webhook, and then his opting out or in, where it is one."""
    sid, chat, sender = _sid(told), told["From"], _sender(told)
    message = InboundEvent(
        EventKind.MESSAGE,
        sid,
        chat,
        at,
        sender,
        text=told.get("Body") or told.get("ButtonText") or told.get("ListTitle") or "",
        media=_media(told),
        button=told.get("ButtonPayload") or told.get("ListId") or None,
        location=_location(told),
        referral=_referral(told),
        reply_to=told.get("OriginalRepliedMessageSid") or None,
        ref=sid,
    )
    has_content = message.text.strip() or message.media or message.button or message.location
    events = [message] if has_content else []
    if (reachable := _opting(told, channel_type)) is not None:
        # Behind the message: who writes is taken for reachable.
        key = f"{sid}:{'start' if reachable else 'stop'}"
        events.append(InboundEvent(EventKind.MEMBERSHIP, key, chat, at, sender, ref=sid, reachable=reachable))
    return events


# The signature ---------------------------------------------------------------------------------------------------


def _signature(token: str, signed: str) -> bytes:
    # SHA-1 is Twilio's choice; an HMAC of it is still sound.
    return b64encode(hmac.new(token.encode(), signed.encode("utf-8", "replace"), hashlib.sha1).digest())


def _addresses(request: RawRequest) -> list[str]:
    """The forms in which Twilio may have signed the address.

    Its own libraries try it with and without the port. Whether the part behind `#` is signed is not documented.
    """
    address = f"{request.public_url}?{request.query}" if request.query else request.public_url
    parts = urlsplit(address)
    host = parts.netloc.removesuffix(f":{parts.port}") if parts.port else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    forms = [parts._replace(netloc=each).geturl() for each in (host, f"{host}:{port}")]
    return forms + [form + OVERRIDES for form in forms]


def _written_fields(request: RawRequest) -> str | None:
    """What is signed behind the address; None: nothing that Twilio could have signed."""
    if _is_json(request):
        # Of JSON the digest is signed, as a part of the address.
        told = parse_qs(request.query).get("bodySHA256", [""])[0].encode("utf-8", "replace")
        is_whole = hmac.compare_digest(told.lower(), hashlib.sha256(request.body).hexdigest().encode())
        return "" if is_whole else None
    fields: dict[str, set[str]] = {}
    try:
        for name, value in _pairs(request.body):
            fields.setdefault(name, set()).add(value)
    except ValueError:
        return None
    return "".join(name + value for name in sorted(fields) for value in sorted(fields[name]))


def _is_json(request: RawRequest) -> bool:
    return request.headers.get("content-type", "").strip().lower().startswith("application/json")


def _pairs(body: bytes) -> list[tuple[str, str]]:
    # Empty fields are signed like all others. Raises ValueError for too many.
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MAX)


# What is told ----------------------------------------------------------------------------------------------------


def _told(request: RawRequest) -> dict[str, str]:
    try:
        if not _is_json(request):
            return dict(_pairs(request.body))
        read = orjson.loads(request.body)
    except ValueError as fault:
        raise Unreadable("This is no form of Twilio.") from fault
    if not isinstance(read, dict):
        raise Unreadable("This is no form of Twilio.")
    return {name: str(value) for name, value in read.items() if isinstance(value, str | int | float)}


def _sid(told: Mapping[str, str]) -> str:
    return told.get("MessageSid") or told.get("SmsSid") or ""


def _status(told: Mapping[str, str], word: str, part: str | None, now: datetime) -> list[InboundEvent]:
    status = _STATUSES.get(word)
    if status is None or (word in _EARLY and part is None):
        return []
    code = told.get("ErrorCode") or None
    why = (reason(code) if code else None) or told.get("ChannelStatusMessage") or told.get("ErrorMessage")
    return [
        InboundEvent(
            EventKind.STATUS,
            f"{_sid(told)}:{word}",
            told.get("To") or "",
            now,
            ref=_sid(told),
            part_key=part,
            status=status,
            code=(code or word) if status == "failed" else None,
            detail=(why or None) if status == "failed" else None,
        )
    ]


def _sender(told: Mapping[str, str]) -> Sender:
    """Who wrote.

    Whoever hides his number behind a name on WhatsApp has the business-scoped id everywhere in place of it; that id is
    told beside the number too, so it comes first.
    """
    address = told["From"].removeprefix(WHATSAPP)
    phone = address if _E164.fullmatch(address) else None
    known = address
    if told["From"].startswith(WHATSAPP):
        known = told.get("WaId") or address.removeprefix("+")
    own = (told.get("ExternalUserId") or "").removeprefix(WHATSAPP)
    aliases = tuple(dict.fromkeys(filter(None, (own, known))))
    return Sender(aliases, told.get("ProfileName") or None, phone=phone, verified=phone is not None)


def _opting(told: Mapping[str, str], channel_type: str) -> bool | None:
    """True: wants messages again; False: wants none any more."""
    kind = (told.get("OptOutType") or "").upper()
    if not kind and channel_type == "sms":
        word = (told.get("Body") or "").strip().upper()
        kind = "STOP" if word in STOP_WORDS else "START" if word in START_WORDS else ""
    return {"STOP": False, "START": True}.get(kind)


def _media(told: Mapping[str, str]) -> tuple[MediaRef, ...]:
    found: list[MediaRef] = []
    while address := told.get(f"MediaUrl{len(found)}"):
        type = told.get(f"MediaContentType{len(found)}") or None
        found.append(MediaRef(_kind(type or "", told["From"]), {"url": address}, type=type))
    return tuple(found)


def _kind(type: str, sender: str) -> MediaKind:
    if sender.startswith(WHATSAPP):  # what WhatsApp itself records, and its stickers
        if type.startswith("audio/ogg"):
            return "voice"
        if type.startswith("image/webp"):
            return "sticker"
    family = type.partition("/")[0]
    kinds: dict[str, MediaKind] = {"image": "image", "audio": "audio", "video": "video"}
    return kinds.get(family, "file")


def _location(told: Mapping[str, str]) -> dict[str, Any] | None:
    try:
        lat, lon = float(told["Latitude"]), float(told["Longitude"])
    except (KeyError, ValueError):
        return None
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # nor what is no number
        return None
    place = {"lat": lat, "lon": lon}
    return place | (_named(told, {"title": "Label", "address": "Address"}) or {})


def _referral(told: Mapping[str, str]) -> dict[str, Any] | None:
    """The advertisement that he came by; `ref` names it."""
    found = _named(told, _REFERRAL)
    return {"ref": found.get("source_id") or found.get("source_url") or "", **found} if found else None


def _named(told: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any] | None:
    return {ours: told[theirs] for ours, theirs in names.items() if told.get(theirs)} or None
