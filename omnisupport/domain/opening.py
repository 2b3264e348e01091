"""Whether a person may begin a conversation at an address of a customer, and with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from omnisupport.domain.capabilities import Capabilities
from omnisupport.domain.window import window_of


class Opening(StrEnum):
    """What a conversation may begin with."""

    TEXT = "text"
    TEMPLATE = "template"
    NONE = "none"


class Obstacle(StrEnum):
    """Why none can begin; also the code of the refusal."""

    WITHOUT_ADDRESSES = "channel_without_addresses"
    CLOSED = "channel_closed"
    UNREACHABLE = "identity_unreachable"
    DENIED = "consent_denied"
    NEVER_WROTE = "never_wrote"
    WINDOW = "window_closed"


@dataclass(frozen=True, slots=True)
class Doorstep:
    """What is known of an address. `takes_first`: one may write there who was not written to."""

    channel_type: str
    is_connected: bool
    takes_first: bool
    is_unreachable: bool
    is_denied: bool
    last_in_at: datetime | None


def opening_of(at: Doorstep, facts: Capabilities, now: datetime) -> tuple[Opening, Obstacle | None]:
    """With what a conversation may begin at an address now, and what stands against it where there is nothing."""
    obstacle = _obstacle(at)
    if obstacle is not None:
        return Opening.NONE, obstacle
    state = window_of(facts, at.last_in_at, now).state
    if state == "closed":
        return Opening.NONE, Obstacle.WINDOW
    return (Opening.TEXT if state == "open" else Opening.TEMPLATE), None


def _obstacle(at: Doorstep) -> Obstacle | None:
    if at.channel_type == "widget":
        return Obstacle.WITHOUT_ADDRESSES
    if not at.is_connected:
        return Obstacle.CLOSED
    if at.is_unreachable:
        return Obstacle.UNREACHABLE
    if at.is_denied:
        return Obstacle.DENIED
    return Obstacle.NEVER_WROTE if at.last_in_at is None and not at.takes_first else None
