"""Whether members take conversations: one's own state, others', and the states that there are."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from omnisupport.api.deps import Person, ServicesDep, requires, signed_in
from omnisupport.api.schemas.availability import (
    AvailabilityEnvelope,
    ChangeState,
    NewState,
    SetAvailability,
    StateEnvelope,
    States,
)
from omnisupport.api.schemas.names import Key
from omnisupport.api.team import tell_team
from omnisupport.domain.naming import key_of
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import availability as access
from omnisupport.storage.access.availability import MemberState
from omnisupport.storage.tables import Availability
from omnisupport.texts import DEFAULT_LOCALE
from omnisupport.texts.permissions import AVAILABILITY_NAMES

router = APIRouter(prefix="/api/v1/team", tags=["team"])

SignedIn = Annotated[Person, Depends(signed_in)]
Reader = Annotated[Person, Depends(requires(Permission.TEAM_READ))]
Setter = Annotated[Person, Depends(requires(Permission.TEAM_AVAILABILITY))]
Manager = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE))]
StateKey = Annotated[Key, Path()]


@router.get("/availability", response_model=AvailabilityEnvelope)
async def get_own(who: SignedIn, at: ServicesDep) -> dict[str, Any]:
    """How one stands oneself."""
    return _envelope(await access.access_availability(at.database, who.tenant_id, who.user_id))


@router.put("/availability", response_model=AvailabilityEnvelope)
async def put_own(body: SetAvailability, who: SignedIn, at: ServicesDep) -> dict[str, Any]:
    """Say how one stands; every console of the team shows it at once."""
    found = await access.set_availability(at.database, who.tenant_id, who.actor, who.user_id, body.state)
    await tell_team(at, who.tenant_id, "availability", who.user_id)
    return _envelope(found)


@router.put("/members/{user_id}/availability", response_model=AvailabilityEnvelope)
async def put_others(user_id: UUID, body: SetAvailability, who: Setter, at: ServicesDep) -> dict[str, Any]:
    """Say how another stands, such as who has left without a word."""
    found = await access.set_availability(at.database, who.tenant_id, who.actor, user_id, body.state)
    await tell_team(at, who.tenant_id, "availability", user_id)
    return _envelope(found)


@router.get("/availability-states", response_model=States)
async def list_states(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Every state that a member can be in."""
    built_in = [
        {
            "key": kind,
            "name": names.get(who.locale, names[DEFAULT_LOCALE]),
            "kind": kind,
            "built_in": True,
        }
        for kind, names in AVAILABILITY_NAMES.items()
    ]
    own = await access.list_states(at.database, who.tenant_id)
    return {"items": [*built_in, *(_shown(each) for each in own)]}


@router.post("/availability-states", status_code=201, response_model=StateEnvelope)
async def create_state(body: NewState, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make a state of the tenant's own, such as lunch."""
    made = await access.create_state(
        at.database, who.tenant_id, who.actor, key=key_of(body.name), name=body.name, kind=body.kind
    )
    await tell_team(at, who.tenant_id, "availability_states", made.key)
    return {"state": _shown(made)}


@router.patch("/availability-states/{state_key}", response_model=StateEnvelope)
async def patch_state(
    state_key: StateKey, body: ChangeState, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Change a state for everybody who is in it."""
    found = await access.update_state(
        at.database, who.tenant_id, who.actor, state_key, name=body.name, kind=body.kind
    )
    await tell_team(at, who.tenant_id, "availability_states", state_key)
    return {"state": _shown(found)}


@router.delete("/availability-states/{state_key}", status_code=204)
async def delete_state(state_key: StateKey, who: Manager, at: ServicesDep) -> Response:
    """Take a state away; who is in it is then in the plain one of its kind."""
    await access.delete_state(at.database, who.tenant_id, who.actor, state_key)
    await tell_team(at, who.tenant_id, "availability_states", state_key)
    return Response(status_code=204)


def _envelope(found: MemberState) -> dict[str, Any]:
    return {
        "user_id": str(found.user_id),
        "availability": {
            "state": found.state,
            "kind": found.kind.value,
            "since": found.since.isoformat() if found.since else None,
        },
    }


def _shown(found: Availability) -> dict[str, Any]:
    return {"key": found.key, "name": found.name, "kind": found.kind, "built_in": False}
