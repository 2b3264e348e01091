"""What a person may do: permissions, the built-in roles that carry them, and how many conversations a role sees.

Permissions are additive words, never renamed: they stand in custom roles and API keys of tenants. A
route names the one that it needs; a role is nothing but a set of them and a scope.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that may be allowed, `noun.verb`; the noun is that of the route's file."""

    CONVERSATIONS_READ = "conversations.read"
    CONVERSATIONS_REPLY = "conversations.reply"
    """Write replies and notes, with files."""
    CONVERSATIONS_ASSIGN = "conversations.assign"
    """Assign and transfer, to oneself or to others."""
    CONVERSATIONS_CONTROL = "conversations.control"
    """Take over, hand back, resolve, reopen, snooze."""
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    """Make and change customers, their notes and consents; merge two and undo it."""
    CUSTOMERS_DELETE = "customers.delete"
    CUSTOMERS_EXPORT = "customers.export"
    """Take customers out as a file, or in from one: limited and audited."""
    TEAM_READ = "team.read"
    TEAM_MANAGE = "team.manage"
    """Members, invitations, departments, skills, availability states."""
    TEAM_AVAILABILITY = "team.availability"
    """Set the availability of others, and give them more than they can hold; one's own needs no permission."""
    ROLES_MANAGE = "roles.manage"
    """Custom roles; nobody grants more than he has."""
    API_KEYS_MANAGE = "api_keys.manage"
    """Keys of the tenant, and everybody's personal ones; one's own need no permission."""
    AUDIT_READ = "audit.read"
    SETTINGS_READ = "settings.read"
    SETTINGS_MANAGE = "settings.manage"
    """The workspace itself, calendars, tags, attributes."""
    CONNECTIONS_MANAGE = "connections.manage"
    """Outside services and their secrets."""
    WEBHOOKS_MANAGE = "webhooks.manage"
    EVENTS_WRITE = "events.write"
    """Tell the platform what happened elsewhere: scenarios wait for it."""
    SECURITY_MANAGE = "security.manage"
    """Second factor for all, allowed domains, signing keys of the widget."""
    PRIVACY_MANAGE = "privacy.manage"
    """Erasure, export of a person or of the whole tenant, retention, legal hold."""
    SCENARIOS_READ = "scenarios.read"
    SCENARIOS_WRITE = "scenarios.write"
    """Change drafts; customers see nothing of it."""
    SCENARIOS_PUBLISH = "scenarios.publish"
    """Decide what customers are told from now on."""
    SCENARIOS_RUN = "scenarios.run"
    """Begin a published scenario that has a trigger of the api."""
    KNOWLEDGE_READ = "knowledge.read"
    CODEC_DECODE = "codec.decode"
    """Read the tenant's payloads in clear in the Temporal UI: every conversation, whatever the department."""


class Scope(StrEnum):
    """Which conversations, and with them which customers, a role reaches at all."""

    ALL = "all"
    DEPARTMENTS = "departments"
    """Those of one's departments, those without one, and one's own."""
    OWN = "own"
    """Those that are assigned to oneself."""


class Role(StrEnum):
    """The roles that every tenant has."""

    OWNER = "owner"
    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    BUILDER = "builder"
    ANALYST = "analyst"


class PlatformRole(StrEnum):
    """What a person is to the deployment itself, beside his roles in tenants."""

    USER = "user"
    ADMIN = "admin"
    MANAGER = "manager"
    """Looks after tenants that are entrusted to him."""
    REFERRAL = "referral"
    """Has brought tenants, and sees no more of them than that."""


class PlatformPermission(StrEnum):
    """One thing that may be allowed on the platform, above all tenants."""

    TENANTS_READ = "platform.tenants.read"
    TENANTS_MANAGE = "platform.tenants.manage"
    IMPERSONATE = "platform.impersonate"
    GRANT = "platform.grant"


@dataclass(frozen=True)
class Grant:
    """What a role comes to: its permissions and the reach of those that concern conversations and customers."""

    permissions: frozenset[Permission]
    scope: Scope = Scope.ALL


P = Permission
_OPERATOR = frozenset(
    {
        P.CONVERSATIONS_READ,
        P.CONVERSATIONS_REPLY,
        P.CONVERSATIONS_ASSIGN,
        P.CONVERSATIONS_CONTROL,
        P.CUSTOMERS_READ,
        P.CUSTOMERS_WRITE,
        P.TEAM_READ,
        P.SETTINGS_READ,
        P.SCENARIOS_READ,
        P.KNOWLEDGE_READ,
    }
)
ROLES: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.ADMIN: frozenset(Permission) - {P.CODEC_DECODE},
        Role.SUPERVISOR: _OPERATOR
        | {P.CUSTOMERS_DELETE, P.CUSTOMERS_EXPORT, P.AUDIT_READ, P.TEAM_AVAILABILITY},
        Role.OPERATOR: _OPERATOR,
        Role.BUILDER: frozenset(
            {
                P.TEAM_READ,
                P.SETTINGS_READ,
                P.CONNECTIONS_MANAGE,
                P.EVENTS_WRITE,
                P.SCENARIOS_READ,
                P.SCENARIOS_WRITE,
                P.SCENARIOS_PUBLISH,
                P.SCENARIOS_RUN,
                P.KNOWLEDGE_READ,
            }
        ),
        Role.ANALYST: frozenset(
            {
                P.CONVERSATIONS_READ,
                P.CUSTOMERS_READ,
                P.TEAM_READ,
                P.SETTINGS_READ,
                P.SCENARIOS_READ,
                P.KNOWLEDGE_READ,
            }
        ),
    }
)
NOTHING: frozenset[Permission] = frozenset()
PLATFORM: Mapping[str, frozenset[PlatformPermission]] = MappingProxyType(
    {
        PlatformRole.ADMIN: frozenset(PlatformPermission),
        PlatformRole.MANAGER: frozenset({PlatformPermission.TENANTS_READ}),
        PlatformRole.REFERRAL: frozenset(),
        PlatformRole.USER: frozenset(),
    }
)


def permissions_of(role: str) -> frozenset[Permission]:
    """Return what a built-in role carries. A role that is not known carries nothing."""
    return ROLES.get(role, NOTHING)


def grant_of(role: str, permissions: Collection[str] | None, scope: str | None) -> Grant:
    """Return what a role comes to; `permissions` and `scope` are those of a custom one (None: it is built in).

    A word of a custom role that is no permission of this release counts for nothing, an unknown scope for the least.
    """
    if permissions is None:
        return Grant(permissions_of(role))
    known = frozenset(each for each in Permission if each.value in permissions)
    return Grant(known, Scope(scope) if scope in set(Scope) else Scope.OWN)
