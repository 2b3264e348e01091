"""Whether a member takes conversations: three kinds, and states of a tenant's own that are each of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class AvailabilityKind(StrEnum):
    """What a state comes to; each is a state itself."""

    ONLINE = "online"
    AWAY = "away"
    """Here, but takes nothing new."""
    OFFLINE = "offline"


def kind_of(state: str, own: Mapping[str, str]) -> AvailabilityKind:
    """The kind of a state; `own` are the tenant's, key to kind. One that is gone counts as offline."""
    found = own.get(state, state)
    return AvailabilityKind(found) if found in set(AvailabilityKind) else AvailabilityKind.OFFLINE
