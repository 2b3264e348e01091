"""Customers as the console shows them."""

from __future__ import annotations

from typing import Any

from omnisupport.api.schemas.base import Output


class IdentityOut(Output):
    """A customer on one channel."""

    channel_type: str
    external_id: str


class Customer(Output):
    """The person writing; what he said of himself is not `verified`."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    locale: str
    fields: dict[str, Any]
    verified: bool
    identities: list[IdentityOut]
    pages: list[dict[str, str]]
    created_at: str


class CustomerEnvelope(Output):
    """One customer."""

    customer: Customer
