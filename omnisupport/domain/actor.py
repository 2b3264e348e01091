"""Who does something: the subject of every line of the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """What the actor is."""

    USER = "user"
    API_KEY = "api_key"
    SYSTEM = "system"
    """The platform itself: a workflow, the command line."""
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Actor:
    """Somebody, and from where; `impersonator_id` is the platform admin who acts in his name."""

    kind: ActorKind
    id: UUID | None = None
    name: str = ""
    impersonator_id: UUID | None = None
    address: str | None = None
    user_agent: str | None = None


SYSTEM = Actor(ActorKind.SYSTEM, name="system")
