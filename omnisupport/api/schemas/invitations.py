"""Invitations: what a manager sends and sees, and what the holder of a token does."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.names import Key, Name
from omnisupport.api.schemas.team import Departments, SkillHeld, Skills
from omnisupport.domain.people import LONGEST_ADDRESS, parse_address
from omnisupport.errors import OmniError


def _address(email: str) -> str:
    try:
        return parse_address(email)
    except OmniError as wrong:
        raise ValueError(wrong.detail) from wrong


Address = Annotated[Plain, Field(max_length=LONGEST_ADDRESS), AfterValidator(_address)]
State = Literal["open", "expired", "accepted", "revoked"]


class NewInvitation(Input):
    """Whom to ask, and as what."""

    email: Address
    name: Name | None = None
    role: Key
    department_ids: Departments = Field(default_factory=list)
    skills: Skills = Field(default_factory=list)


class InvitationOut(Output):
    """A person who was asked to join. `invited_by` is a member's id, null for a key of the tenant."""

    id: str
    email: str
    name: str | None
    role: str
    departments: list[str]
    skills: list[SkillHeld]
    state: State
    invited_by: str | None
    created_at: str
    expires_at: str


class InvitationEnvelope(Output):
    """One invitation."""

    invitation: InvitationOut


class InvitationPage(Output):
    """A page of invitations, the newest first."""

    items: list[InvitationOut]
    next_cursor: str | None


class OfferOut(Output):
    """What an invitation offers to who holds its token.

    `role` is a key and `role_name` its name in the workspace's language; `invited_by` is a member's name, null for a
    key of the workspace and for who has left.
    """

    workspace: str
    email: str
    name: str | None
    role: str
    role_name: str
    invited_by: str | None
    expires_at: str


class Accept(Input):
    """Name and password of a new account, or the password of the one that the address has.

    Who is signed in with the address needs neither.
    """

    name: Name | None = None
    password: str | None = Field(default=None, max_length=1024)


class Joined(Output):
    """Where one is a member now, and the address to sign in with."""

    workspace: str
    slug: str
    email: str
