"""Signing in and out: an opaque session in a cookie for browsers, tokens for API clients."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response

from omnisupport.api.deps import Person, ServicesDep, address_of, enrolling, oneself, public
from omnisupport.api.entering import enter, leave, origin_of, own_page, tell_ended
from omnisupport.api.notices import tell_new_device
from omnisupport.api.schemas.auth import Me, Profile, Refresh, SignIn, Tokens, TwoFactorNeeded
from omnisupport.api.services import Services
from omnisupport.api.team import tell_team
from omnisupport.auth.access import AccessClaims
from omnisupport.auth.limits import LoginLimiter
from omnisupport.auth.policy import SECOND_FACTOR
from omnisupport.auth.sessions import RefreshToken, decide_refresh
from omnisupport.auth.tokens import TokenKind, invalid, new_token, parse_token
from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.domain.people import fold_address, parse_name
from omnisupport.errors import Conflict, Forbidden, Unauthenticated
from omnisupport.storage.access.accounts import record_sign_in_failed, write_profile
from omnisupport.storage.access.platform import end_impersonation
from omnisupport.storage.access.sessions import access_end
from omnisupport.storage.access.two_factor import await_second_factor
from omnisupport.storage.queries.sessions import Login
from omnisupport.storage.tables import Tenant, User

router = APIRouter(prefix="/api/v1", tags=["auth"])

Enrolling = Annotated[Person, Depends(enrolling)]
Oneself = Annotated[Person, Depends(oneself)]


@router.post("/auth/login", response_model=Tokens | TwoFactorNeeded | None, dependencies=[Depends(public)])
async def login(body: SignIn, request: Request, response: Response, at: ServicesDep) -> dict[str, Any] | None:
    """Sign in. Known and unknown addresses get the same answer in the same time.

    Who has a second factor gets a token of five minutes for `POST /auth/two-factor/verify` instead of a session.
    """
    own_page(request, at)
    limiter = LoginLimiter(at.limiter)
    attempt = await limiter.admit(fold_address(body.email), address_of(request))
    logins = await at.sessions.find_logins(body.email, body.tenant)
    verdict = await at.passwords.verify(body.password, logins[0].password_hash if logins else None)
    if not logins or not verdict.matches:
        if logins:  # written behind the answer: the time tells nothing
            at.afterwards.do(
                record_sign_in_failed(at.database, logins[0].tenant_id, _actor(logins[0], request))
            )
        raise Unauthenticated("The e-mail address or the password is wrong.", code="sign_in_failed")
    await limiter.succeeded(attempt)
    # Looked at after the password: only who knows it learns that his workspace is closed.
    found = await at.sessions.first_open(logins)
    if found is None:
        raise Forbidden("This workspace is closed to you.", code="tenant_closed")
    if found.two_factor:
        return await _ask_second_factor(found, at)
    answer = await enter(found, request, response, at, body.grant, rehashed=verdict.rehashed)
    at.afterwards.do(tell_new_device(at, request, found.tenant_id, found.user_id))
    return answer


async def _ask_second_factor(found: Login, at: Services) -> dict[str, Any]:
    token, digest = new_token(TokenKind.ACCOUNT, found.tenant_id)
    await await_second_factor(at.database, found.tenant_id, found.user_id, digest, SECOND_FACTOR)
    return {"two_factor": {"token": token, "expires_in": int(SECOND_FACTOR.total_seconds())}}


def _actor(found: Login, request: Request) -> Actor:
    return replace(origin_of(request), kind=ActorKind.USER, id=found.user_id, name=found.name)


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
async def logout(who: Enrolling, at: ServicesDep) -> Response:
    """Sign out: the session is over at once, on every tab."""
    if who.session_id is None:
        raise Conflict("A key is not signed in: revoke it instead.", code="not_a_session")
    await at.sessions.end(who.tenant_id, who.session_id, who.actor)
    if who.impersonator_id is not None:
        await end_impersonation(at.database, who.actor, who.tenant_id, who.session_id)
    await tell_ended(at, [who.tenant_id])
    response = Response(status_code=204)
    leave(response)
    return response


@router.get("/auth/me", response_model=Me)
@router.get("/me", response_model=Me)
async def me(who: Enrolling, at: ServicesDep) -> dict[str, Any]:
    """Who is signed in, also while a second factor is owed."""
    return await _me(who, at)


@router.patch("/auth/me", response_model=Me)
async def write_me(body: Profile, who: Oneself, at: ServicesDep) -> dict[str, Any]:
    """Change one's own name or language."""
    name = parse_name(body.name) if body.name is not None else None
    kept, locale = await write_profile(
        at.database, who.tenant_id, who.actor, who.user_id, name=name, locale=body.locale
    )
    await tell_ended(at, [who.tenant_id])
    await tell_team(at, who.tenant_id, "members", who.user_id)
    return await _me(replace(who, name=kept, locale=locale), at)


async def _me(who: Person, at: Services) -> dict[str, Any]:
    async with at.database.session(who.tenant_id) as session:
        tenant = await session.get(Tenant, who.tenant_id)
        admin = await session.get(User, who.impersonator_id) if who.impersonator_id else None
        until = await access_end(session, who.tenant_id, who.session_id) if admin and who.session_id else None
    if tenant is None:  # closed since the session was read
        raise invalid(TokenKind.SESSION)
    return {
        "user": {"id": who.user_id, "name": who.name, "email": who.email, "locale": who.locale},
        "tenant": {"id": tenant.tenant_id, "slug": tenant.slug, "name": tenant.name},
        "role": who.role,
        "permissions": sorted(permission.value for permission in who.permissions),
        "scope": who.scope,
        "platform_role": who.platform_role,
        "verified": who.email_verified,
        "two_factor": who.two_factor,
        "two_factor_required": who.two_factor_required,
        "impersonator": {"name": admin.name, "until": until} if admin else None,
    }
