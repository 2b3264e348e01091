"""Sends that ended badly, as the inbox lists them."""

from __future__ import annotations

from typing import Literal

from omnisupport.api.schemas.base import Input, Output
from omnisupport.api.schemas.messages import Message


class DeliveryDecision(Input):
    """`resend`: send it again; `arrived`: it has come to the customer; `discard`: it is not to be sent."""

    decision: Literal["resend", "arrived", "discard"]


class TroubledCustomer(Output):
    """Whom it was for."""

    id: str
    name: str | None


class TroubledChannel(Output):
    """Over which channel."""

    id: str
    type: str
    name: str


class Troubled(Output):
    """A message that failed or is uncertain, with the code of the reason."""

    message: Message
    code: str | None
    customer: TroubledCustomer
    channel: TroubledChannel


class TroubledPage(Output):
    """Some of them, and how many there are; `total` counts up to 100."""

    items: list[Troubled]
    next_cursor: str | None
    total: int
