"""The second factor."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from omnisupport.api.schemas.auth import Tokens
from omnisupport.api.schemas.base import Input, Output, Plain

CODE = 40
"""Characters, with the spaces that people type."""


class Enrolment(Output):
    """A seed for an authenticator app, told this once: as text, as a link and as a picture."""

    secret: str
    otpauth_url: str
    qr_svg: str


class VerifyCode(Input):
    """With `token`: the second step of a sign-in, by `code` or `recovery_code`. Without: confirms a new seed by `code`.

    `grant` is as in `POST /auth/login`.
    """

    token: str | None = Field(default=None, max_length=200)
    code: Plain | None = Field(default=None, min_length=1, max_length=CODE)
    recovery_code: Plain | None = Field(default=None, min_length=1, max_length=CODE)
    grant: Literal["cookie", "token"] = "cookie"


class Confirmed(Output):
    """The second factor is in force. Recovery codes are told this once; `tokens` replace those of an API client."""

    recovery_codes: list[str]
    tokens: Tokens | None


class Disable(Input):
    """Both factors, for both are to be his; `code` may be a recovery code."""

    password: str = Field(max_length=1024)
    code: Plain = Field(min_length=1, max_length=CODE)


class Code(Input):
    """A code of the app, or a recovery code."""

    code: Plain = Field(min_length=1, max_length=CODE)


class RecoveryCodes(Output):
    """Ten new ones; those before are good no more."""

    recovery_codes: list[str]
