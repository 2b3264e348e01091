"""Who a request speaks for, and the permission that each route names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, WebSocket, WebSocketException

from omnisupport.api import tickets
from omnisupport.api.services import Services
from omnisupport.auth.csrf import check_same_origin, check_socket_origin
from omnisupport.auth.tokens import TokenKind, invalid, parse_token
from omnisupport.domain.permissions import Permission, permissions_of
from omnisupport.errors import Forbidden, OmniError, Unauthenticated
from omnisupport.storage.queries.sessions import SignedIn

COOKIE = "__Host-omni"
CODEC_PATH = "/api/v1/codec/decode"
"""The one route that a page of another origin, the Temporal UI, may call with the cookie."""
LOOPBACK_COOKIE = "omni"
"""Without Secure, on loopback over plain http only."""


@dataclass(frozen=True)
class Person:
    """A signed-in person in one tenant."""

    tenant_id: UUID
    user_id: UUID
    name: str
    email: str
    locale: str
    role: str
    session_id: UUID


@dataclass(frozen=True)
class Visitor:
    """A visitor of the widget, by his token; looked up by the hot functions themselves."""

    tenant_id: UUID
    token_hash: bytes


async def services(request: Request) -> Services:
    """The process's adapters."""
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]


async def visitor(request: Request) -> Visitor:
    """The visitor of `Authorization: Bearer v_…`; the token itself is checked where it is used."""
    tenant_id, token_hash = parse_token(TokenKind.VISITOR, bearer_of(request) or "")
    return Visitor(tenant_id, token_hash)


VisitorDep = Annotated[Visitor, Depends(visitor)]


async def public() -> None:
    """Marks a route that needs no credential."""


def bearer_of(request: Request) -> str | None:
    """The bearer token of a request, if it has one."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def cookie_of(request: Request) -> str | None:
    """The session of a browser; the plain cookie counts on loopback only."""
    value = request.cookies.get(COOKIE)
    if value is None and is_loopback(request):
        value = request.cookies.get(LOOPBACK_COOKIE)
    return value


def is_loopback(request: Request) -> bool:
    """Whether a request came over plain http to a loopback address."""
    return request.url.scheme == "http" and request.url.hostname in ("127.0.0.1", "localhost", "::1")


async def person(request: Request, at: ServicesDep) -> Person:
    """The person of an access token, else of a cookie. A request with `Authorization` ignores cookies."""
    if "authorization" in request.headers:
        claims = at.access_tokens.read(bearer_of(request) or "")
        found = await at.sessions.of_id(claims.tenant_id, claims.session_id)
        return as_person(found)
    value = cookie_of(request)
    if value is None:
        raise Unauthenticated("Sign in first.")
    origins = {at.public_origin, str(request.base_url).rstrip("/")}
    if request.url.path == CODEC_PATH and at.settings.temporal_ui_url:
        origins.add(at.settings.temporal_ui_url)
    check_same_origin(request.method, request.headers, origins)
    tenant_id, digest = parse_token(TokenKind.SESSION, value)
    return as_person(await at.sessions.of_token(tenant_id, digest))


def as_person(found: SignedIn | None) -> Person:
    """A live session as the person it signs in.

    Raises:
        Unauthenticated: there is none.
    """
    if found is None:
        raise invalid(TokenKind.SESSION)
    return Person(
        tenant_id=found.tenant_id,
        user_id=found.user_id,
        name=found.name,
        email=found.email,
        locale=found.locale,
        role=found.role,
        session_id=found.session_id,
    )


def requires(permission: Permission) -> Callable[[Person], Awaitable[Person]]:
    """A dependency that lets a person with this permission in; every route names one."""

    async def check(who: Annotated[Person, Depends(person)]) -> Person:
        if permission not in permissions_of(who.role):
            raise Forbidden(f"Your role does not carry the permission {permission.value}.")
        return who

    check.permission = permission  # type: ignore[attr-defined]
    return check


async def signed_in(who: Annotated[Person, Depends(person)]) -> Person:
    """Anybody signed in: for what concerns oneself only."""
    return who


@dataclass(frozen=True)
class Redeemed:
    """What a WebSocket's ticket was issued for."""

    tenant_id: UUID
    body: dict[str, Any]


TICKET_REFUSED = 4401
"""How a handshake without a good ticket is closed; the code is in the reason."""


def ticket_for(kind: str, *, own_page: bool = False) -> Callable[..., Awaitable[Redeemed]]:
    """A dependency that lets a WebSocket in by a ticket of its kind; `own_page`: from a page of ours only."""

    async def check(socket: WebSocket, ticket: str = "") -> Redeemed:
        at: Services = socket.app.state.services
        try:
            if own_page:
                check_socket_origin(socket.headers, {at.public_origin, _origin_of(socket)})
            tenant_id, body = await tickets.redeem(at.redis, ticket)
            if body.get("for") != kind:
                raise invalid(TokenKind.TICKET)
        except OmniError as refused:
            raise WebSocketException(TICKET_REFUSED, refused.code) from refused
        return Redeemed(tenant_id, body)

    check.ticket_for = kind  # type: ignore[attr-defined]
    return check


def _origin_of(socket: WebSocket) -> str:
    scheme = "https" if socket.url.scheme == "wss" else "http"
    return f"{scheme}://{socket.headers.get('host', '')}"
