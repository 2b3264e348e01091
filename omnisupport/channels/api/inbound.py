"""Webhooks of the tenant's own system as events: one thing a call, signed as Standard Webhooks 1.0 says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from omnisupport.channels.base import Account, Forged, RawRequest, Reply, Unreadable
from omnisupport.domain.inbound import EventKind, InboundEvent, MediaRef, Sender
from omnisupport.domain.webhook import FRESH_S, is_signed

ID = re.compile(r"[\x21-\x7e]{1,120}")
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
"""An id of theirs: a chat, a message, a customer."""
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,200}$")]


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Customer(_Told):
    id: Name
    name: Words | None = None
    username: Words | None = None
    locale: Words | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^\s@]{1,64}@[^\s@]{1,253}$")] | None = None
    verified: StrictBool = False
    is_bot: StrictBool = False


class _File(_Told):
    url: Annotated[str, StringConstraints(max_length=4000, pattern=r"^https?://[\x21-\x7e]+$")]
    kind: Literal["image", "audio", "video", "voice", "sticker", "file"] = "file"
    name: Words | None = None
    type: Words | None = None
    size: Annotated[int, Field(strict=True, ge=0)] | None = None


class _Place(_Told):
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    title: Words | None = None
    address: Words | None = None


class _Person(_Told):
    name: Name
    phone: Words | None = None
    email: Words | None = None


class _About(_Told):
    chat: Name
    customer: _Customer | None = None


class _Message(_About):
    id: Name
    text: str = ""
    files: Annotated[list[_File], Field(max_length=20)] = []
    button: Name | None = None
    location: _Place | None = None
    contact: _Person | None = None
    reply_to: Name | None = None
    album: Name | None = None
    referral: Words | None = None


class _Revised(_About):
    id: Name
    text: str = ""


class _Status(_About):
    id: Name
    """As it was answered to our `send`."""
    send: Name | None = None
    """The `webhook-id` of our `send`: what names it before that answer has been heard."""
    status: Literal["delivered", "read", "failed"]
    code: Words | None = None
    detail: Words | None = None


class _Reaction(_About):
    id: Name
    emoji: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,32}$")] | None = None


class _Webhook(_Told):
    type: str
    timestamp: datetime | None = None
    data: dict[str, Any]


def verify(request: RawRequest, account: Account) -> None:
    """The three headers of Standard Webhooks: a signature of ours over id, time and body, five minutes old at most.

    Raises:
        Forged: absent, wrong, or too old.
    """
    id, signature = (request.headers.get(f"webhook-{name}", "") for name in ("id", "signature"))
    written = request.headers.get("webhook-timestamp", "")
    is_moment = written.isascii() and written.isdigit() and len(written) <= 12
    moment = int(written) if is_moment else 0
    held = [str(secret) for secret in account.secrets.get("signing", ())]
    is_fresh = abs(time.time() - moment) <= FRESH_S
    is_ours = is_signed(held, signature, id, moment, request.body)
    if request.method != "POST" or not ID.fullmatch(id) or not (is_ours and is_fresh):
        raise Forged(f"This is not signed with this channel's secret, within {FRESH_S // 60} minutes.")


def parse(request: RawRequest, account: Account) -> Sequence[InboundEvent]:
    """What one webhook tells of.

    Raises:
        Unreadable: not in the form of docs/api-channel.md; the sentence names the field.
    """
    try:
        told = _Webhook.model_validate(orjson.loads(request.body))
        reader = _READERS.get(told.type)
        if reader is None:
            raise Unreadable(f"`type` is one of {', '.join(_READERS)}.")
        return list(reader(told.data, request.headers["webhook-id"], told.timestamp or datetime.now(UTC)))
    except orjson.JSONDecodeError as fault:
        raise Unreadable("The body is not JSON.") from fault
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise Unreadable(f"`{where}`: {first['msg']}.") from fault


def ack(request: RawRequest, account: Account) -> Reply:
    """Taken, once: a repeat with the same `webhook-id` is answered alike and does nothing."""
    return Reply(body='{"ok":true}', content_type="application/json")


def _message(data: dict[str, Any], key: str, at: datetime) -> Iterator[InboundEvent]:
    told = _Message.model_validate(data)
    if not (told.text.strip() or told.files or told.button or told.location or told.contact):
        raise Unreadable("A message has a text, a file, a button, a location or a contact.")
    yield InboundEvent(
        EventKind.MESSAGE,
        # The message's own id: a system that forgot that it told of it tells of it under another `webhook-id`.
        f"m{told.id}",
        told.chat,
        _in_utc(at),
        sender=_sender(told),
        text=told.text,
        media=tuple(
            MediaRef(each.kind, {"url": each.url}, each.name, each.type, each.size) for each in told.files
        ),
        button=told.button,
        location=_given(told.location),
        contact=_given(told.contact),
        referral={"ref": told.referral} if told.referral else None,
        reply_to=told.reply_to,
        ref=told.id,
        album=told.album,
        automatic=told.customer is not None and told.customer.is_bot,
    )


def _edit(data: dict[str, Any], key: str, at: datetime) -> Iterator[InboundEvent]:
    yield _about(EventKind.EDIT, _Revised.model_validate(data), key, at)


def _delete(data: dict[str, Any], key: str, at: datetime) -> Iterator[InboundEvent]:
    yield _about(EventKind.DELETE, _Revised.model_validate(data), key, at)


def _about(kind: EventKind, told: _Revised, key: str, at: datetime) -> InboundEvent:
    return InboundEvent(kind, key, told.chat, _in_utc(at), sender=_sender(told), text=told.text, ref=told.id)


def _status(data: dict[str, Any], key: str, at: datetime) -> Iterator[InboundEvent]:
    told = _Status.model_validate(data)
    yield InboundEvent(
        EventKind.STATUS,
        key,
        told.chat,
        _in_utc(at),
        ref=told.id,
        part_key=told.send,
        status=told.status,
        code=told.code,
        detail=told.detail,
    )


def _reaction(data: dict[str, Any], key: str, at: datetime) -> Iterator[InboundEvent]:
    told = _Reaction.model_validate(data)
    extra = {"reaction": told.emoji}  # None: it was taken back
    yield InboundEvent(
        EventKind.REACTION,
        key,
        told.chat,
        _in_utc(at),
        sender=_sender(told),
        text=told.emoji or "",
        ref=told.id,
        extra=extra,
    )


def _sign(kind: EventKind) -> Callable[[dict[str, Any], str, datetime], Iterator[InboundEvent]]:
    def read(data: dict[str, Any], key: str, at: datetime) -> Iterator[InboundEvent]:
        told = _About.model_validate(data)
        yield InboundEvent(kind, key, told.chat, _in_utc(at), sender=_sender(told))

    return read


_READERS: Mapping[str, Callable[[dict[str, Any], str, datetime], Iterator[InboundEvent]]] = {
    "message": _message,
    "edit": _edit,
    "delete": _delete,
    "status": _status,
    "reaction": _reaction,
    "typing": _sign(EventKind.TYPING),
    "read": _sign(EventKind.READ),
}
"""What we tell (`send`, `signal`, `ping`) is not among them: our own call, posted back to us, is refused."""


def _sender(told: _About) -> Sender:
    who = told.customer
    if who is None:
        return Sender()
    return Sender((who.id,), who.name, who.username, who.locale, who.phone, who.email, who.verified)


def _given(part: BaseModel | None) -> dict[str, Any] | None:
    return None if part is None else part.model_dump(exclude_none=True)


def _in_utc(at: datetime) -> datetime:
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as fault:
        raise Unreadable("`timestamp`: no moment that a calendar has.") from fault
