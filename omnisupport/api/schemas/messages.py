"""A message on the wire, the same for widget and console."""

from __future__ import annotations

from typing import Any, Literal

from omnisupport.api.schemas.base import Output


class Author(Output):
    """Who wrote a message."""

    kind: Literal["customer", "scenario", "assistant", "operator", "system"]
    id: str | None
    name: str | None


class Message(Output):
    """One row of a conversation, numbered by `seq` without a hole."""

    id: str
    conversation_id: str
    seq: int
    direction: Literal["inbound", "outbound", "note", "event"]
    author: Author
    text: str
    content: dict[str, Any]
    attachments: list[dict[str, Any]]
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
