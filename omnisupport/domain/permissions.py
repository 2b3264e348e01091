"""What a person may do: permissions, and the built-in roles that carry them.

Permissions are additive words, never renamed: they stand in custom roles and API keys of tenants. A
route names the one that it needs; a role is nothing but a set of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that may be allowed, `noun.verb`; the noun is that of the route's file."""

    CONVERSATIONS_READ = "conversations.read"
    CONVERSATIONS_REPLY = "conversations.reply"
    """Write replies and notes."""
    CONVERSATIONS_ASSIGN = "conversations.assign"
    """Assign and transfer, to oneself or to others."""
    CONVERSATIONS_CONTROL = "conversations.control"
    """Take over, hand back, resolve, reopen, snooze."""
    CUSTOMERS_READ = "customers.read"
    TEAM_READ = "team.read"
    SCENARIOS_READ = "scenarios.read"
    SCENARIOS_WRITE = "scenarios.write"
    """Change drafts; customers see nothing of it."""
    SCENARIOS_PUBLISH = "scenarios.publish"
    """Decide what customers are told from now on."""
    KNOWLEDGE_READ = "knowledge.read"
    CODEC_DECODE = "codec.decode"
    """Read the tenant's payloads in clear in the Temporal UI: every conversation, whatever the department."""


class Role(StrEnum):
    """The roles that every tenant has."""

    OWNER = "owner"
    OPERATOR = "operator"


ROLES: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.OPERATOR: frozenset(
            {
                Permission.CONVERSATIONS_READ,
                Permission.CONVERSATIONS_REPLY,
                Permission.CONVERSATIONS_ASSIGN,
                Permission.CONVERSATIONS_CONTROL,
                Permission.CUSTOMERS_READ,
                Permission.TEAM_READ,
                Permission.SCENARIOS_READ,
                Permission.KNOWLEDGE_READ,
            }
        ),
    }
)
NOTHING: frozenset[Permission] = frozenset()


def permissions_of(role: str) -> frozenset[Permission]:
    """Return what a role carries. A role that is not known carries nothing."""
    return ROLES.get(role, NOTHING)
