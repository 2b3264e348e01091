"""What a channel takes now, and what the customer will see of a reply."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.conversations import ChannelRef
from omnisupport.api.schemas.templates import TemplateUse
from omnisupport.domain.files import MOST_SENT

Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\x00]+$", max_length=2000)]
Label = Annotated[Plain, Field(min_length=1, max_length=200)]


class ReplyWindow(Output):
    """Whether free texts are taken. `until`: when an open window closes, or a closed one did; null: there is none."""

    state: Literal["open", "template_only", "closed"]
    until: str | None


class TextLimit(Output):
    """The longest text, in `unit`; a longer one is sent in several messages. `sms`: each part of it is charged."""

    max: int | None
    unit: Literal["characters", "utf16", "bytes"]
    with_buttons: int | None
    caption: int | None
    sms: bool


class ChoiceLimit(Output):
    """How many choices a message may have, and how long their labels may be (null: as long as they are)."""

    max: int
    label: int | None


class FileLimit(Output):
    """Files of a kind: media types (empty: any), and bytes."""

    kind: str
    types: list[str]
    bytes: int | None


class ReplyState(Output):
    """What the channel of a conversation takes now.

    `unreachable` is why nothing arrives (blocked, channel_closed), `reason` the same in words; both null: it does.
    `signs`: what the channel tells besides messages.
    """

    channel: ChannelRef
    provider: str
    window: ReplyWindow
    unreachable: str | None
    reason: str | None
    text: TextLimit
    formats: list[Literal["strong", "links"]]
    buttons: ChoiceLimit
    choice_list: ChoiceLimit | None
    links: ChoiceLimit
    files: list[FileLimit]
    parts: list[str]
    templates: bool
    signs: list[Literal["typing", "delivered", "read", "edited", "deleted"]]


class ReplyStateEnvelope(Output):
    """What the channel takes now."""

    reply_state: ReplyState


class PreviewedButton(Input):
    """A button; with `url` it opens an address and does not answer."""

    label: Label
    url: Address | None = None


class PreviewedFile(Input):
    """A file by its address."""

    kind: Literal["image", "video", "audio", "file"]
    url: Address
    name: Plain | None = Field(default=None, max_length=255)


class PreviewedContent(Input):
    """What a message has besides its text."""

    buttons: list[PreviewedButton] = Field(default=[], max_length=50)
    media: PreviewedFile | None = None
    template: TemplateUse | None = None


class PreviewRequest(Input):
    """A message that is not sent; `attachments` are files that one has uploaded."""

    text: Plain = Field(default="", max_length=8000)
    content: PreviewedContent = Field(default_factory=PreviewedContent)
    attachments: list[UUID] = Field(default_factory=list, max_length=MOST_SENT)


class ShownSpan(Output):
    """A run of text; with `url` it is a link."""

    text: str
    strong: bool
    url: str | None


class ShownButton(Output):
    """A button as it is shown."""

    label: str
    url: str | None


class Loss(Output):
    """What of a message its channel cannot show: a code of `channels/rendering.py`, and in words."""

    code: str
    words: str


class ShownMessage(Output):
    """One message as the channel shows it.

    `title`: a mail's subject, the name of a file, place or person, a template's heading. `note` stands below in small.
    `opens`: the label of the button that opens a list. `length` is in the channel's unit; `sms_parts` is charged.
    """

    kind: Literal[
        "text", "image", "video", "audio", "voice", "file", "location", "contact", "template", "mail"
    ]
    spans: list[ShownSpan]
    title: str | None
    url: str | None
    note: str | None
    layout: Literal["none", "buttons", "list"]
    buttons: list[ShownButton]
    opens: str | None
    length: int
    sms_parts: int | None
    lossy: list[Loss]


class MessagePreview(Output):
    """What the customer will see, in the messages that it is sent in."""

    channel_type: str
    messages: list[ShownMessage]


class NodePreviewRequest(Input):
    """A node of a document that says something. Without `channels` it is shown on those of the document."""

    document: Plain = Field(max_length=1_000_000)
    node: Plain = Field(min_length=1, max_length=200)
    channels: list[Plain] | None = Field(default=None, max_length=20)


class NodePreview(Output):
    """What a node says on each channel; none where it says nothing there."""

    items: list[MessagePreview]
