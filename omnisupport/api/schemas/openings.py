"""A conversation that an operator begins."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.conversations import Conversation
from omnisupport.api.schemas.messages import Message
from omnisupport.api.schemas.templates import ReplyContent


class NewConversation(Input):
    """To whom, and the first words. Name an address of the customer by `identity_id`, or a channel by `channel_id`.

    On a channel his first address is taken, or `address`: a phone or a mail address, which is written down for him
    where it is new.
    """

    identity_id: UUID | None = None
    channel_id: UUID | None = None
    address: Plain | None = Field(default=None, min_length=1, max_length=254)
    text: str = ""
    content: ReplyContent | None = None
    client_message_id: Plain = Field(min_length=1, max_length=100)


class BegunConversation(Output):
    """The conversation and its message; `was_open`: it was there, and the message was said in it."""

    conversation: Conversation
    message: Message
    was_open: bool
