"""What the console sends and gets about conversations."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field, StrictInt

from omnisupport.api.schemas.base import Input, Moment, Output, Plain
from omnisupport.api.schemas.messages import SEQ_MAX, Preview
from omnisupport.api.schemas.templates import ReplyContent
from omnisupport.domain.files import MOST_SENT

FORCE = "Give it to an operator who has as many as his capacity allows: needs `team.availability`."


class Ref(Output):
    """A thing by id, with the name to show."""

    id: str
    name: str | None


class ChannelRef(Output):
    """A channel by id."""

    id: str
    type: str
    name: str


class ConversationRating(Output):
    """The last score that the customer gave. `scale`: stars5, nps10, thumbs, emoji, ces7."""

    scale: str
    score: int
    comment: str | None


class Conversation(Output):
    """One line of the inbox."""

    id: str
    status: Literal["open", "pending", "snoozed", "resolved"]
    controller: Literal["scenario", "assistant", "operator"]
    assignee: Ref | None
    department: Ref | None
    channel: ChannelRef
    customer: Ref
    scenario: Ref | None
    last_message: Preview | None
    unread: int
    tags: list[str]
    waiting_since: str | None
    snoozed_until: str | None
    last_seq: int
    customer_seen_seq: int
    rating: ConversationRating | None
    created_at: str
    updated_at: str


class ConversationEnvelope(Output):
    """One conversation."""

    conversation: Conversation


class OverCapacity(Output):
    """That the operator now holds more than his capacity: `held` conversations of a `channel` (null: of all)."""

    channel: str | None
    limit: int
    held: int


class HeldConversation(Output):
    """A conversation and whether whoever holds it now is beyond his capacity."""

    conversation: Conversation
    over_capacity: OverCapacity | None


class ConversationPage(Output):
    """A page of the inbox; `next_cursor` is null at the end."""

    items: list[Conversation]
    next_cursor: str | None


class ConversationCounts(Output):
    """Lines of the inbox's lists: open ones of one's own, without operator, and with the bot; all; all open; snoozed.

    `departments`: open ones by the department's id. 1,000 stands for that many or more.
    """

    mine: int
    unassigned: int
    bot: int
    all: int
    open: int
    snoozed: int
    departments: dict[str, int]


class NewReply(Input):
    """A reply to the customer, or a note among colleagues; `content.template` is sent instead of a text.

    `attachments` are files that one has uploaded: they go to the customer as files, with a text or without.
    """

    text: str = ""
    kind: Literal["reply", "note"] = "reply"
    client_message_id: Plain = Field(min_length=1, max_length=100)
    content: ReplyContent | None = None
    attachments: list[UUID] = Field(default_factory=list, max_length=MOST_SENT)


class Word(Input):
    """An action with an optional word on it."""

    note: Plain = Field(default="", max_length=4000)


class HandBack(Input):
    """Back to the bot, with what was agreed."""

    summary: Plain = Field(default="", max_length=4000)


class Assign(Input):
    """To an operator, a department, or (both null) to nobody."""

    user_id: UUID | None = None
    department_id: UUID | None = None
    force: bool = Field(default=False, description=FORCE)


class Transfer(Input):
    """To another operator or department, with a word."""

    user_id: UUID | None = None
    department_id: UUID | None = None
    note: Plain = Field(default="", max_length=4000)
    force: bool = Field(default=False, description=FORCE)


class Snooze(Input):
    """Until a moment with a zone."""

    until: Moment


class Seen(Input):
    """How far the operator has read."""

    seq: StrictInt = Field(ge=0, le=SEQ_MAX)


class Empty(Input):
    """No fields."""
