"""How a person who has proved himself gets his session, in a cookie or as tokens, and how sessions are told to end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import Request, Response

from omnisupport.api.deps import COOKIE, LOOPBACK_COOKIE, Person, address_of, is_loopback
from omnisupport.api.services import Services
from omnisupport.auth.access import AccessClaims
from omnisupport.auth.policy import ABSOLUTE
from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.errors import Forbidden, OmniError
from omnisupport.storage.queries.sessions import Login

Grant = Literal["cookie", "token"]


async def enter(
    login: Login,
    request: Request,
    response: Response,
    at: Services,
    grant: Grant,
    *,
    rehashed: str | None = None,
    action: str = "sign_in.done",
    verified_at: datetime | None = None,
) -> dict[str, Any] | None:
    """Begin a session: sets the cookie and returns None, or returns the tokens.

    Raises:
        OmniError: a cookie over plain http to another machine (code `insecure_transport`).
    """
    name, secure = _cookie_name(request) if grant == "cookie" else ("", True)
    kind = TokenKind.SESSION if grant == "cookie" else TokenKind.REFRESH
    token, digest = new_token(kind, login.tenant_id)
    session_id = await at.sessions.begin(
        login,
        digest,
        kind="cookie" if grant == "cookie" else "refresh",
        life=ABSOLUTE,
        user_agent=request.headers.get("user-agent"),
        address=address_of(request),
        rehashed=rehashed,
        action=action,
        verified_at=verified_at,
    )
    if grant == "token":
        claims = AccessClaims(login.user_id, login.tenant_id, session_id, login.role)
        access, expires_in = at.access_tokens.issue(claims, datetime.now(UTC))
        return {"access_token": access, "refresh_token": token, "expires_in": expires_in}
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


async def enter_again(
    who: Person, request: Request, response: Response, at: Services, *, action: str = "session.renewed"
) -> dict[str, Any] | None:
    """A new session of the same kind for who is signed in and has just changed a credential."""
    login = Login(who.user_id, who.tenant_id, who.name, who.role, "")
    return await enter(login, request, response, at, grant_of(request), action=action)


def grant_of(request: Request) -> Grant:
    """What the request itself was let in by."""
    return "token" if "authorization" in request.headers else "cookie"


def own_page(request: Request, at: Services) -> None:
    """A page of somebody else may not sign a browser in to an account of its choice.

    Raises:
        Forbidden: code `csrf`.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin not in (at.public_origin, str(request.base_url).rstrip("/")):
        raise Forbidden("The request did not come from a page of this service.", code="csrf")


def leave(response: Response) -> None:
    """Take the cookies back."""
    for name in (COOKIE, LOOPBACK_COOKIE):
        response.delete_cookie(name, path="/", secure=name == COOKIE, httponly=True, samesite="lax")


async def tell_ended(at: Services, tenants: Iterable[UUID]) -> None:
    """Sessions of these tenants ended or changed: every process reads them anew and closes their sockets."""
    at.sessions.forget()
    for tenant_id in tenants:
        await at.hints.publish(tenant_id, "sessions", tenant_id)


def origin_of(request: Request) -> Actor:
    """From where a request without a person came."""
    return Actor(
        ActorKind.ANONYMOUS, address=address_of(request), user_agent=request.headers.get("user-agent")
    )


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
