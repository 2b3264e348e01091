"""A message on the wire, the same for widget and console."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from omnisupport.api.schemas.base import Output

SEQ_MAX = 2**31 - 1
"""The largest seq that the tables hold."""


class Author(Output):
    """Who wrote a message."""

    kind: Literal["customer", "scenario", "assistant", "operator", "system"]
    id: str | None
    name: str | None


class Part(Output):
    """A piece of a message that is shown on its own."""

    text: str


class Button(Output):
    """A button of a message; its id is what a press sends."""

    id: str
    label: str


class QuickReply(Output):
    """An answer that is offered; pressing it sends its words."""

    label: str


class Source(Output):
    """Where an answer was taken from."""

    title: str
    url: str | None
    document_id: str | None
    quote: str | None


class Event(Output):
    """What happened, on rows of direction `event`, with the names that its type has; a customer sees `public` ones."""

    model_config = ConfigDict(extra="allow")

    type: str
    public: bool


class Location(Output):
    """A place that came with a message."""

    lat: float
    lon: float
    address: str | None = None


class SharedContact(Output):
    """A person whom a message names."""

    name: str | None = None
    phone: str
    own: bool = False


class Attachment(Output):
    """A file that came with a message. `scan`: clean, infected, or not_checked where nobody looks.

    `voice`: it is a voice message, which lasts `duration_ms`.
    """

    id: str
    name: str
    mime: str
    size: int
    kind: Literal["file", "image", "audio", "video"]
    scan: Literal["clean", "infected", "not_checked"]
    voice: bool = None  # type: ignore[assignment]
    duration_ms: int = None  # type: ignore[assignment]
    state: Literal["waiting", "ready", "failed"] = None  # type: ignore[assignment]
    """Of a file that came by a provider: whether it was fetched from there."""
    reason: str = None  # type: ignore[assignment]


class FilledField(Output):
    """A field of a form as it was filled in; of a select, the label of the choice."""

    key: str
    label: str
    value: str


class FilledConsent(Output):
    """What was agreed to with a form, in the words that were shown."""

    purpose: str
    text: str


class FormContent(Output):
    """The form that a message came with."""

    kind: Literal["pre_chat", "offline"]
    fields: list[FilledField]
    consent: FilledConsent = None  # type: ignore[assignment]


class OpeningContent(Output):
    """What the widget had said by itself, which a message answers to."""

    id: str
    text: str


class SentTemplate(Output):
    """The template that a message was made of."""

    id: str
    name: str
    language: str


class Instead(Output):
    """The same message on another channel."""

    message_id: str
    conversation_id: str
    channel_type: str


class InsteadOf(Instead):
    """The message that could not be delivered; `tried` are the channels that were."""

    tried: list[str]


class OriginalRef(Output):
    """A message as it came (a mail), which is kept as a file; `size` in bytes."""

    id: str
    size: int


class MessageReaction(Output):
    """One person's: `who` as the provider names him; without an `emoji` he has taken it back."""

    who: str
    emoji: str | None
    at: str


class Content(Output):
    """What a message is beside its text. What a row has not is absent: `event`, `button`, `location` and the rest."""

    parts: list[Part]
    buttons: list[Button]
    sources: list[Source]
    quick_replies: list[QuickReply] = None  # type: ignore[assignment]  # absent, never null
    event: Event = None  # type: ignore[assignment]
    button: str = None  # type: ignore[assignment]
    location: Location = None  # type: ignore[assignment]
    contact: SharedContact = None  # type: ignore[assignment]
    referral: str = None  # type: ignore[assignment]
    form: FormContent = None  # type: ignore[assignment]
    opening: OpeningContent = None  # type: ignore[assignment]
    lossy: list[str] = None  # type: ignore[assignment]
    """What of the message its channel could not show, by the codes of `channels/rendering.py`."""
    outside: bool = None  # type: ignore[assignment]
    """Written on the account by somebody, not by us."""
    automatic: bool = None  # type: ignore[assignment]
    album: str = None  # type: ignore[assignment]
    edited_from: str = None  # type: ignore[assignment]
    """What it said before the customer changed it."""
    withdrawn: bool = None  # type: ignore[assignment]
    """The customer has taken it back."""
    reactions: list[MessageReaction] = None  # type: ignore[assignment]
    """What people think of it in one sign, the last one last."""
    subject: str = None  # type: ignore[assignment]
    dmarc: str = None  # type: ignore[assignment]
    transcript: str = None  # type: ignore[assignment]
    template: SentTemplate = None  # type: ignore[assignment]
    instead: Instead = None  # type: ignore[assignment]
    """Where it went when it could not be delivered here."""
    instead_of: InsteadOf = None  # type: ignore[assignment]
    """What could not be delivered elsewhere."""
    original: OriginalRef = None  # type: ignore[assignment]


class Preview(Output):
    """The newest message of a conversation, up to 200 characters of it."""

    text: str
    direction: Literal["inbound", "outbound", "note", "event"]
    seq: int
    author: Author
    created_at: str


class Message(Output):
    """One row of a conversation, numbered by `seq` without a hole."""

    id: str
    conversation_id: str
    seq: int
    direction: Literal["inbound", "outbound", "note", "event"]
    author: Author
    text: str
    content: Content
    attachments: list[Attachment]
    reply_to: str | None
    status: str
    external_id: str | None
    client_message_id: str | None
    turn: int | None
    created_at: str


class MessageEnvelope(Output):
    """An accepted message."""

    message: Message


class MessagePage(Output):
    """Messages after a seq, oldest first."""

    conversation_id: str | None
    messages: list[Message]
    last_seq: int


class Ticket(Output):
    """A ticket for one WebSocket; `expires_in` seconds."""

    ticket: str
    expires_in: int
