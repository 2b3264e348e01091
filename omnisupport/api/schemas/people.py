"""Customers, members and departments as the console shows them."""

from __future__ import annotations

from typing import Any, Literal

from omnisupport.api.schemas.base import Output


class IdentityOut(Output):
    """A customer on one channel."""

    channel_type: str
    external_id: str


class Consent(Output):
    """What a customer said of one purpose, where and when."""

    status: Literal["granted", "denied"]
    source: str
    at: str


class Customer(Output):
    """The person writing; what he said of himself is not `verified`. The ETag is his `revision`."""

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
    external_id: str | None
    tags: list[str]
    consents: dict[str, Consent]
    revision: int
    updated_at: str


class CustomerEnvelope(Output):
    """One customer."""

    customer: Customer


class Member(Output):
    """A person of the team."""

    id: str
    name: str
    email: str
    role: str
    online: bool


class Members(Output):
    """The team."""

    items: list[Member]


class Department(Output):
    """A department and whether it is open now."""

    id: str
    key: str
    name: str
    timezone: str
    open: bool
    next_open: str | None


class Departments(Output):
    """Every department."""

    items: list[Department]
