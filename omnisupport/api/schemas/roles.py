"""Roles and permissions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from omnisupport.api.schemas.base import Input, Output
from omnisupport.api.schemas.names import Name
from omnisupport.domain.permissions import Permission, Scope


def _each_once(value: object) -> object:
    """A set would take the second one for the first without a word."""
    if isinstance(value, list) and len({str(each) for each in value}) != len(value):
        raise ValueError("a permission is named twice")
    return value


Granted = Annotated[set[Permission], Field(max_length=len(Permission)), BeforeValidator(_each_once)]


class InBoth(Output):
    """A text in the languages of the product."""

    ru: str
    en: str


class PermissionOut(Output):
    """One thing that a role may allow."""

    key: Permission
    group: str
    title: InBoth
    description: InBoth


class PermissionGroup(Output):
    """Permissions of one noun stand together."""

    key: str
    title: InBoth


class Permissions(Output):
    """Every permission, and the groups in which to show them."""

    groups: list[PermissionGroup]
    items: list[PermissionOut]


class RoleOut(Output):
    """A role: its permissions, and how far those of conversations and customers reach. `members` have it."""

    key: str
    name: str
    built_in: bool
    permissions: list[Permission]
    scope: Scope
    members: int


class RoleEnvelope(Output):
    """One role."""

    role: RoleOut


class Roles(Output):
    """Every role: the built-in ones, then the tenant's own by key."""

    items: list[RoleOut]


class NewRole(Input):
    """A role of the tenant's own; its key is made from the name."""

    name: Name
    permissions: Granted
    scope: Scope = Scope.ALL


class ChangeRole(Input):
    """What to change; a field that is absent or null is left as it is, the permissions are written as a whole."""

    name: Name | None = None
    permissions: Granted | None = None
    scope: Scope | None = None
