"""Registering, passwords and addresses."""

from __future__ import annotations

from pydantic import Field

from omnisupport.api.schemas.auth import Locale
from omnisupport.api.schemas.base import Input, Output, Plain

TOKEN = 200
PASSWORD = 1024


class Register(Input):
    """A workspace and its owner. Without `slug` it is made from the company's name."""

    email: Plain = Field(max_length=300)
    password: str = Field(max_length=PASSWORD)
    name: Plain = Field(max_length=200)
    company: Plain = Field(max_length=200)
    slug: Plain | None = Field(default=None, max_length=63)
    locale: Locale = "ru"


class Sent(Output):
    """Where a mail goes, if it goes: this says nothing of who has an account."""

    email: str


class ForgotPassword(Input):
    """Whose password."""

    email: Plain = Field(max_length=300)


class ResetPassword(Input):
    """The token of the mail, and the password from now on."""

    token: str = Field(max_length=TOKEN)
    password: str = Field(max_length=PASSWORD)


class VerifyEmail(Input):
    """The token of the mail."""

    token: str = Field(max_length=TOKEN)


class Verified(Output):
    """The address that is the account's now."""

    email: str


class ChangePassword(Input):
    """Both passwords."""

    old: str = Field(max_length=PASSWORD)
    new: str = Field(max_length=PASSWORD)


class ChangeEmail(Input):
    """The new address, and the password as a proof."""

    password: str = Field(max_length=PASSWORD)
    email: Plain = Field(max_length=300)


class Reauthenticate(Input):
    """One of the two."""

    password: str | None = Field(default=None, max_length=PASSWORD)
    code: Plain | None = Field(default=None, min_length=1, max_length=40)
