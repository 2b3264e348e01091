"""Security settings of a workspace."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from omnisupport.api.schemas.base import Input, Output

Domain = Annotated[str, StringConstraints(min_length=1, max_length=260)]
Mode = Literal["optional", "enforced"]
Whom = Literal["nobody", "admins", "everybody"]
"""Of whom a second factor is asked; `admins` are owners and admins."""


class SecurityChange(Input):
    """All of the settings; `allowed_domains` are hosts, `*.` before one for those below it, none: any page."""

    allowed_domains: list[Domain] = Field(max_length=50)
    require_two_factor: Whom
    identity_mode: Mode


class IdentityKeyOut(Output):
    """A signing key; `hint` is the end of its secret."""

    id: UUID
    hint: str
    created_at: str


class Security(Output):
    """The settings, and the signing keys of the widget, the newest first."""

    allowed_domains: list[str]
    require_two_factor: Whom
    identity_mode: Mode
    identity_keys: list[IdentityKeyOut]


class NewIdentityKey(Output):
    """A signing key with its secret, which is shown this once."""

    identity_key: IdentityKeyOut
    secret: str
