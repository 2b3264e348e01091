"""Messages that go over another channel than their own."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field, StrictInt

from omnisupport.api.schemas.base import Input, Output
from omnisupport.domain.fallback import LONGEST_WAIT_MIN, FallbackPolicy


class FallbackSettingsIn(Input):
    """`off`: never; `ask`: operators are offered it; `automatic`: by itself, for messages of operators.

    `after_minutes`: how long a channel may be down before another one is taken by itself.
    """

    policy: FallbackPolicy
    after_minutes: StrictInt = Field(ge=0, le=LONGEST_WAIT_MIN)


class FallbackSettingsOut(Output):
    """What the workspace has said."""

    policy: FallbackPolicy
    after_minutes: int


class FallbackChannel(Output):
    """The channel of an address."""

    id: str
    type: str
    name: str


class FallbackOption(Output):
    """An address where a failed message may go; not `vouched`: nobody knows whether it is his."""

    identity_id: str
    address: str
    vouched: bool
    channel: FallbackChannel


class FallbackOptions(Output):
    """In the order in which they are tried; none for a message that was sent, or went elsewhere."""

    items: list[FallbackOption]


class FallBack(Input):
    """Where the message is to go."""

    identity_id: UUID
