"""Events: what happened elsewhere, told by the tenant's other systems or by its pages."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.reach import reach_of
from omnisupport.api.schemas import settings as schemas
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid
from omnisupport.storage.access import events as access
from omnisupport.storage.tables import EventRow

router = APIRouter(prefix="/api/v1/events", tags=["events"])

Reader = Annotated[Person, Depends(requires(Permission.CUSTOMERS_READ))]
Writer = Annotated[Person, Depends(requires(Permission.EVENTS_WRITE))]


@router.post("", status_code=202, response_model=schemas.EventEnvelope)
async def post_event(body: schemas.NewEvent, who: Writer, at: ServicesDep) -> dict[str, Any]:
    """Tell what happened; the same id again is the same event, with other content it is refused.

    A customer who is not known is refused too (404, `customer_not_found`), and an address or phone of several (409,
    `customer_ambiguous`). What a visitor said of himself and nobody has confirmed finds nobody.
    """
    check_size(body.data)
    known = body.customer
    row = await access.take_event(
        at.database,
        who.tenant_id,
        who.actor,
        reach_of(who),
        event_id=body.id,
        name=body.name,
        customer_id=known if isinstance(known, UUID) else None,
        known_by=None if known is None or isinstance(known, UUID) else known.model_dump(exclude_none=True),
        data=body.data,
        source="api",
    )
    await at.bell.ring_triggers(who.tenant_id)  # a lost ring costs a minute
    return {"event": out(row)}


@router.get("", response_model=schemas.EventPage)
async def list_events(
    who: Reader,
    at: ServicesDep,
    customer: UUID | None = None,
    name: schemas.EventName | None = None,
    cursor: Annotated[str | None, Query(max_length=600)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Events, newest first; within a narrow scope those of customers that you reach."""
    rows = await access.list_events(
        at.database,
        who.tenant_id,
        reach_of(who),
        customer_id=customer,
        name=name,
        before=_before(cursor) if cursor else None,
        limit=limit,
    )
    more = rows[-1] if len(rows) == limit else None
    return {"items": [out(each) for each in rows], "cursor": _cursor(more) if more else None}


def check_size(data: dict[str, Any]) -> None:
    """Refuse more data than an event may carry."""
    if len(orjson.dumps(data)) > schemas.MOST_EVENT_BYTES:
        raise Invalid("The data of an event has at most 32 KiB.", code="event_too_large", field="data")
    if b"\\u0000" in orjson.dumps(data):
        raise Invalid("The data of an event holds a NUL, which is not text.", field="data")


def out(row: EventRow) -> dict[str, Any]:
    """An event as it is answered."""
    return {
        "id": row.id,
        "name": row.name,
        "customer_id": str(row.customer_id) if row.customer_id else None,
        "data": row.data,
        "source": row.source,
        "created_at": row.created_at.isoformat(),
    }


def _cursor(row: EventRow) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([row.created_at.isoformat(), row.id])).decode()


def _before(cursor: str) -> tuple[datetime, str]:
    try:
        at, event_id = orjson.loads(base64.urlsafe_b64decode(cursor))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or "\x00" in event_id:
            raise ValueError(at)
        return moment, str(event_id)
    except (ValueError, TypeError, AttributeError, binascii.Error) as wrong:
        raise Invalid("This is not a cursor of ours.", field="cursor") from wrong
