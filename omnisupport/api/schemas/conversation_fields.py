"""Values of a conversation's attributes."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from omnisupport.api.schemas.base import Input, Output
from omnisupport.api.schemas.conversations import Conversation
from omnisupport.api.schemas.customers import Key, Value


class ConversationChanges(Input):
    """What changes of a conversation; what is not named stays, inside `fields` too."""

    fields: dict[Key, Value] = Field(
        default_factory=dict, max_length=100, description="Values of attributes; null takes one away."
    )


class ConversationDetail(Output):
    """One conversation, with the values of its attributes by their keys."""

    conversation: Conversation
    fields: dict[str, Any]
