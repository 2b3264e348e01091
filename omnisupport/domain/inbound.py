"""What a provider tells of, in words that no provider has of its own: messages, presses, edits, statuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal


class EventKind(StrEnum):
    """What a provider tells of."""

    MESSAGE = "message"
    EDIT = "edit"
    DELETE = "delete"
    STATUS = "status"
    READ = "read"
    TYPING = "typing"
    REACTION = "reaction"
    MEMBERSHIP = "membership"
    MOVED = "moved"
    ECHO = "echo"


DeliveryStatus = Literal["sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file that stays with the provider until it is fetched.

    `kind` is image, audio, video, voice, sticker or file; `ref` is whatever the adapter needs to fetch it, and is never
    shown to anybody. `size` is in bytes, as far as the provider told it; `name` and `type` are the sender's words.
    """

    kind: Literal["image", "audio", "video", "voice", "sticker", "file"]
    ref: Mapping[str, Any]
    name: str | None = None
    type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as the provider knows him: `aliases` are ids that stay his own, the best one first.

    What he says of himself is not verified; `phone` is E.164 where the channel vouches for it (WhatsApp, SMS), and so
    is `verified` then.
    """

    aliases: tuple[str, ...] = ()
    name: str | None = None
    username: str | None = None
    locale: str | None = None
    phone: str | None = None
    email: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """One thing that a provider tells of.

    `dedupe_key` is the same in every delivery of the same thing, and in no other one of the account. `chat` is the
    address that answers go to; `ref` the provider's id of the message that it is, or is about. `album` groups what was
    sent as one. `at` is the provider's time, in UTC.

    A press has `button`: the id on the wire, which is looked up, never trusted. `account` names the account that is
    meant where one webhook serves several. `part_key` says which of our own parts a status or an echo is about
    (`{message key}/{index}`). `reachable` is of MEMBERSHIP, `moved_to` the new address of MOVED. `automatic`: written
    by a machine (an auto-reply), so that nothing answers it. A REACTION has its emoji in `text`; empty: it was taken
    back.
    """

    kind: EventKind
    dedupe_key: str
    chat: str
    at: datetime
    sender: Sender = field(default_factory=Sender)
    text: str = ""
    media: tuple[MediaRef, ...] = ()
    button: str | None = None
    location: Mapping[str, Any] | None = None
    contact: Mapping[str, Any] | None = None
    referral: Mapping[str, Any] | None = None
    reply_to: str | None = None
    ref: str | None = None
    album: str | None = None
    account: str | None = None
    part_key: str | None = None
    status: DeliveryStatus | None = None
    code: str | None = None
    detail: str | None = None
    reachable: bool | None = None
    moved_to: str | None = None
    automatic: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What only this channel knows and keeps beside the message, such as a subject; shown, never acted upon."""
    original: bytes | None = field(default=None, repr=False)
    """The whole of it as it came (a mail), to be kept as a file: reading it will be wrong some day."""
