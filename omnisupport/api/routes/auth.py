"""Signing in and out: an opaque session in a cookie for browsers, tokens for API clients."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response

from omnisupport.api.deps import (
    COOKIE,
    LOOPBACK_COOKIE,
    Person,
    ServicesDep,
    address_of,
    is_loopback,
    public,
    signed_in,
)
from omnisupport.api.schemas.auth import Me, Refresh, SignIn, Tokens
from omnisupport.api.services import Services
from omnisupport.auth.access import AccessClaims
from omnisupport.auth.limits import LoginLimiter
from omnisupport.auth.sessions import ABSOLUTE, RefreshToken, decide_refresh
from omnisupport.auth.tokens import TokenKind, invalid, new_token, parse_token
from omnisupport.errors import Conflict, Forbidden, OmniError, Unauthenticated
from omnisupport.storage.queries.sessions import Login
from omnisupport.storage.tables import Tenant, User

router = APIRouter(prefix="/api/v1", tags=["auth"])

SignedIn = Annotated[Person, Depends(signed_in)]


@router.post("/auth/login", response_model=Tokens | None, dependencies=[Depends(public)])
async def login(body: SignIn, request: Request, response: Response, at: ServicesDep) -> dict[str, Any] | None:
    """Sign in. Known and unknown addresses get the same answer in the same time."""
    _own_page(request, at)
    limiter = LoginLimiter(at.limiter)
    attempt = await limiter.admit(body.email, address_of(request))
    logins = await at.sessions.find_logins(body.email, body.tenant)
    verdict = await at.passwords.verify(body.password, logins[0].password_hash if logins else None)
    if not logins or not verdict.matches:
        raise Unauthenticated("The e-mail address or the password is wrong.", code="sign_in_failed")
    await limiter.succeeded(attempt)
    # Looked at after the password: only who knows it learns that his workspace is closed.
    found = await at.sessions.first_open(logins)
    if found is None:
        raise Forbidden("This workspace is closed.", code="tenant_closed")
    if body.grant == "token":
        return await _grant(found, request, at, verdict.rehashed)
    name, secure = _cookie_name(request)
    token, digest = new_token(TokenKind.SESSION, found.tenant_id)
    await at.sessions.begin(
        found,
        digest,
        kind="cookie",
        life=ABSOLUTE,
        user_agent=request.headers.get("user-agent"),
        address=address_of(request),
        rehashed=verdict.rehashed,
    )
    response.set_cookie(
        name,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return None


async def _grant(found: Login, request: Request, at: Services, rehashed: str | None) -> dict[str, Any]:
    refresh, digest = new_token(TokenKind.REFRESH, found.tenant_id)
    session_id = await at.sessions.begin(
        found,
        digest,
        kind="refresh",
        life=ABSOLUTE,
        user_agent=request.headers.get("user-agent"),
        address=address_of(request),
        rehashed=rehashed,
    )
    claims = AccessClaims(found.user_id, found.tenant_id, session_id, found.role)
    access, expires_in = at.access_tokens.issue(claims, datetime.now(UTC))
    return {"access_token": access, "refresh_token": refresh, "expires_in": expires_in}


def _own_page(request: Request, at: Services) -> None:
    """A page of somebody else may not sign a browser in to an account of its choice."""
    origin = request.headers.get("origin")
    if origin is not None and origin not in (at.public_origin, str(request.base_url).rstrip("/")):
        raise Forbidden("The request did not come from a page of this service.", code="csrf")


def _cookie_name(request: Request) -> tuple[str, bool]:
    if request.url.scheme == "https":
        return COOKIE, True
    if is_loopback(request):
        return LOOPBACK_COOKIE, False
    raise OmniError(
        "Signing in over plain http is possible on this machine only. Use https.",
        code="insecure_transport",
        status=400,
    )


@router.post("/auth/refresh", response_model=Tokens, dependencies=[Depends(public)])
async def refresh(body: Refresh, at: ServicesDep) -> dict[str, Any]:
    """Exchange a refresh token; one that was used before ends its whole family."""
    tenant_id, digest = parse_token(TokenKind.REFRESH, body.refresh_token)
    token, successor = new_token(TokenKind.REFRESH, tenant_id)
    sessions = at.sessions
    family = await sessions.exchange(tenant_id, digest, successor, _decide)
    found = await sessions.of_id(tenant_id, family) if family else None
    if family is None or found is None:
        raise invalid(TokenKind.REFRESH)
    claims = AccessClaims(found.user_id, tenant_id, family, found.role)
    access, expires_in = at.access_tokens.issue(claims, datetime.now(UTC))
    return {"access_token": access, "refresh_token": token, "expires_in": expires_in}


_VERDICTS: dict[str, Literal["rotate", "repeat", "revoke", "refuse"]] = {
    "rotate": "rotate",
    "repeat": "repeat",
    "revoke_family": "revoke",
    "refuse": "refuse",
}


def _decide(
    started: datetime, used: datetime | None, revoked: datetime | None
) -> Literal["rotate", "repeat", "revoke", "refuse"]:
    return _VERDICTS[decide_refresh(RefreshToken(started, used, revoked), datetime.now(UTC))]


@router.post("/auth/logout", status_code=204)
async def logout(who: SignedIn, at: ServicesDep) -> Response:
    """Sign out: the session is over at once, on every tab."""
    if who.session_id is None:
        raise Conflict("A key is not signed in: revoke it instead.", code="not_a_session")
    await at.sessions.end(who.tenant_id, who.session_id)
    await at.hints.publish(who.tenant_id, "sessions", who.session_id)
    response = Response(status_code=204)
    for name in (COOKIE, LOOPBACK_COOKIE):
        response.delete_cookie(name, path="/", secure=name == COOKIE, httponly=True, samesite="lax")
    return response


@router.get("/auth/me", response_model=Me)
@router.get("/me", response_model=Me)
async def me(who: SignedIn, at: ServicesDep) -> dict[str, Any]:
    """Who is signed in."""
    async with at.database.session(who.tenant_id) as session:
        tenant = await session.get(Tenant, who.tenant_id)
        admin = await session.get(User, who.impersonator_id) if who.impersonator_id else None
    if tenant is None:  # closed since the session was read
        raise invalid(TokenKind.SESSION)
    return {
        "user": {"id": who.user_id, "name": who.name, "email": who.email, "locale": who.locale},
        "tenant": {"id": tenant.tenant_id, "slug": tenant.slug, "name": tenant.name},
        "role": who.role,
        "permissions": sorted(permission.value for permission in who.permissions),
        "impersonator": {"name": admin.name} if admin else None,
    }
