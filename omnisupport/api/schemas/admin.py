"""Tenants as the people of the platform see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.names import seen

Email = Annotated[Plain, Field(min_length=3, max_length=254)]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=5, max_length=500, pattern=r"^[^\x00]*$"),
    AfterValidator(seen),
]


class AdminTenant(Output):
    """A tenant; `manager_id` looks after it, `referrer_id` brought it."""

    id: UUID
    slug: str
    name: str
    status: Literal["active", "suspended", "importing"]
    created_at: datetime
    manager_id: UUID | None
    referrer_id: UUID | None


class AdminTenantEnvelope(Output):
    """One tenant."""

    tenant: AdminTenant


class AdminTenants(Output):
    """Tenants by slug; `next_cursor` asks for the page behind these."""

    items: list[AdminTenant]
    next_cursor: str | None


class Referral(Output):
    """A tenant that a partner brought."""

    name: str
    created_at: datetime


class Referrals(Output):
    """What one has brought, by slug."""

    items: list[Referral]
    next_cursor: str | None


class Entrust(Input):
    """Who looks after a tenant and who brought it, by e-mail address; null: nobody."""

    manager: Email | None
    referrer: Email | None


class Impersonate(Input):
    """As which member, why (the tenant reads it), and for how long; `grant` as at the sign-in."""

    email: Email
    reason: Reason
    minutes: Annotated[int, Field(ge=1, le=60, strict=True)] = 30
    grant: Literal["cookie", "token"] = "cookie"
