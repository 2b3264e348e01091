"""Whom a tenant wants to have a second factor."""

from __future__ import annotations

from enum import StrEnum

from omnisupport.domain.permissions import Role

REQUIRE_TWO_FACTOR = "require_two_factor"
"""The name in a tenant's settings."""


class TwoFactorPolicy(StrEnum):
    """The values of that setting."""

    NOBODY = "nobody"
    ADMINS = "admins"
    """Owners and admins: who holds the keys of the house."""
    EVERYBODY = "everybody"


_ADMINS = frozenset({Role.OWNER, Role.ADMIN})


def policy_of(setting: object) -> TwoFactorPolicy:
    """Read the setting: one of the words, or true for everybody. Anything else, and nothing, is nobody."""
    if setting is True:
        return TwoFactorPolicy.EVERYBODY
    return next((each for each in TwoFactorPolicy if each == setting), TwoFactorPolicy.NOBODY)


def needs_second_factor(setting: object, role: str) -> bool:
    """Whether somebody of this role is to have a second factor."""
    match policy_of(setting):
        case TwoFactorPolicy.EVERYBODY:
            return True
        case TwoFactorPolicy.ADMINS:
            return role in _ADMINS
        case _:
            return False
