"""Updates of the Bot API as events. Facts: its published schema of 2026-07-01."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from omnisupport.channels.base import Account, Forged, RawRequest, Reply, Unreadable
from omnisupport.channels.max.attachments import (
    contact_of,
    lines_of,
    location_of,
    media_of,
    transcript_of,
)
from omnisupport.domain.inbound import EventKind, InboundEvent, Sender

AUTH_HEADER = "x-max-bot-api-secret"
UPDATE_TYPES = (
    "message_created",
    "message_edited",
    "message_removed",
    "message_callback",
    "bot_started",
    "bot_stopped",
    "dialog_removed",
)


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _User(_Told):
    user_id: int
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    username: str | None = None
    is_bot: bool = False


class _Recipient(_Told):
    chat_id: int | None = None
    chat_type: str = "dialog"


class _Body(_Told):
    mid: str
    text: str | None = None
    attachments: list[dict[str, Any]] | None = None


class _Link(_Told):
    type: str
    message: _Body


class _Message(_Told):
    recipient: _Recipient
    timestamp: int
    sender: _User | None = None
    body: _Body | None = None
    link: _Link | None = None


class _Callback(_Told):
    callback_id: str
    timestamp: int
    user: _User
    payload: str | None = None


class _Update(_Told):
    update_type: str
    timestamp: int
    message: _Message | None = None
    callback: _Callback | None = None
    user_locale: str | None = None
    message_id: str | None = None
    chat_id: int | None = None
    user_id: int | None = None
    user: _User | None = None
    payload: str | None = None


def verify(request: RawRequest, account: Account) -> None:
    """The secret that we gave at subscription; two are good while one is replaced.

    Raises:
        Forged: absent or wrong.
    """
    given = request.headers.get(AUTH_HEADER, "").encode()
    held = [str(secret).encode() for secret in account.secrets.get("webhook", ())]
    matches = [hmac.compare_digest(given, secret) for secret in held]
    if request.method != "POST" or not given or not any(matches):
        raise Forged("This is not a call of MAX for this bot.")


def parse(request: RawRequest, account: Account) -> Sequence[InboundEvent]:
    """What one update tells of.

    Raises:
        Unreadable: not an update.
    """
    try:
        update = _Update.model_validate(orjson.loads(request.body))
    except (orjson.JSONDecodeError, ValidationError) as fault:
        raise Unreadable("This is not an update of the Bot API.") from fault
    reader = _READERS.get(update.update_type)
    return list(reader(update, account)) if reader else []


def ack(request: RawRequest, account: Account) -> Reply:
    """An empty 200: after eight hours without one MAX takes the subscription away."""
    return Reply()


def _created(update: _Update, account: Account) -> Iterator[InboundEvent]:
    message = update.message
    # MAX tells of some messages without their content; posts of channels are no customer's.
    if message is None or message.body is None or message.recipient.chat_type == "channel":
        return
    if message.sender is None or message.recipient.chat_id is None:
        return
    key = f"message_created:{message.body.mid}"
    if str(message.sender.user_id) == account.external_id:
        yield _said(EventKind.ECHO, key, message, message.body, message.body.text or "", update)
        return
    event = _said(EventKind.MESSAGE, key, message, message.body, _whole_text(message), update)
    if event.text or event.media or event.location or event.contact:
        yield event


def _edited(update: _Update, account: Account) -> Iterator[InboundEvent]:
    message = update.message
    if message is None or message.body is None or message.sender is None or message.recipient.chat_id is None:
        return
    if str(message.sender.user_id) != account.external_id and message.recipient.chat_type != "channel":
        key = f"message_edited:{message.body.mid}:{update.timestamp}"
        yield _said(EventKind.EDIT, key, message, message.body, _whole_text(message), update)


def _said(
    kind: EventKind, key: str, message: _Message, body: _Body, text: str, update: _Update
) -> InboundEvent:
    link = message.link
    given = body.attachments or []
    if link is not None and link.type == "forward":
        given = given + (link.message.attachments or [])
    transcript = transcript_of(given)
    return InboundEvent(
        kind,
        key,
        str(message.recipient.chat_id),
        _at(update.timestamp if kind is EventKind.EDIT else message.timestamp),
        sender=_sender(message.sender, update),
        text=text,
        media=media_of(given),
        location=location_of(given),
        contact=contact_of(given),
        reply_to=link.message.mid if link is not None and link.type == "reply" else None,
        ref=body.mid,
        automatic=kind is EventKind.MESSAGE and message.sender is not None and message.sender.is_bot,
        extra={"transcript": transcript} if transcript else {},
    )


def _removed(update: _Update, account: Account) -> Iterator[InboundEvent]:
    if update.message_id and update.chat_id is not None:
        yield InboundEvent(
            EventKind.DELETE,
            f"message_removed:{update.message_id}",
            str(update.chat_id),
            _at(update.timestamp),
            sender=Sender((str(update.user_id),)) if update.user_id is not None else Sender(),
            ref=update.message_id,
        )


def _press(update: _Update, account: Account) -> Iterator[InboundEvent]:
    press, under = update.callback, update.message
    # Of a message that is gone MAX does not tell the chat, and there is nobody to answer to.
    if press is None or not press.payload or under is None or under.recipient.chat_id is None:
        return
    yield InboundEvent(
        EventKind.MESSAGE,
        # The id alone may be that of the keyboard, which can be pressed twice.
        f"message_callback:{press.callback_id}:{press.timestamp}",
        str(under.recipient.chat_id),
        _at(press.timestamp),
        sender=_sender(press.user, update),
        button=press.payload,
        reply_to=under.body.mid if under.body else None,
        extra={"callback_id": press.callback_id},
    )


def _membership(update: _Update, account: Account) -> Iterator[InboundEvent]:
    if update.chat_id is None or update.user is None:
        return
    has_started = update.update_type == "bot_started"
    yield InboundEvent(
        EventKind.MEMBERSHIP,
        f"{update.update_type}:{update.user.user_id}:{update.timestamp}",
        str(update.chat_id),
        _at(update.timestamp),
        sender=_sender(update.user, update),
        referral={"ref": update.payload} if has_started and update.payload else None,
        reachable=has_started,
    )


_READERS: Mapping[str, Callable[[_Update, Account], Iterator[InboundEvent]]] = {
    "message_created": _created,
    "message_edited": _edited,
    "message_removed": _removed,
    "message_callback": _press,
    "bot_started": _membership,
    "bot_stopped": _membership,
    "dialog_removed": _membership,
}


def _whole_text(message: _Message) -> str:
    body, link = message.body, message.link
    text = (body.text if body else None) or ""
    lines = [text] if text else []
    if link is not None and link.type == "forward":
        lines += [f"> {line}" for line in (link.message.text or "").splitlines()]
        lines += [f"> {line}" for line in lines_of(link.message.attachments or [])]
    for line in lines_of((body.attachments if body else None) or []):
        if line.rpartition(": ")[2] not in text:
            lines.append(line)
    return "\n".join(lines)


def _sender(user: _User | None, update: _Update) -> Sender:
    if user is None:
        return Sender()
    name = " ".join(filter(None, (user.first_name, user.last_name))) or user.name
    locale = (update.user_locale or "").replace("_", "-").partition("-")[0]
    of_many = update.message is not None and update.message.recipient.chat_type != "dialog"
    # In a chat of many, the chat is what is known again, whoever of its people writes.
    return Sender(() if of_many else (str(user.user_id),), name or None, user.username, locale or None)


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(max(0, min(milliseconds, 32_503_680_000_000)) / 1000, UTC)
