"""Above the tenants: who runs the platform sees them, suspends them, and acts in the name of a member to help."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from omnisupport.api.deps import (
    COOKIE,
    LOOPBACK_COOKIE,
    Person,
    ServicesDep,
    is_loopback,
    not_impersonated,
    requires_platform,
    signed_in,
)
from omnisupport.api.impersonation import hand_over_end
from omnisupport.api.schemas.admin import (
    AdminTenantEnvelope,
    AdminTenants,
    Entrust,
    Impersonate,
    Referrals,
)
from omnisupport.api.schemas.auth import Tokens
from omnisupport.api.services import Services
from omnisupport.auth.access import AccessClaims
from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.domain.permissions import PlatformPermission
from omnisupport.errors import Conflict, OmniError
from omnisupport.storage.access import platform

router = APIRouter(prefix="/admin/v1", tags=["admin"])

Reader = Annotated[Person, Depends(requires_platform(PlatformPermission.TENANTS_READ))]
Manager = Annotated[Person, Depends(requires_platform(PlatformPermission.TENANTS_MANAGE))]
Helper = Annotated[Person, Depends(requires_platform(PlatformPermission.IMPERSONATE, fresh=True))]
SignedIn = Annotated[Person, Depends(signed_in)]
Cursor = Annotated[str, Query(max_length=63, pattern=r"^[a-z0-9-]*$")]
Limit = Annotated[int, Query(ge=1, le=50)]

CONFLICT: dict[str, Any] = {
    "description": "One acts in one's own name",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


@router.get("/tenants", response_model=AdminTenants)
async def list_tenants(
    who: Reader,
    at: ServicesDep,
    search: Annotated[str, Query(max_length=63, pattern=r"^[^\x00]*$")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Tenants by slug; `search` is a part of the slug. A manager sees those that are entrusted to him."""
    found, following = await platform.list_tenants(
        at.database, reach_of(who), search=search, after=cursor, limit=limit
    )
    return {
        "items": [asdict(each) for each in found],
        "next_cursor": following,
    }


@router.get("/tenants/{tenant_id}", response_model=AdminTenantEnvelope)
async def get_tenant(tenant_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One tenant; to a manager, one that is not his is absent."""
    return {"tenant": asdict(await platform.access_tenant(at.database, reach_of(who), tenant_id))}


@router.post("/tenants/{tenant_id}/suspend", response_model=AdminTenantEnvelope)
async def suspend(tenant_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Close a tenant for its people, keys and visitors; everybody is signed out, nothing is deleted."""
    await platform.change_status(at.database, who.actor, tenant_id, platform.SUSPENDED)
    at.sessions.forget()
    await at.hints.publish(tenant_id, "sessions", tenant_id)
    return {"tenant": asdict(await platform.access_tenant(at.database, reach_of(who), tenant_id))}


@router.post("/tenants/{tenant_id}/activate", response_model=AdminTenantEnvelope)
async def activate(tenant_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Let a suspended tenant work again; its people sign in anew."""
    await platform.change_status(at.database, who.actor, tenant_id, platform.ACTIVE)
    return {"tenant": asdict(await platform.access_tenant(at.database, reach_of(who), tenant_id))}


@router.put("/tenants/{tenant_id}/people", response_model=AdminTenantEnvelope)
async def entrust(tenant_id: UUID, body: Entrust, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Say who looks after a tenant and who brought it."""
    await platform.entrust_tenant(
        at.database, who.actor, tenant_id, manager=body.manager, referrer=body.referrer
    )
    return {"tenant": asdict(await platform.access_tenant(at.database, reach_of(who), tenant_id))}


@router.get("/referrals", response_model=Referrals, dependencies=[Depends(not_impersonated)])
async def list_referrals(
    who: SignedIn, at: ServicesDep, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """The tenants that one has brought: their names and since when, nothing else."""
    reach = platform.Reach(who.user_id, "referrer_id")
    found, following = await platform.list_tenants(at.database, reach, after=cursor, limit=limit)
    return {
        "items": [{"name": each.name, "created_at": each.created_at} for each in found],
        "next_cursor": following,
    }


@router.post("/tenants/{tenant_id}/impersonate", response_model=Tokens | None)
async def impersonate(
    tenant_id: UUID, body: Impersonate, who: Helper, at: ServicesDep, request: Request, response: Response
) -> dict[str, Any] | None:
    """Act as a member for at most an hour. The tenant's audit log says who, why and until when.

    With grant `cookie` the browser's own session is put aside: sign in again afterwards.
    """
    secure = request.url.scheme == "https"
    if body.grant == "cookie" and not secure and not is_loopback(request):
        raise OmniError(
            "Signing in over plain http is possible on this machine only. Use https.",
            code="insecure_transport",
            status=400,
        )
    life = timedelta(minutes=body.minutes)
    kind = TokenKind.SESSION if body.grant == "cookie" else TokenKind.REFRESH
    token, digest = new_token(kind, tenant_id)
    opened, role = await platform.begin_impersonation(
        at.database,
        who.actor,
        tenant_id,
        email=body.email,
        digest=digest,
        kind="cookie" if body.grant == "cookie" else "refresh",
        reason=body.reason,
        until=datetime.now(UTC) + life,
        tell=partial(hand_over_end, at.client),
    )
    if body.grant == "token":
        claims = AccessClaims(opened.user_id, tenant_id, opened.id, role)
        access, expires_in = at.access_tokens.issue(claims, datetime.now(UTC))
        return {"access_token": access, "refresh_token": token, "expires_in": expires_in}
    response.set_cookie(
        COOKIE if secure else LOOPBACK_COOKIE,
        token,
        max_age=int(life.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return None


@router.delete("/impersonation", status_code=204, responses={409: CONFLICT})
async def end_impersonation(who: SignedIn, at: ServicesDep) -> Response:
    """Stop acting as somebody else, before the time is over."""
    if who.impersonator_id is None or who.session_id is None:
        raise Conflict("You act in your own name.", code="not_impersonating")
    await platform.end_impersonation(at.database, who.actor, who.tenant_id, who.session_id)
    at.sessions.forget()
    await _tell(at, who)
    response = Response(status_code=204)
    for name in (COOKIE, LOOPBACK_COOKIE):
        response.delete_cookie(name, path="/", secure=name == COOKIE, httponly=True, samesite="lax")
    return response


async def _tell(at: Services, who: Person) -> None:
    await at.hints.publish(who.tenant_id, "sessions", who.session_id or who.user_id)


def reach_of(who: Person) -> platform.Reach:
    """Which tenants a person of the platform sees: all, or those that are entrusted to him."""
    manages_all = PlatformPermission.TENANTS_MANAGE in who.platform
    return platform.Reach(who.user_id, None if manages_all else "manager_id")
