"""Updates of the Bot API as events. Facts: Bot API 10.3, and `channels.md` 3.3."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from omnisupport.channels.base import Account, Forged, RawRequest, Reply, Unreadable
from omnisupport.domain.inbound import EventKind, InboundEvent, MediaRef, Sender

AUTH_HEADER = "x-telegram-bot-api-secret-token"
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
OWN_SIGN = "⭐"
"""In place of a reaction that is a picture or was paid for."""
MediaKind = Literal["image", "audio", "video", "voice", "sticker", "file"]


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _User(_Told):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class _Chat(_Told):
    id: int
    type: str = "private"
    title: str | None = None


class _File(_Told):
    file_id: str
    file_unique_id: str = ""
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = None
    width: int = 0


class _Place(_Told):
    latitude: float
    longitude: float


class _Venue(_Told):
    location: _Place
    title: str = ""
    address: str = ""


class _Contact(_Told):
    phone_number: str
    first_name: str = ""
    last_name: str | None = None


class _Message(_Told):
    message_id: int
    date: int
    chat: _Chat
    from_: _User | None = Field(default=None, alias="from")
    edit_date: int | None = None
    text: str | None = None
    caption: str | None = None
    media_group_id: str | None = None
    reply_to_message: _Reply | None = None
    photo: list[_File] = []
    document: _File | None = None
    video: _File | None = None
    animation: _File | None = None
    audio: _File | None = None
    voice: _File | None = None
    video_note: _File | None = None
    sticker: _File | None = None
    location: _Place | None = None
    venue: _Venue | None = None
    contact: _Contact | None = None
    migrate_to_chat_id: int | None = None
    business_connection_id: str | None = None


class _Reply(_Told):
    message_id: int


class _Press(_Told):
    id: str
    from_: _User = Field(alias="from")
    message: _Message | None = None
    data: str | None = None


class _Member(_Told):
    status: str = ""


class _Membership(_Told):
    chat: _Chat
    from_: _User = Field(alias="from")
    date: int
    new_chat_member: _Member


class _Deleted(_Told):
    chat: _Chat
    message_ids: list[int]


class _Sign(_Told):
    type: str = ""
    emoji: str | None = None


class _Reaction(_Told):
    chat: _Chat
    message_id: int
    date: int
    user: _User | None = None
    new_reaction: list[_Sign] = []


class _Update(_Told):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    business_message: _Message | None = None
    edited_business_message: _Message | None = None
    callback_query: _Press | None = None
    my_chat_member: _Membership | None = None
    message_reaction: _Reaction | None = None
    deleted_business_messages: _Deleted | None = None


_Message.model_rebuild()


def verify(request: RawRequest, account: Account) -> None:
    """The secret token that we gave at registration; two are good while one is replaced.

    Raises:
        Forged: absent or wrong.
    """
    given = request.headers.get(AUTH_HEADER, "").encode()
    held = [str(secret).encode() for secret in account.secrets.get("webhook", ())]
    matches = [hmac.compare_digest(given, secret) for secret in held]
    if request.method != "POST" or not given or not any(matches):
        raise Forged("This is not a call of Telegram for this bot.")


def parse(request: RawRequest, account: Account) -> Sequence[InboundEvent]:
    """What one update tells of.

    Raises:
        Unreadable: not an update.
    """
    try:
        update = _Update.model_validate(orjson.loads(request.body))
    except (orjson.JSONDecodeError, ValidationError) as fault:
        raise Unreadable("This is not an update of the Bot API.") from fault
    return list(_events(update))


def ack(request: RawRequest, account: Account) -> Reply:
    """An empty 200; a press is answered in the same breath, so that its button stops turning."""
    try:
        press = orjson.loads(request.body).get("callback_query") or {}
    except (orjson.JSONDecodeError, AttributeError):
        press = {}
    if not isinstance(press, dict) or not isinstance(press.get("id"), str):
        return Reply()
    answer = {"method": "answerCallbackQuery", "callback_query_id": press["id"]}
    return Reply(body=orjson.dumps(answer).decode(), content_type="application/json")


def _events(update: _Update) -> list[InboundEvent]:
    key = f"u{update.update_id}"
    if message := update.message or update.business_message:
        return _message(message, key)
    if edited := update.edited_message or update.edited_business_message:
        return _edit(edited, key)
    if update.callback_query is not None:
        return _press(update.callback_query, key)
    if update.my_chat_member is not None:
        return [_membership(update.my_chat_member, key)]
    if update.message_reaction is not None:
        return [_reaction(update.message_reaction, key)]
    if gone := update.deleted_business_messages:
        now = datetime.now(UTC)
        return [
            InboundEvent(
                EventKind.DELETE, f"{key}.{each}", str(gone.chat.id), now, ref=_ref(gone.chat.id, each)
            )
            for each in gone.message_ids
        ]
    return []


def _message(message: _Message, key: str) -> list[InboundEvent]:
    chat, at = str(message.chat.id), _at(message.date)
    if message.migrate_to_chat_id is not None:
        return [InboundEvent(EventKind.MOVED, key, chat, at, moved_to=str(message.migrate_to_chat_id))]
    who = message.from_
    # What the business account's owner writes himself has him as its sender, not the customer of the chat.
    if message.business_connection_id and who is not None and str(who.id) != chat:
        return [_said(EventKind.ECHO, key, message, at)]
    event = _said(EventKind.MESSAGE, key, message, at)
    has_content = event.text or event.media or event.location or event.contact
    return [event] if has_content else []  # a service message: somebody joined, a photo was pinned


def _edit(message: _Message, key: str) -> list[InboundEvent]:
    return [_said(EventKind.EDIT, key, message, _at(message.edit_date or message.date))]


def _said(kind: EventKind, key: str, message: _Message, at: datetime) -> InboundEvent:
    reply = message.reply_to_message
    place = message.venue.location if message.venue else message.location
    return InboundEvent(
        kind,
        key,
        str(message.chat.id),
        at,
        sender=_sender(message.from_, message.chat),
        text=message.text or message.caption or "",
        media=_media(message),
        location=_location(place, message.venue) if place else None,
        contact=_contact(message.contact) if message.contact else None,
        reply_to=_ref(message.chat.id, reply.message_id) if reply else None,
        ref=_ref(message.chat.id, message.message_id),
        album=message.media_group_id,
    )


def _press(press: _Press, key: str) -> list[InboundEvent]:
    if press.message is None or press.data is None:
        return []
    return [
        InboundEvent(
            EventKind.MESSAGE,
            key,
            str(press.message.chat.id),
            datetime.now(UTC),
            sender=_sender(press.from_, press.message.chat),
            button=press.data,
            reply_to=_ref(press.message.chat.id, press.message.message_id),
        )
    ]


def _reaction(told: _Reaction, key: str) -> InboundEvent:
    """All the signs that somebody has left now; of a picture of his own is known that it is one."""
    signs = "".join(sign.emoji or OWN_SIGN for sign in told.new_reaction)
    who = Sender((str(told.user.id),)) if told.user is not None else Sender()
    ref = _ref(told.chat.id, told.message_id)
    return InboundEvent(
        EventKind.REACTION, key, str(told.chat.id), _at(told.date), sender=who, text=signs, ref=ref
    )


def _membership(told: _Membership, key: str) -> InboundEvent:
    gone = told.new_chat_member.status in ("kicked", "left")
    return InboundEvent(
        EventKind.MEMBERSHIP,
        key,
        str(told.chat.id),
        _at(told.date),
        sender=_sender(told.from_, told.chat),
        reachable=not gone,
    )


def _sender(user: _User | None, chat: _Chat) -> Sender:
    """Who wrote; in a group the chat is what is known again, whoever of its people writes."""
    if chat.type != "private":
        return Sender(name=chat.title)
    if user is None:
        return Sender()
    name = " ".join(filter(None, (user.first_name, user.last_name))).strip()
    return Sender((str(user.id),), name or None, user.username, user.language_code)


def _media(message: _Message) -> tuple[MediaRef, ...]:
    found: list[tuple[MediaKind, _File]] = []
    if message.photo:
        found.append(("image", max(message.photo, key=lambda size: size.width)))
    singles: tuple[tuple[MediaKind, _File | None], ...] = (
        ("video", message.video or message.animation or message.video_note),
        ("audio", message.audio),
        ("voice", message.voice),
        ("sticker", message.sticker),
        ("file", message.document if message.animation is None else None),
    )
    found += [(kind, file) for kind, file in singles if file is not None]
    return tuple(
        MediaRef(
            kind,
            {"file_id": file.file_id},
            file.file_name,
            file.mime_type or _TYPES.get(kind),
            file.file_size,
        )
        for kind, file in found
    )


_TYPES = {"image": "image/jpeg", "voice": "audio/ogg", "sticker": "image/webp", "video": "video/mp4"}


def _location(place: _Place, venue: _Venue | None) -> dict[str, Any]:
    found: dict[str, Any] = {"lat": place.latitude, "lon": place.longitude}
    if venue is not None:
        found |= {name: value for name in ("title", "address") if (value := getattr(venue, name))}
    return found


def _contact(contact: _Contact) -> dict[str, Any]:
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return {"name": name or contact.phone_number, "phone": contact.phone_number}


def _ref(chat: int, message: int) -> str:
    # Numbers of messages count within a chat.
    return f"{chat}:{message}"


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(max(0, min(seconds, 32_503_680_000)), UTC)
