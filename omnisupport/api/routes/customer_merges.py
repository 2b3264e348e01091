"""Merging two customers into one, and undoing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from omnisupport.api.deps import ServicesDep
from omnisupport.api.etags import etag
from omnisupport.api.reach import reach_of
from omnisupport.api.routes.customers import Writer, customer_of
from omnisupport.api.schemas.customers import Merge
from omnisupport.api.schemas.people import CustomerEnvelope
from omnisupport.storage.access import merges as access

router = APIRouter(prefix="/api/v1/customers/{customer_id}/merge", tags=["customers"])


@router.post("", response_model=CustomerEnvelope)
async def merge_customers(
    customer_id: UUID, body: Merge, who: Writer, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """Merge a customer into another, or another into him; answers the one who remains, with all of both."""
    source, target = (customer_id, body.into) if body.into is not None else (body.other_id, customer_id)
    assert source is not None
    merged = await access.merge_customers(
        at.database, who.tenant_id, who.actor, reach_of(who), source_id=source, target_id=target
    )
    response.headers["ETag"] = etag(merged.customer.revision)
    return {"customer": customer_of(merged)}


@router.post("/undo", response_model=CustomerEnvelope)
async def undo_merge(customer_id: UUID, who: Writer, at: ServicesDep, response: Response) -> dict[str, Any]:
    """Undo the newest merge of a customer, who may be either of the two; answers the one who comes back."""
    back = await access.undo_merge(at.database, who.tenant_id, who.actor, reach_of(who), customer_id)
    response.headers["ETag"] = etag(back.customer.revision)
    return {"customer": customer_of(back)}
