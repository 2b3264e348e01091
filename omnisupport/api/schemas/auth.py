"""Signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from omnisupport.api.schemas.base import Input, Output, Plain

Locale = Literal["ru", "en"]


class SignIn(Input):
    """`grant` token answers with tokens instead of a cookie; `tenant` chooses among several."""

    email: Plain = Field(max_length=254)
    password: str = Field(max_length=1024)
    grant: Literal["cookie", "token"] = "cookie"
    tenant: Plain | None = Field(default=None, max_length=63)


class Refresh(Input):
    """A refresh token; it is good once."""

    refresh_token: str = Field(max_length=200)


class Tokens(Output):
    """For API clients; `expires_in` seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


class SecondFactorToken(Output):
    """Good once, for `expires_in` seconds."""

    token: str
    expires_in: int


class TwoFactorNeeded(Output):
    """The password was right; nobody is signed in before the code is."""

    two_factor: SecondFactorToken


class Profile(Input):
    """What a person may change of himself; what is absent stays."""

    name: Plain | None = Field(default=None, max_length=200)
    locale: Locale | None = None


class UserOut(Output):
    """A person."""

    id: UUID
    name: str
    email: str
    locale: str


class TenantOut(Output):
    """A tenant."""

    id: UUID
    slug: str
    name: str


class Impersonator(Output):
    """The platform admin who acts in the name of the person, and until when."""

    name: str
    until: datetime | None


class Me(Output):
    """Who is signed in, where, and what he may do.

    `scope`: which conversations (`all`, `departments`, `own`); `verified`: the e-mail address; `two_factor_required`:
    nothing else is open before a second factor is enabled.
    """

    user: UserOut
    tenant: TenantOut
    role: str
    permissions: list[str]
    scope: str
    platform_role: str | None
    verified: bool
    two_factor: bool
    two_factor_required: bool
    impersonator: Impersonator | None
