"""A conversation that an operator begins."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.openapi import may_answer
from omnisupport.api.openings import begin_conversation
from omnisupport.api.schemas.openings import BegunConversation, NewConversation
from omnisupport.api.stored import stored
from omnisupport.domain.permissions import Permission
from omnisupport.errors import NotFound
from omnisupport.storage.access.conversations import access_conversation

router = APIRouter(prefix="/api/v1/customers", tags=["conversations"])

Writer = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_REPLY))]


@router.post(
    "/{customer_id}/conversations",
    status_code=202,
    response_model=BegunConversation,
    openapi_extra=may_answer(404, 409),
)
async def begin(customer_id: UUID, body: NewConversation, who: Writer, at: ServicesDep) -> Response:
    """Write to a customer first: a text, or a template where the channel takes nothing else.

    The conversation that is open at his address is gone on with; else a new one begins, and is yours. The same
    `client_message_id` again is the same message.
    """
    conversation_id, was_open = await begin_conversation(at, who, customer_id, body)
    await at.hints.publish(who.tenant_id, "commit", conversation_id)
    conversation = await access_conversation(at.inbox, who.tenant_id, who.reach, conversation_id)
    message = await at.conversations.by_client_id(who.tenant_id, conversation_id, body.client_message_id)
    if message is None:
        raise NotFound("The message is gone.", code="message_not_found")
    return stored({"conversation": conversation, "message": message, "was_open": was_open}, 202)
