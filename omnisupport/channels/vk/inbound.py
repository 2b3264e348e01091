"""Notifications of the Callback API as events. Facts: API 5.199 and its published schema."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from omnisupport.channels.base import Account, Forged, RawRequest, Reply, Unreadable
from omnisupport.channels.vk.attachments import lines_of, media_of
from omnisupport.domain.inbound import EventKind, InboundEvent, Sender

EVENTS = (
    "message_new",
    "message_reply",
    "message_edit",
    "message_allow",
    "message_deny",
    "message_read",
    "message_typing_state",
    "message_event",
    "message_reaction_event",
)
_LANGUAGES: Mapping[int | None, str] = {0: "ru", 1: "uk", 2: "be", 3: "en"}
"""`client_info.lang_id` to a language."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Notification(_Told):
    type: str
    event_id: str | None = None
    object: Any = None


class _Reply(_Told):
    id: int = 0
    conversation_message_id: int = 0


class _Forwarded(_Told):
    text: str | None = None
    attachments: list[dict[str, Any]] = []


class _Message(_Told):
    peer_id: int
    from_id: int
    date: int
    id: int = 0
    conversation_message_id: int = 0
    out: int = 0
    text: str | None = None
    payload: Any = None
    attachments: list[dict[str, Any]] = []
    geo: Any = None
    reply_message: _Reply | None = None
    fwd_messages: list[_Forwarded] = []
    ref: str | None = None
    ref_source: str | None = None
    update_time: int | None = None
    random_id: int | None = None
    admin_author_id: int | None = None
    action: Any = None


class _Client(_Told):
    lang_id: int | None = None


class _New(_Told):
    message: _Message
    client_info: _Client = _Client()


class _User(_Told):
    user_id: int


class _Seen(_Told):
    from_id: int
    peer_id: int
    conversation_message_id: int


class _Typing(_Told):
    from_id: int


class _Press(_Told):
    user_id: int
    peer_id: int
    event_id: str
    payload: Any = None
    conversation_message_id: int | None = None


SIGNS = ("❤️", "🔥", "😂", "👍", "💩", "❓", "😭", "😡", "👎", "👌", "😃", "🤔", "🙏", "😘", "😍", "🎉")
"""Reactions by their numbers, which begin with one."""
OTHER_SIGN = "⭐"


class _Reaction(_Told):
    reacted_id: int
    peer_id: int
    cmid: int
    reaction_id: int | None = None


def verify(request: RawRequest, account: Account) -> None:
    """The secret key within the body, and the community; a request for confirmation need not have the key.

    Raises:
        Forged: another community, or no key that is good.
    """
    try:
        told = _read(request)
    except Unreadable:
        told = {}
    if request.method == "POST" and str(told.get("group_id")) == account.external_id:
        if told.get("type") == "confirmation":
            return
        given = told.get("secret")
        held = [str(secret).encode() for secret in account.secrets.get("secret", ())]
        if isinstance(given, str) and given:
            matches = [hmac.compare_digest(given.encode(), secret) for secret in held]
            if any(matches):
                return
    raise Forged("This is not a call of VK for this community.")


def parse(request: RawRequest, account: Account) -> Sequence[InboundEvent]:
    """What one notification tells of.

    Raises:
        Unreadable: not a notification.
    """
    try:
        told = _Notification.model_validate(_read(request))
        reader = _READERS.get(told.type)
        return list(reader(told)) if reader else []
    except ValidationError as fault:
        raise Unreadable("This is not a notification of the Callback API.") from fault


def ack(request: RawRequest, account: Account) -> Reply:
    """`ok`, or the confirmation code to a request for it: VK takes nothing else for an answer."""
    try:
        is_confirmation = _read(request).get("type") == "confirmation"
    except Unreadable:
        is_confirmation = False
    if not is_confirmation:
        return Reply(body="ok")
    code = account.settings.get("confirmation")
    return Reply(body=str(code)) if code else Reply(503)


def event_of_history(message: Any) -> InboundEvent | None:
    """A message as the API lists it, with the key that its notification has; None: not one of a customer."""
    try:
        read = _Message.model_validate(message)
    except ValidationError:
        return None
    return _message(read, None, "") if not read.out and _number(read) else None


def ref_of(peer: int, number: int) -> str:
    """The name of a message: numbers count within a conversation."""
    return f"{peer}:{number}"


def _read(request: RawRequest) -> dict[str, Any]:
    try:
        told = orjson.loads(request.body)
    except orjson.JSONDecodeError as fault:
        raise Unreadable("This is not JSON.") from fault
    if not isinstance(told, dict):
        raise Unreadable("This is not a notification of the Callback API.")
    return told


def _key(told: _Notification) -> str:
    if told.event_id:
        return f"e{told.event_id}"
    written = orjson.dumps(told.object, option=orjson.OPT_SORT_KEYS)
    return f"{told.type}:{hashlib.sha256(written).hexdigest()[:32]}"


def _new(told: _Notification) -> Iterator[InboundEvent]:
    new = _New.model_validate(told.object)
    event = _message(new.message, _LANGUAGES.get(new.client_info.lang_id), _key(told))
    if event is not None:
        yield event


def _message(message: _Message, locale: str | None, key: str) -> InboundEvent | None:
    if message.action is not None:  # somebody joined, a message was pinned
        return None
    # Not by the notification's own id: the history, which is asked after an outage, does not have it.
    key = f"m{_ref(message)}" if _number(message) else key
    event = _said(EventKind.MESSAGE, key, message, _whole_text(message), locale)
    has_content = event.text or event.media or event.location or event.button
    return event if has_content else None


def _echo(told: _Notification) -> Iterator[InboundEvent]:
    message = _Message.model_validate(told.object)
    key = f"o{_ref(message)}" if _number(message) else _key(told)
    # The text alone: VK itself attaches a card to a link, which was not sent.
    yield _said(EventKind.ECHO, key, message, message.text or "", None)


def _edit(told: _Notification) -> Iterator[InboundEvent]:
    message = _Message.model_validate(told.object)
    if not message.out and message.from_id > 0:
        yield _said(EventKind.EDIT, _key(told), message, _whole_text(message), None)


def _said(kind: EventKind, key: str, message: _Message, text: str, locale: str | None) -> InboundEvent:
    reply = message.reply_message
    answered = (reply.conversation_message_id or reply.id) if reply else 0
    forwarded = tuple(found for each in message.fwd_messages for found in media_of(each.attachments))
    known = {"random_id": message.random_id, "admin_author_id": message.admin_author_id}
    return InboundEvent(
        kind,
        key,
        str(message.peer_id),
        _at(message.update_time if kind is EventKind.EDIT and message.update_time else message.date),
        sender=Sender(_alone(message.from_id, message.peer_id), locale=locale),
        text=text,
        media=media_of(message.attachments) + forwarded,
        button=_button(message.payload),
        location=_location(message.geo),
        referral=_referral(message),
        reply_to=ref_of(message.peer_id, answered) if answered else None,
        ref=_ref(message) if _number(message) else None,
        automatic=kind is EventKind.MESSAGE and message.from_id < 0,  # a bot of another community, in a chat
        extra={name: value for name, value in known.items() if value is not None},
    )


def _alone(user: int, peer: int) -> tuple[str, ...]:
    """A person's own id in a chat of his own: in a chat of many, the chat is what is known again."""
    return (str(user),) if user == peer else ()


def _membership(told: _Notification) -> Iterator[InboundEvent]:
    user = str(_User.model_validate(told.object).user_id)
    yield InboundEvent(
        EventKind.MEMBERSHIP,
        _key(told),
        user,
        datetime.now(UTC),
        sender=Sender((user,)),
        reachable=told.type == "message_allow",
    )


def _seen(told: _Notification) -> Iterator[InboundEvent]:
    seen = _Seen.model_validate(told.object)
    if seen.from_id > 0:
        yield InboundEvent(
            EventKind.READ,
            _key(told),
            str(seen.peer_id),
            datetime.now(UTC),
            sender=Sender((str(seen.from_id),)),
            ref=ref_of(seen.peer_id, seen.conversation_message_id),
        )


def _typing(told: _Notification) -> Iterator[InboundEvent]:
    who = _Typing.model_validate(told.object).from_id
    if who > 0:  # not the community itself
        yield InboundEvent(
            EventKind.TYPING, _key(told), str(who), datetime.now(UTC), sender=Sender((str(who),))
        )


def _press(told: _Notification) -> Iterator[InboundEvent]:
    press = _Press.model_validate(told.object)
    button = _button(press.payload)
    if button is None:
        return
    under = press.conversation_message_id
    yield InboundEvent(
        EventKind.MESSAGE,
        _key(told),
        str(press.peer_id),
        datetime.now(UTC),
        sender=Sender(_alone(press.user_id, press.peer_id)),
        button=button,
        reply_to=ref_of(press.peer_id, under) if under else None,
        extra={"event_id": press.event_id, "user_id": press.user_id, "peer_id": press.peer_id},
    )


def _sign(reaction_id: int | None) -> str:
    """The emoji of a reaction; one that VK has added since is some sign all the same, and none is one taken back."""
    if not reaction_id:
        return ""
    return SIGNS[reaction_id - 1] if 0 < reaction_id <= len(SIGNS) else OTHER_SIGN


def _reaction(told: _Notification) -> Iterator[InboundEvent]:
    reaction = _Reaction.model_validate(told.object)
    if reaction.reacted_id > 0:
        yield InboundEvent(
            EventKind.REACTION,
            _key(told),
            str(reaction.peer_id),
            datetime.now(UTC),
            sender=Sender((str(reaction.reacted_id),)),
            text=_sign(reaction.reaction_id),
            ref=ref_of(reaction.peer_id, reaction.cmid),
            extra={"reaction_id": reaction.reaction_id},  # None: it was taken back
        )


_READERS: Mapping[str, Callable[[_Notification], Iterator[InboundEvent]]] = {
    "message_new": _new,
    "message_reply": _echo,
    "message_edit": _edit,
    "message_allow": _membership,
    "message_deny": _membership,
    "message_read": _seen,
    "message_typing_state": _typing,
    "message_event": _press,
    "message_reaction_event": _reaction,
}


def _whole_text(message: _Message) -> str:
    text = message.text or ""
    lines = [text] if text else []
    for each in message.fwd_messages:
        lines += [f"> {line}" for line in (each.text or "").splitlines()]
        lines += [f"> {line}" for line in lines_of(each.attachments)]
    for line in lines_of(message.attachments):
        address = line.rpartition(": ")[2]
        if address not in text:
            lines.append(line)
    return "\n".join(lines)


def _button(payload: Any) -> str | None:
    """The id in `{"b": id}`. A customer can write any payload: nothing else is taken of it."""
    if isinstance(payload, str):
        try:
            payload = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return None
    button = payload.get("b") if isinstance(payload, dict) else None
    return button if isinstance(button, str) and button else None


def _location(geo: Any) -> dict[str, Any] | None:
    place = geo.get("coordinates") if isinstance(geo, dict) else None
    if not isinstance(place, dict):
        return None
    latitude, longitude = place.get("latitude"), place.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    found: dict[str, Any] = {"lat": float(latitude), "lon": float(longitude)}
    title = geo["place"].get("title") if isinstance(geo.get("place"), dict) else None
    return found | ({"title": title} if isinstance(title, str) and title else {})


def _referral(message: _Message) -> dict[str, Any] | None:
    if not message.ref:
        return None
    return {"ref": message.ref} | ({"source": message.ref_source} if message.ref_source else {})


def _number(message: _Message) -> int:
    # In a chat of several people the message's own id is 0.
    return message.conversation_message_id or message.id


def _ref(message: _Message) -> str:
    return ref_of(message.peer_id, _number(message))


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(max(0, min(seconds, 32_503_680_000)), UTC)
