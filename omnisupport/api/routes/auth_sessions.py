"""One's own sessions, and going from one tenant to another."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from omnisupport.api.deps import Person, ServicesDep, enrolling, enrolling_oneself, oneself, signed_in
from omnisupport.api.entering import enter, grant_of, tell_ended
from omnisupport.api.schemas.auth import Tokens
from omnisupport.api.schemas.sessions import OwnTenants, SelectTenant, Sessions, SessionsEnded
from omnisupport.auth.devices import device_of
from omnisupport.errors import NotFound
from omnisupport.storage.access.sessions import end_other_sessions, end_session, list_sessions
from omnisupport.storage.queries.accounts import memberships
from omnisupport.storage.queries.sessions import Login

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

SignedIn = Annotated[Person, Depends(signed_in)]
Oneself = Annotated[Person, Depends(oneself)]
Enrolling = Annotated[Person, Depends(enrolling)]
EnrollingOneself = Annotated[Person, Depends(enrolling_oneself)]


@router.get("/sessions", response_model=Sessions)
async def list_own(who: SignedIn, at: ServicesDep) -> dict[str, Any]:
    """Where one is signed in to this tenant."""
    return {
        "items": [
            {
                "id": each.id,
                "kind": each.kind,
                "device": device_of(each.user_agent),
                "address": each.address,
                "created_at": each.created_at,
                "last_seen_at": each.last_seen_at,
                "expires_at": each.expires_at,
                "current": each.id == who.session_id,
                "impersonated": each.impersonated,
            }
            for each in await list_sessions(at.database, who.tenant_id, who.user_id)
        ]
    }


@router.delete("/sessions", response_model=SessionsEnded)
async def end_others(who: Oneself, at: ServicesDep) -> dict[str, int]:
    """Sign out everywhere else in this tenant; consoles that are open there close within seconds."""
    assert who.session_id is not None  # `oneself` lets no key in
    ended = await end_other_sessions(at.database, who.tenant_id, who.actor, who.user_id, who.session_id)
    await tell_ended(at, [who.tenant_id])
    return {"ended": ended}


@router.delete("/sessions/{session_id}", status_code=204)
async def end_one(session_id: UUID, who: Oneself, at: ServicesDep) -> None:
    """End one of one's own sessions, the current too."""
    await end_session(at.database, who.tenant_id, who.actor, who.user_id, session_id)
    await tell_ended(at, [who.tenant_id])


@router.get("/tenants", response_model=OwnTenants)
async def list_tenants(who: Enrolling, at: ServicesDep) -> dict[str, Any]:
    """The open tenants that one belongs to. In another's name, and for a key, it is the one tenant only."""
    found = await memberships(at.database, who.user_id)
    bound = who.session_id is None or who.impersonator_id is not None
    return {
        "items": [
            {
                "id": each.tenant_id,
                "slug": each.slug,
                "name": each.name,
                "role": each.role,
                "current": each.tenant_id == who.tenant_id,
            }
            for each in found
            if each.tenant_id == who.tenant_id or not bound
        ]
    }


@router.post("/select-tenant", response_model=Tokens | None)
async def select_tenant(
    body: SelectTenant, request: Request, response: Response, who: EnrollingOneself, at: ServicesDep
) -> dict[str, Any] | None:
    """Go on in another tenant of one's own: a new session begins there, and this one ends.

    What the other tenant asks for, such as a second factor, holds from its first request on.
    """
    target = next(
        (each for each in await memberships(at.database, who.user_id) if each.tenant_id == body.tenant_id),
        None,
    )
    if target is None or who.session_id is None:
        raise NotFound("There is no such workspace among yours.")
    login = Login(who.user_id, target.tenant_id, who.name, target.role, "")
    answer = await enter(
        login,
        request,
        response,
        at,
        grant_of(request),
        action="session.tenant_selected",
        verified_at=who.verified_at,
    )
    await at.sessions.end(who.tenant_id, who.session_id, who.actor)
    await tell_ended(at, [who.tenant_id])
    return answer
