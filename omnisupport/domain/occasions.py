"""What may begin a scenario besides a message, or what a waiting run hears of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

HOOK_EVENT = "webhook."
"""Before the key of a connection: the event that its service has told. Nobody else tells events of such names."""


@dataclass(frozen=True)
class Occasion:
    """Something that happened: `id` names it for good, `data` is what expressions see as `event.*`."""

    id: str
    name: str
    data: dict[str, Any] = field(default_factory=dict)
    customer_id: UUID | None = None
    conversation_id: UUID | None = None
    connection: str | None = None
    """The key of the connection that has told it, signed."""


@dataclass(frozen=True)
class Stood:
    """How a conversation stood when it was read: what becomes of it later is other news."""

    conversation_id: UUID
    status: str
    assignee_id: UUID | None
    turn: int


@dataclass(frozen=True)
class News:
    """Occasions in their order, and where the reader stands after them."""

    occasions: list[Occasion]
    stood: list[Stood]
    change_cursor: str
    event_cursor: str
    more: bool


@dataclass(frozen=True)
class Waiting:
    """A run that waits for an event: its workflow."""

    workflow_id: str


@dataclass(frozen=True)
class Silent:
    """A conversation in which somebody has been silent: `mark` names this silence."""

    conversation_id: UUID
    customer_id: UUID
    mark: str
