"""Signing in."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from omnisupport.api.schemas.base import Input, Output, Plain


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
    """The platform admin who acts in the name of the person."""

    name: str


class Me(Output):
    """Who is signed in, where, and what he may do."""

    user: UserOut
    tenant: TenantOut
    role: str
    permissions: list[str]
    impersonator: Impersonator | None
