"""Webhooks of the Cloud API as events. One request tells of many things, and of several numbers of a business.

Sources: the webhook reference and "Business-scoped user IDs" of the WhatsApp Business Platform, August 2026.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import parse_qsl

import orjson

from omnisupport.channels.base import Account, Forged, RawRequest, Reply, Unreadable
from omnisupport.channels.meta.content import content_of, phone_of, referral_of
from omnisupport.channels.meta.reading import Told, inner, moment, rows, text
from omnisupport.domain.inbound import DeliveryStatus, EventKind, InboundEvent, Sender

CONTACT: Literal["phone"] = "phone"
SIGNATURE = "x-hub-signature-256"
OBJECT = "whatsapp_business_account"
_STATUSES: dict[str, DeliveryStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_SILENT = ("request_welcome",)
"""The customer has only opened the chat."""
_ABOUT = {"reaction": EventKind.REACTION, "edit": EventKind.EDIT, "revoke": EventKind.DELETE}
"""Messages about another one. A reaction without an emoji takes the earlier one back."""
_MOVES = ("user_changed_number", "customer_changed_number", "user_changed_user_id")


def verify(request: RawRequest, account: Account) -> None:
    """A signature over the body with any app secret that is good; the token of the handshake for a GET.

    Raises:
        Forged: absent, wrong, or nothing to compare it with.
    """
    good = _greets(request, account) if request.method == "GET" else _is_signed(request, account)
    if not good:
        raise Forged("This is not a call of WhatsApp for this number.")


def parse(request: RawRequest, account: Account) -> Sequence[InboundEvent]:
    """What a request tells of; each event names its number, which need not be this account's.

    What cannot be read of it is left out, so that one odd message does not keep the others back.

    Raises:
        Unreadable: not a webhook of a WhatsApp Business Account.
    """
    if request.method == "GET":
        return []
    values = [
        inner(change, "value")
        for entry in rows(_read(request.body), "entry")
        for change in rows(entry, "changes")
    ]
    return [event for value in values for event in _events(value, account.locale)]


def address_at(channel_type: str, contact: str) -> str:
    """The digits of the number, which are a WhatsApp id."""
    return contact.removeprefix("+")


def ack(request: RawRequest, account: Account) -> Reply:
    """An empty 200; a handshake gets its challenge back."""
    return Reply(body=_query(request).get("hub.challenge", "") if request.method == "GET" else "")


def _greets(request: RawRequest, account: Account) -> bool:
    query = _query(request)
    given = query.get("hub.verify_token", "").encode(errors="replace")
    matches = [hmac.compare_digest(given, token) for token in _held(account, "verify_token")]
    return query.get("hub.mode") == "subscribe" and any(matches)


def _is_signed(request: RawRequest, account: Account) -> bool:
    given = request.headers.get(SIGNATURE, "").encode(errors="replace")
    expected = [_signature(secret, request.body) for secret in _held(account, "app_secret")]
    matches = [hmac.compare_digest(given, each) for each in expected]
    return request.method == "POST" and any(matches)


def _signature(secret: bytes, body: bytes) -> bytes:
    return b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()


def _held(account: Account, name: str) -> list[bytes]:
    """Secrets of this name; an empty one would let everybody in."""
    found = account.secrets.get(name)
    several = found if isinstance(found, list | tuple) else [found]
    return [str(each).encode() for each in several if each]


def _query(request: RawRequest) -> dict[str, str]:
    return dict(parse_qsl(request.query, keep_blank_values=True))


def _read(body: bytes) -> Told:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise Unreadable("This is not a webhook of the Cloud API.") from fault
    if not isinstance(told, dict) or told.get("object") != OBJECT or not isinstance(told.get("entry"), list):
        raise Unreadable("This is not a webhook of a WhatsApp Business Account.")
    return told


def _events(value: Told, locale: str) -> Iterator[InboundEvent]:
    number = text(inner(value, "metadata"), "phone_number_id") or None
    contacts = rows(value, "contacts")
    for message in rows(value, "messages"):
        yield from _message(message, contacts, number, locale)
    for echo in rows(value, "message_echoes"):
        yield from _echo(echo, number, locale)
    for status in rows(value, "statuses"):
        yield from _status(status, contacts, number)
    for update in rows(value, "user_id_update"):
        yield from _renamed(update, number)


def _message(message: Told, contacts: list[Told], number: str | None, locale: str) -> list[InboundEvent]:
    id, kind = text(message, "id"), text(message, "type")
    if kind == "system":
        return _moved(message, number)
    sender, address = _writer(message, contacts)
    chat = text(message, "group_id") or address
    if not id or not chat or kind in _SILENT:
        return []
    about: dict[str, Any] = {"sender": sender, "account": number}
    if kind in _ABOUT:
        return _about_another(message, InboundEvent(_ABOUT[kind], id, chat, moment(message), **about), locale)
    said = _said(message, locale)
    return [InboundEvent(EventKind.MESSAGE, id, chat, moment(message), ref=id, **about, **said)]


def _about_another(message: Told, event: InboundEvent, locale: str) -> list[InboundEvent]:
    """A reaction, an edit or a withdrawal, with what it is about."""
    told = inner(message, text(message, "type"))
    ref = text(told, "message_id") or text(told, "original_message_id")
    if not ref:
        return []
    words: dict[str, Any] = {}
    if event.kind is EventKind.REACTION:
        words = {"text": text(told, "emoji")}
    if event.kind is EventKind.EDIT:
        words = content_of(inner(told, "message"), locale)
    return [replace(event, ref=ref, **words)]


def _said(message: Told, locale: str) -> dict[str, Any]:
    found = content_of(message, locale)
    context = inner(message, "context")
    extra = dict(found.pop("extra", {}))
    if context.get("forwarded") is True or context.get("frequently_forwarded") is True:
        extra["forwarded"] = True
    return {
        **found,
        "reply_to": text(context, "id") or None,
        "referral": referral_of(message),
        "extra": extra,
    }


def _echo(echo: Told, number: str | None, locale: str) -> list[InboundEvent]:
    """What somebody of the business wrote in WhatsApp's own program."""
    id, chat = text(echo, "id"), text(echo, "to") or text(echo, "to_user_id")
    if not id or not chat or text(echo, "type") in ("edit", "revoke", "reaction"):
        return []
    key = text(echo, "biz_opaque_callback_data") or None
    said = content_of(echo, locale)
    return [
        InboundEvent(EventKind.ECHO, id, chat, moment(echo), ref=id, account=number, part_key=key, **said)
    ]


def _status(status: Told, contacts: list[Told], number: str | None) -> list[InboundEvent]:
    id, told = text(status, "id"), text(status, "status")
    sender, chat = _reader(status, contacts)
    if not id or not chat or told not in _STATUSES:
        return []
    fault = next(iter(rows(status, "errors")), {})
    details = text(inner(fault, "error_data"), "details")
    return [
        InboundEvent(
            EventKind.STATUS,
            f"{id}:{told}",
            chat,
            moment(status),
            sender=sender,
            ref=id,
            account=number,
            part_key=text(status, "biz_opaque_callback_data") or None,
            status=_STATUSES[told],
            code=text(fault, "code") or None,
            detail=text(fault, "title") or text(fault, "message") or None,
            extra={"details": details} if details else {},
        )
    ]


def _moved(message: Told, number: str | None) -> list[InboundEvent]:
    """A new phone number, which brings a new user id as well, or a new user id alone."""
    system = inner(message, "system")
    if text(system, "type") not in _MOVES:
        return []
    new_phone = text(system, "wa_id") or text(system, "new_wa_id")
    new_user = text(system, "user_id")
    old_phone = text(message, "from") or text(system, "customer")
    old_user = text(system, "previous_user_id")
    id, at = text(message, "id"), moment(message)
    sender = _known((new_user, new_phone, old_user, old_phone), new_phone)
    changes = ((old_phone, new_phone), (old_user, new_user))
    return [
        InboundEvent(
            EventKind.MOVED, f"{id}:{old}", old, at, sender=sender, ref=id, account=number, moved_to=new
        )
        for old, new in changes
        if old and new and old != new
    ]


def _renamed(update: Told, number: str | None) -> list[InboundEvent]:
    """The form of a new user id that was announced first; since August 2026 a system message tells it."""
    old, new = (text(inner(update, "user_id"), name) for name in ("previous", "current"))
    if not old or not new:
        return []
    wa_id = text(update, "wa_id")
    sender = _known((new, wa_id, old), wa_id)
    key = f"user_id:{old}:{new}"
    return [
        InboundEvent(EventKind.MOVED, key, old, moment(update), sender=sender, account=number, moved_to=new)
    ]


def _writer(message: Told, contacts: list[Told]) -> tuple[Sender, str]:
    """Who wrote, and where answers go: his WhatsApp id, or his user id when he hides his number."""
    wa_id, user_id = text(message, "from"), text(message, "from_user_id")
    contact = _contact(contacts, wa_id, user_id)
    wa_id = text(contact, "wa_id") or wa_id
    user_id = user_id or text(contact, "user_id")
    parent = text(message, "from_parent_user_id") or text(contact, "parent_user_id")
    return _known((user_id, wa_id, parent), wa_id, inner(contact, "profile")), wa_id or user_id or parent


def _reader(status: Told, contacts: list[Told]) -> tuple[Sender, str]:
    """Whom a status is about, and his chat or his group's."""
    chat, prefix = text(status, "recipient_id"), "recipient"
    if text(status, "recipient_type") == "group":
        prefix = "recipient_participant"
    wa_id, user_id = text(status, f"{prefix}_id"), text(status, f"{prefix}_user_id")
    contact = _contact(contacts, wa_id, user_id)
    wa_id, user_id = wa_id or text(contact, "wa_id"), user_id or text(contact, "user_id")
    return _known((user_id, wa_id), wa_id, inner(contact, "profile")), chat or wa_id or user_id


def _contact(contacts: list[Told], wa_id: str, user_id: str) -> Told:
    """The one of these people that is meant; a request may speak of several."""
    for each in contacts:
        same = (user_id and text(each, "user_id") == user_id) or (wa_id and text(each, "wa_id") == wa_id)
        if same:
            return each
    return contacts[0] if len(contacts) == 1 else {}


def _known(aliases: tuple[str, ...], wa_id: str, profile: Told | None = None) -> Sender:
    phone = phone_of(wa_id)
    told = profile or {}
    return Sender(
        tuple(dict.fromkeys(filter(None, aliases))),
        name=text(told, "name") or None,
        username=text(told, "username").removeprefix("@") or None,
        phone=phone,
        verified=phone is not None,
    )
