"""Sends that failed or whose end nobody knows: the list of them, and what a person decides."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from omnisupport.api.cursors import read_moment, write_moment
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.deliveries import DeliveryDecision, TroubledPage
from omnisupport.api.schemas.messages import MessageEnvelope
from omnisupport.api.stored import stored
from omnisupport.domain.permissions import Permission
from omnisupport.errors import NotFound
from omnisupport.storage.access import deliveries as access
from omnisupport.texts import say

router = APIRouter(prefix="/api/v1", tags=["conversations"])

Reader = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
Writer = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_REPLY))]


@router.get("/deliveries", response_model=TroubledPage)
async def list_troubled(
    who: Reader,
    at: ServicesDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    channel_id: UUID | None = None,
    status: access.Status | None = None,
) -> Response:
    """Messages that failed or are uncertain and that nobody has decided about, the newest first."""
    found = await access.list_troubled(
        at.database,
        who.tenant_id,
        who.reach,
        before=read_moment(cursor),
        limit=limit,
        channel_id=channel_id,
        status=status,
    )
    items = found.items
    last = items[-1]["message"] if len(items) == limit else None
    following = write_moment(datetime.fromisoformat(last["created_at"]), UUID(last["id"])) if last else None
    return stored({"items": items, "next_cursor": following, "total": found.total})


@router.post(
    "/conversations/{conversation_id}/messages/{message_id}/delivery",
    status_code=202,
    response_model=MessageEnvelope,
)
async def decide_delivery(
    conversation_id: UUID, message_id: UUID, body: DeliveryDecision, who: Writer, at: ServicesDep
) -> Response:
    """Decide of a message that failed or is uncertain: send it again, note that it arrived, or let it be."""
    line = say(f"send_decided.{body.decision}", who.locale, name=who.name)
    sends = await access.decide(
        at.database,
        who.tenant_id,
        who.reach,
        who.actor,
        conversation_id,
        message_id,
        body.decision,
        line=line,
        by={"id": str(who.user_id), "name": who.name},
    )
    await at.hints.publish(who.tenant_id, "commit", conversation_id)
    if sends:
        await at.bell.resend(who.tenant_id, conversation_id, message_id)
    page: dict[str, Any] | None = await at.conversations.read_message(who.tenant_id, message_id)
    if page is None:
        raise NotFound("There is no such message.", code="message_not_found")
    return stored({"message": page}, 202)
