"""Invitations: sent by who manages the team, accepted by who holds the token of the mail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from omnisupport.api import deps
from omnisupport.api.cursors import read_cursor, write_cursor
from omnisupport.api.deps import Person, ServicesDep, address_of, not_impersonated, public, requires
from omnisupport.api.invitations import check_pace, draft, refuse, role_names, sender_of
from omnisupport.api.schemas.base import Plain
from omnisupport.api.schemas.invitations import (
    Accept,
    InvitationEnvelope,
    InvitationPage,
    Joined,
    NewInvitation,
    OfferOut,
)
from omnisupport.api.services import Services
from omnisupport.api.team import granter_of, refusals_told, tell_team
from omnisupport.auth.limits import LoginLimiter
from omnisupport.auth.tokens import TokenKind, new_token, parse_token
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Forbidden, Invalid, OmniError, Unauthenticated
from omnisupport.storage import tables
from omnisupport.storage.access import invitations as access
from omnisupport.storage.access.invitations import AccountChanged, InvitationState, Joining, Offer, state_of

router = APIRouter(prefix="/api/v1/team", tags=["team"])

Manager = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE))]
Inviter = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE, verified=True))]
Token = Annotated[str, Path(max_length=200)]

PAGE = 50


@router.post(
    "/invite",
    status_code=201,
    response_model=InvitationEnvelope,
    dependencies=[Depends(not_impersonated)],
)
async def invite(body: NewInvitation, who: Inviter, at: ServicesDep) -> dict[str, Any]:
    """Ask a person to join, by a mail with a link that is good once, for seven days."""
    await check_pace(at, who)
    one = draft(
        who.tenant_id,
        email=body.email,
        name=body.name,
        role=body.role,
        departments=body.department_ids,
        skills={each.skill_id: each.level for each in body.skills},
    )
    send = await sender_of(at, who, {one.wanted.token_hash: one.token})
    async with refusals_told(at, who, "invitation.created", ("role", body.role)):
        (made,) = await access.create_invitations(
            at.database, who.tenant_id, granter_of(who), [one.wanted], send
        )
        if isinstance(made, OmniError):
            raise made
    await tell_team(at, who.tenant_id, "invitations", made.id)
    return {"invitation": _shown(made)}


@router.get("/invitations", response_model=InvitationPage)
async def list_invitations(
    who: Manager,
    at: ServicesDep,
    state: InvitationState | None = None,
    cursor: Annotated[Plain | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> dict[str, Any]:
    """Who was asked to join, the newest first."""
    after = read_cursor(cursor, _place)
    found = await access.list_invitations(at.database, who.tenant_id, state=state, after=after, limit=limit)
    last = found[-1] if len(found) == limit else None
    return {
        "items": [_shown(each) for each in found],
        "next_cursor": write_cursor(last.created_at.isoformat(), str(last.id)) if last else None,
    }


def _place(created_at: str, invitation_id: str) -> tuple[datetime, UUID]:
    moment = datetime.fromisoformat(created_at)
    if moment.tzinfo is None:
        raise ValueError("a moment without zone")
    return moment, UUID(invitation_id)


@router.post(
    "/invitations/{invitation_id}/resend",
    response_model=InvitationEnvelope,
    dependencies=[Depends(not_impersonated)],
)
async def resend(invitation_id: UUID, who: Inviter, at: ServicesDep) -> dict[str, Any]:
    """Send an invitation again: with a new link, for seven days from now; the old one opens nothing."""
    await check_pace(at, who)
    token, digest = new_token(TokenKind.INVITATION, who.tenant_id)
    async with refusals_told(at, who, "invitation.resent", ("invitation", invitation_id)):
        found = await access.resend_invitation(
            at.database,
            who.tenant_id,
            granter_of(who),
            invitation_id,
            digest,
            await sender_of(at, who, {digest: token}),
        )
    await tell_team(at, who.tenant_id, "invitations", invitation_id)
    return {"invitation": _shown(found)}


@router.delete("/invitations/{invitation_id}", status_code=204, dependencies=[Depends(not_impersonated)])
async def revoke(invitation_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """Revoke an invitation: its link opens nothing from now on."""
    await access.revoke_invitation(at.database, who.tenant_id, who.actor, invitation_id)
    await tell_team(at, who.tenant_id, "invitations", invitation_id)
    return Response(status_code=204)


@router.get("/invite/{token}", response_model=OfferOut, dependencies=[Depends(public)])
async def look(token: Token, at: ServicesDep) -> dict[str, Any]:
    """What an invitation offers; the same for an address with an account and for one without."""
    offer = await _offer(at, token)
    return {
        "workspace": offer.tenant.name,
        "email": offer.invitation.email,
        "name": offer.invitation.name,
        "role": offer.invitation.role,
        "role_name": (await role_names(at, offer.tenant)).get(offer.invitation.role, offer.invitation.role),
        "invited_by": offer.inviter,
        "expires_at": offer.invitation.expires_at.isoformat(),
    }


@router.post(
    "/invite/{token}/accept",
    response_model=Joined,
    dependencies=[Depends(public)],
    tags=["auth"],
)
async def accept(token: Token, body: Accept, request: Request, at: ServicesDep) -> dict[str, Any]:
    """Join the workspace, once. Then sign in: with the new account, or as before."""
    try:
        offer = await _accept(token, body, request, at)
    except AccountChanged:  # an account of this address was made in this moment: it is known now
        offer = await _accept_again(token, body, request, at)
    await tell_team(at, offer.tenant.tenant_id, "members")
    return {"workspace": offer.tenant.name, "slug": offer.tenant.slug, "email": offer.invitation.email}


async def _accept(token: str, body: Accept, request: Request, at: Services) -> Offer:
    offer = await _offer(at, token)
    tenant_id = offer.tenant.tenant_id
    digest = parse_token(TokenKind.INVITATION, token)[1]
    name, password_hash = "", ""
    if offer.user_id is None:
        name = body.name or offer.invitation.name or ""
        own = (offer.invitation.email, name, offer.tenant.name)
        password_hash = await _hash_new(at, name, body.password, own)
    elif offer.user_id != await _signed_in_as(request, at):
        await _prove(at, offer, body.password, address_of(request))
    joining = Joining(
        offer.user_id, name, password_hash, address_of(request), request.headers.get("user-agent")
    )
    if await access.accept_invitation(at.database, tenant_id, digest, joining) is None:
        raise refuse()
    return offer


async def _accept_again(token: str, body: Accept, request: Request, at: Services) -> Offer:
    try:
        return await _accept(token, body, request, at)
    except AccountChanged as twice:
        raise refuse() from twice


async def _offer(at: Services, token: str) -> Offer:
    try:
        tenant_id, digest = parse_token(TokenKind.INVITATION, token)
    except Unauthenticated as malformed:
        raise refuse() from malformed
    offer = await access.find_offer(at.database, tenant_id, digest)
    if offer is None:
        raise refuse()
    return offer


async def _hash_new(at: Services, name: str, password: str | None, own: tuple[str, ...]) -> str:
    if not name:
        raise Invalid("Say your name: colleagues and customers read it.", field="name")
    if password is None:
        raise Invalid("Choose a password.", field="password")
    await at.passwords.check(password, own=own)
    return await at.passwords.hash(password)


async def _prove(at: Services, offer: Offer, password: str | None, address: str) -> None:
    """The password of the account that the address has; guesses count as failed sign-ins."""
    if password is None:
        raise Invalid("Enter your password, or sign in first.", field="password")
    limiter = LoginLimiter(at.limiter)
    attempt = await limiter.admit(offer.invitation.email, address)
    if not (await at.passwords.verify(password, offer.password_hash)).matches:
        raise Unauthenticated("The e-mail address or the password is wrong.", code="sign_in_failed")
    await limiter.succeeded(attempt)


async def _signed_in_as(request: Request, at: Services) -> UUID | None:
    """Who asks from a page of ours with a session of his own, in whatever tenant."""
    try:
        who = await deps.person(request, at)
    except (Unauthenticated, Forbidden):
        return None
    return who.user_id if who.session_id is not None and who.impersonator_id is None else None


def _shown(found: tables.Invitation) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "email": found.email,
        "name": found.name,
        "role": found.role,
        "departments": [str(each) for each in found.department_ids],
        "skills": [{"skill_id": skill, "level": level} for skill, level in found.skills.items()],
        "state": state_of(found).value,
        "invited_by": str(found.invited_by) if found.invited_by else None,
        "created_at": found.created_at.isoformat(),
        "expires_at": found.expires_at.isoformat(),
    }
