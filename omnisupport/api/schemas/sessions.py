"""A person's sessions, and the tenants that he may go to."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from omnisupport.api.schemas.auth import TenantOut
from omnisupport.api.schemas.base import Input, Output


class SessionOut(Output):
    """A live session. `kind`: `cookie` of a browser, `refresh` of an API client; `device`: what it says of itself."""

    id: UUID
    kind: Literal["cookie", "refresh"]
    device: str | None
    address: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool
    impersonated: bool


class Sessions(Output):
    """Seen last first, 100 at most."""

    items: list[SessionOut]


class SessionsEnded(Output):
    """How many."""

    ended: int


class OwnTenant(TenantOut):
    """A tenant that one belongs to."""

    role: str
    current: bool


class OwnTenants(Output):
    """By slug, 200 at most."""

    items: list[OwnTenant]


class SelectTenant(Input):
    """Where to go."""

    tenant_id: UUID
