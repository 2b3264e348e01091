"""A customer's addresses, as people see and change them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field, StrictBool

from omnisupport.api.schemas.base import Input, Output, Plain


class IdentityChannel(Output):
    """The channel of an address; `status` is `active` where it is connected."""

    id: str
    type: str
    name: str
    status: str


class CustomerIdentity(Output):
    """An address. `vouched`: its channel says that it is his; `primary`: the first to write to on its channel.

    `unreachable` is why nothing arrives there: `blocked` by him, or said so by an `operator`. `conversation_id` is of
    the conversation that is open there. `opening` is what a conversation may begin with there now.
    """

    id: str
    channel: IdentityChannel
    address: str
    vouched: bool
    primary: bool
    reachable: bool
    unreachable: str | None
    conversation_id: str | None
    opening: Literal["text", "template", "none"]
    last_in_at: str | None
    created_at: str


class CustomerIdentities(Output):
    """In the order in which they are tried when a message cannot be delivered."""

    items: list[CustomerIdentity]


class NewIdentity(Input):
    """A phone number or a mail address on a connected channel."""

    channel_id: UUID
    address: Plain = Field(
        min_length=1, max_length=254, description="As people write it; a phone is kept as E.164."
    )


class IdentityChange(Input):
    """What changes. `primary` can only be given: another address takes it by being given it."""

    primary: StrictBool | None = Field(
        default=None, description="true: the first to write to on its channel."
    )
    reachable: StrictBool | None = None


class IdentityOrder(Input):
    """In which order a customer's addresses are tried; those not named come after, the one used last first."""

    identity_ids: list[UUID] = Field(max_length=200)
