"""Who a request speaks for, and the permission that each route names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, WebSocket, WebSocketException

from omnisupport.api import tickets
from omnisupport.api.limits import count_person
from omnisupport.api.services import Services
from omnisupport.auth.csrf import check_same_origin, check_socket_origin
from omnisupport.auth.policy import FRESH
from omnisupport.auth.tokens import TokenKind, invalid, parse_token
from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.domain.permissions import PLATFORM, Permission, PlatformPermission, Scope
from omnisupport.domain.reach import Reach, reach_of
from omnisupport.errors import Forbidden, OmniError, Unauthenticated
from omnisupport.storage.queries.sessions import SignedIn

COOKIE = "__Host-omni"
CODEC_PATH = "/api/v1/codec/decode"
"""The one route that a page of another origin, the Temporal UI, may call with the cookie."""
LOOPBACK_COOKIE = "omni"
"""Without Secure, on loopback over plain http only."""


@dataclass(frozen=True)
class Person:
    """A signed-in person in one tenant, or a key that acts there.

    `user_id` is the person's; for a key of the tenant itself it is the key's. `session_id` is None for a key.
    """

    tenant_id: UUID
    user_id: UUID
    name: str
    email: str
    locale: str
    role: str
    session_id: UUID | None
    permissions: frozenset[Permission]
    scope: Scope
    departments: frozenset[UUID]
    rights: str
    key_id: UUID | None = None
    two_factor: bool = False
    impersonator_id: UUID | None = None
    verified_at: datetime | None = None
    platform: frozenset[PlatformPermission] = frozenset()
    platform_role: str | None = None
    email_verified: bool = True
    """False until the person has shown that the address is read: no invitations, no mail in his name."""
    two_factor_required: bool = False
    """The tenant wants a second factor and there is none: nothing is open but the way to it."""
    address: str | None = None
    user_agent: str | None = None

    @property
    def actor(self) -> Actor:
        """Who this is in the audit log."""
        return Actor(
            kind=ActorKind.USER if self.key_id is None else ActorKind.API_KEY,
            id=self.user_id if self.key_id is None else self.key_id,
            name=self.name,
            impersonator_id=self.impersonator_id,
            address=self.address,
            user_agent=self.user_agent,
        )

    @property
    def reach(self) -> Reach | None:
        """Which conversations he reaches; None: all of them."""
        return reach_of(self.scope, self.user_id, self.departments)


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
    """The person of an access token or a key, else of a cookie. A request with `Authorization` ignores cookies."""
    if "authorization" in request.headers:
        return await _from_here(request, await _bearer(bearer_of(request) or "", at), at)
    value = cookie_of(request)
    if value is None:
        raise Unauthenticated("Sign in first.")
    origins = {at.public_origin, str(request.base_url).rstrip("/")}
    if request.url.path == CODEC_PATH and at.settings.temporal_ui_url:
        origins.add(at.settings.temporal_ui_url)
    check_same_origin(request.method, request.headers, origins)
    tenant_id, digest = parse_token(TokenKind.SESSION, value)
    return await _from_here(request, as_person(await at.sessions.of_token(tenant_id, digest)), at)


async def _bearer(token: str, at: Services) -> Person:
    if token.startswith(TokenKind.API_KEY):
        tenant_id, digest = parse_token(TokenKind.API_KEY, token)
        key = await at.api_keys.of_token(tenant_id, digest)
        if key is None:
            raise invalid(TokenKind.API_KEY)
        return Person(
            tenant_id=tenant_id,
            user_id=key.user_id or key.id,
            name=key.name,
            email=key.email,
            locale=key.locale,
            role="api_key",
            session_id=None,
            permissions=key.permissions,
            scope=key.scope,
            departments=key.departments,
            rights="",
            key_id=key.id,
            two_factor_required=key.two_factor_required,
        )
    claims = at.access_tokens.read(token)
    return as_person(await at.sessions.of_id(claims.tenant_id, claims.session_id))


async def _from_here(request: Request, who: Person, at: Services) -> Person:
    await count_person(request, at.permits, at.limits, who.tenant_id, who.key_id or who.user_id)
    return replace(who, address=address_of(request), user_agent=request.headers.get("user-agent"))


def address_of(request: Request) -> str:
    """The IP address that a request came from; forwarded headers count only where the server was told to trust them."""
    return request.client.host if request.client else ""


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
        permissions=found.permissions,
        scope=found.scope,
        departments=found.departments,
        rights=found.rights,
        two_factor=found.two_factor,
        impersonator_id=found.impersonator_id,
        verified_at=found.verified_at,
        platform=PLATFORM.get(found.platform_role or "", frozenset()),
        platform_role=found.platform_role,
        email_verified=found.email_verified,
        two_factor_required=found.two_factor_required,
    )


def requires(
    permission: Permission, *, fresh: bool = False, verified: bool = False, whole: bool = False
) -> Callable[..., Awaitable[Person]]:
    """A dependency that lets a person or key with this permission in; every route names one.

    `fresh`: a person must have proved himself within ten minutes (`POST /auth/reauthenticate`); a key need not.
    `verified`: his address must be verified, for what sends mail to others.
    `whole`: his scope must be `all`, for what shows or changes every conversation or customer, whatever the department.
    """

    async def check(who: Annotated[Person, Depends(person)], at: ServicesDep) -> Person:
        _check_second_factor(who)
        if permission not in who.permissions:
            await _refused(at, who, permission.value)
            raise Forbidden(f"Your role does not carry the permission {permission.value}.")
        if whole and who.scope != Scope.ALL:
            await _refused(at, who, permission.value)
            raise Forbidden(
                "This concerns the data of the whole workspace, and your role reaches a part of it.",
                code="scope_too_narrow",
            )
        if fresh:
            check_fresh(who)
        if verified and not who.email_verified:
            raise Forbidden(
                "Verify your e-mail address first: the link is in your mail.", code="email_not_verified"
            )
        return who

    asked = {"fresh": fresh, "verified": verified, "whole": whole}
    check.permission = permission  # type: ignore[attr-defined]
    check.more = [name for name, is_asked in asked.items() if is_asked]  # type: ignore[attr-defined]
    return check


def requires_platform(
    permission: PlatformPermission, *, fresh: bool = False
) -> Callable[..., Awaitable[Person]]:
    """A dependency that lets in who has this permission on the platform, above all tenants; `fresh` as above."""

    async def check(who: Annotated[Person, Depends(person)], at: ServicesDep) -> Person:
        _check_second_factor(who)
        if permission not in who.platform or who.impersonator_id is not None:
            await _refused(at, who, permission.value)
            raise Forbidden(f"You do not have the permission {permission.value}.")
        if fresh:
            check_fresh(who)
        return who

    check.platform_permission = permission  # type: ignore[attr-defined]
    check.more = ["fresh"] if fresh else []  # type: ignore[attr-defined]
    return check


def check_fresh(who: Person) -> None:
    """Refuse a person who has not proved himself within ten minutes; a key proves itself with every request.

    Raises:
        Forbidden: code `reauthentication_required`.
    """
    if who.key_id is None and (who.verified_at is None or datetime.now(UTC) - who.verified_at >= FRESH):
        raise Forbidden("Enter your password again to do this.", code="reauthentication_required")


def _check_second_factor(who: Person) -> None:
    if who.two_factor_required:
        raise Forbidden(
            "This workspace asks for a second factor. Enable it for your account first.",
            code="two_factor_required",
        )


async def _refused(at: Services, who: Person, permission: str) -> None:
    """Failed authorizations stand in the audit log too (S17)."""
    await at.refusals.write(who.tenant_id, who.actor, permission)


async def signed_in(who: Annotated[Person, Depends(person)]) -> Person:
    """Anybody signed in: for what concerns oneself only."""
    _check_second_factor(who)
    return who


async def enrolling(who: Annotated[Person, Depends(person)]) -> Person:
    """Anybody signed in, also who still owes his tenant a second factor: for the way to it, and the way out."""
    return who


async def oneself(who: Annotated[Person, Depends(signed_in)], at: ServicesDep) -> Person:
    """A person in a session of his own: what makes or changes credentials is for no key and no impersonator."""
    return await check_oneself(who, at)


async def enrolling_oneself(who: Annotated[Person, Depends(enrolling)], at: ServicesDep) -> Person:
    """As `oneself`, also who still owes his tenant a second factor."""
    return await check_oneself(who, at)


async def check_oneself(who: Person, at: Services) -> Person:
    """Refuse a key, and who acts in another's name.

    Raises:
        Forbidden: codes `session_required`, `impersonated`.
    """
    if who.session_id is None:
        raise Forbidden("This needs a person who is signed in, not a key.", code="session_required")
    return await not_impersonated(who, at)


async def not_impersonated(who: Annotated[Person, Depends(person)], at: ServicesDep) -> Person:
    """For routes that change what somebody signs in with or may do: not for an admin who acts as this person.

    Beside the route's permission, `dependencies=[Depends(not_impersonated)]`: passwords, second factor, addresses,
    sessions of others, API keys, roles, members and invitations.
    """
    if who.impersonator_id is not None:
        await _refused(at, who, "impersonated")
        raise Forbidden(
            "You act in the name of somebody else: credentials, keys, roles and sessions stay as they are.",
            code="impersonated",
        )
    return who


@dataclass(frozen=True)
class Redeemed:
    """What a WebSocket's ticket was issued for."""

    tenant_id: UUID
    body: dict[str, Any]


TICKET_REFUSED = 4401
"""How a handshake without a good ticket is closed; the code is in the reason."""


def ticket_for(kind: str, *, own_page: bool = False) -> Callable[..., Awaitable[Redeemed]]:
    """A dependency that lets a WebSocket in by a ticket of its kind, from no page but ours.

    `own_page`: and from nowhere else either, so that the origin must be named.
    """

    async def check(socket: WebSocket, ticket: str = "") -> Redeemed:
        at: Services = socket.app.state.services
        try:
            # A program that is no browser sends no Origin: where no cookie counts, it may come.
            if own_page or "origin" in socket.headers:
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
