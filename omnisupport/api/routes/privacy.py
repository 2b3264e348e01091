"""Privacy: erasing a customer, how long things are kept, and who is kept whatever happens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from omnisupport.api.cursors import read_moment, write_moment
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.etags import etag, read_revision
from omnisupport.api.openapi import may_answer
from omnisupport.api.reach import reach_of
from omnisupport.api.schemas.privacy import (
    ErasureOut,
    ErasurePage,
    HoldOut,
    HoldPage,
    NewErasure,
    NewHold,
    RetentionTerms,
)
from omnisupport.domain.permissions import Permission
from omnisupport.domain.retention import Terms
from omnisupport.errors import Invalid
from omnisupport.storage.access import erasures, holds
from omnisupport.storage.access import retention as access
from omnisupport.storage.tables import Erasure, LegalHold

router = APIRouter(prefix="/api/v1/privacy", tags=["privacy"])

Reader = Annotated[Person, Depends(requires(Permission.PRIVACY_MANAGE))]
Manager = Annotated[Person, Depends(requires(Permission.PRIVACY_MANAGE, fresh=True))]
Keeper = Annotated[Person, Depends(requires(Permission.PRIVACY_MANAGE, fresh=True, whole=True))]
Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]

PAGE = 50


@router.post("/erasures", status_code=202, response_model=ErasureOut, openapi_extra=may_answer(404))
async def create_erasure(body: NewErasure, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Erase a customer with all that is his, everywhere; it cannot be taken back.

    Whoever was merged into him goes with him. 409 `legal_hold`: somebody holds him. If he writes again he is a new
    customer.
    """
    made = await erasures.create_erasure(
        at.database, who.tenant_id, who.actor, reach_of(who), body.customer_id, reason=body.reason
    )
    await at.bell.ring_erasure(who.tenant_id, made.id)
    return _erasure(made)


@router.get("/erasures", response_model=ErasurePage)
async def list_erasures(
    who: Reader, at: ServicesDep, cursor: Cursor = None, limit: Limit = PAGE
) -> dict[str, Any]:
    """Erasures, the newest first: those that somebody asked for, deletions of customers, and retention's.

    Within a narrow scope those that you asked for.
    """
    found = await erasures.list_erasures(
        at.database, who.tenant_id, reach_of(who), limit=limit, before=read_moment(cursor)
    )
    last = found[-1] if len(found) == limit else None
    return {
        "items": [_erasure(each) for each in found],
        "next_cursor": write_moment(last.requested_at, last.id) if last is not None else None,
    }


@router.get("/erasures/{erasure_id}", response_model=ErasureOut)
async def get_erasure(erasure_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """How far an erasure is, and its receipt when it is done."""
    return _erasure(await erasures.access_erasure(at.database, who.tenant_id, reach_of(who), erasure_id))


@router.get("/retention", response_model=RetentionTerms)
async def get_retention(who: Reader, at: ServicesDep, response: Response) -> dict[str, Any]:
    """How long what is kept; the ETag is what `If-Match` wants."""
    terms, revision = await access.access_retention(at.database, who.tenant_id)
    response.headers["ETag"] = etag(revision)
    return terms.as_json()


@router.put("/retention", response_model=RetentionTerms)
async def change_retention(
    body: RetentionTerms,
    who: Keeper,
    at: ServicesDep,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Put other terms in the place of all these. What is over its term goes within hours, and does not come back."""
    wanted = Terms(**body.model_dump())
    revision = await access.change_retention(
        at.database, who.tenant_id, who.actor, wanted, revision=read_revision(if_match)
    )
    response.headers["ETag"] = etag(revision)
    return wanted.as_json()


@router.get("/holds", response_model=HoldPage)
async def list_holds(
    who: Reader, at: ServicesDep, cursor: Cursor = None, limit: Limit = PAGE
) -> dict[str, Any]:
    """Holds that keep somebody now, the newest first."""
    found = await holds.list_holds(
        at.database, who.tenant_id, reach_of(who), limit=limit, before=read_moment(cursor)
    )
    last = found[-1] if len(found) == limit else None
    return {
        "items": [_hold(each) for each in found],
        "next_cursor": write_moment(last.created_at, last.id) if last is not None else None,
    }


@router.post("/holds", status_code=201, response_model=HoldOut, openapi_extra=may_answer(404))
async def create_hold(body: NewHold, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Hold a customer: he is neither erased nor deleted, and retention lets all that is his be."""
    made = await holds.create_hold(
        at.database,
        who.tenant_id,
        who.actor,
        reach_of(who),
        body.customer_id,
        reason=body.reason,
        until=_moment(body.until),
    )
    return _hold(made)


@router.delete("/holds/{hold_id}", status_code=204)
async def delete_hold(hold_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """End a hold: an erasure that waited for it begins."""
    freed = await holds.delete_hold(at.database, who.tenant_id, who.actor, reach_of(who), hold_id)
    for erasure_id in freed:
        await at.bell.ring_erasure(who.tenant_id, erasure_id)
    return Response(status_code=204)


def _moment(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise Invalid("The time needs a zone, as in 2027-01-31T09:00:00+03:00.", field="until")
    try:
        return value.astimezone(UTC)
    except OverflowError as beyond:
        raise Invalid("There is no such time.", field="until") from beyond


def _erasure(found: Erasure) -> dict[str, Any]:
    return {
        "id": found.id,
        "customer_id": found.customer_id,
        "status": found.status,
        "reason": found.reason,
        "requested_by": found.requested_by,
        "requested_at": found.requested_at,
        "finished_at": found.finished_at,
        "receipt": found.receipt,
    }


def _hold(found: LegalHold) -> dict[str, Any]:
    return {
        "id": found.id,
        "customer_id": found.customer_id,
        "reason": found.reason,
        "until": found.until,
        "created_by": found.created_by,
        "created_at": found.created_at,
    }
