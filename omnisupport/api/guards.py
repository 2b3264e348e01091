"""What lets a request through each route, read from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from omnisupport.api import deps
from omnisupport.domain.permissions import Permission, PlatformPermission
from omnisupport.errors import OmniError


class Door(StrEnum):
    """Whom a route asks for."""

    PUBLIC = "public"
    VISITOR = "visitor"
    PERSON = "person"
    TICKET = "ticket"
    """A WebSocket, by a ticket that one of the two above was given."""


@dataclass(frozen=True)
class Guard:
    """A door, and the permission that a person needs for it (None: anybody signed in)."""

    door: Door
    permission: Permission | None = None
    platform: PlatformPermission | None = None
    """For what stands above the tenants."""


def check_routes(app: FastAPI) -> None:
    """Refuse to start with a route that lets everybody in without saying so: of the api, a socket or a page.

    Raises:
        OmniError: code `route_without_permission`.
    """
    for route in routes_of(app):
        if guard_of(route) is None:
            raise OmniError(f"{route.path} names no permission.", code="route_without_permission")


def routes_of(app: FastAPI) -> Iterable[RouteContext]:
    """Every route, those of included routers too: in `app.routes` a router is one entry."""
    return iter_route_contexts(app.routes)


def guard_of(route: RouteContext) -> Guard | None:
    """The guard among a route's dependencies, or the mark of a page; None if it has neither."""
    dependant = getattr(route, "dependant", None)
    if dependant is not None:
        return next((guard for call in calls_of(dependant) if (guard := _guard(call))), None)
    target = route.endpoint or getattr(route, "app", None)
    return Guard(Door.PUBLIC) if getattr(target, "is_public", False) else None


def calls_of(dependant: Any) -> Iterator[Any]:
    """Every dependency of a route, the nearest first."""
    for each in dependant.dependencies:
        yield each.call
        yield from calls_of(each)


def _guard(call: Any) -> Guard | None:
    if permission := getattr(call, "permission", None):
        return Guard(Door.PERSON, permission)
    if platform := getattr(call, "platform_permission", None):
        return Guard(Door.PERSON, platform=platform)
    if hasattr(call, "ticket_for"):
        return Guard(Door.TICKET)
    doors = {
        deps.public: Door.PUBLIC,
        deps.visitor: Door.VISITOR,
        deps.signed_in: Door.PERSON,
        deps.enrolling: Door.PERSON,
    }
    return Guard(doors[call]) if call in doors else None
