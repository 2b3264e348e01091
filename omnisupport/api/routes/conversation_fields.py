"""A conversation with the values of its attributes; what scenarios remember is another thing."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.conversation_fields import ConversationChanges, ConversationDetail
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import conversation_fields as access
from omnisupport.storage.access.conversations import access_conversation

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])

Reader = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
Controller = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_CONTROL))]


@router.get("/{conversation_id}", response_model=ConversationDetail)
async def get_conversation(conversation_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One conversation, with the values of its attributes."""
    found = await access_conversation(at.inbox, who.tenant_id, who.reach, conversation_id)
    fields = await access.access_fields(at.database, who.tenant_id, who.reach, conversation_id)
    return {"conversation": found, "fields": fields}


@router.patch("/{conversation_id}", response_model=ConversationDetail)
async def change_conversation(
    conversation_id: UUID, body: ConversationChanges, who: Controller, at: ServicesDep
) -> dict[str, Any]:
    """Write values of attributes, as the settings define them for conversations."""
    fields = await access.change_fields(
        at.database, who.tenant_id, who.actor, who.reach, conversation_id, body.fields
    )
    await at.hints.publish(who.tenant_id, "commit", conversation_id)
    found = await access_conversation(at.inbox, who.tenant_id, who.reach, conversation_id)
    return {"conversation": found, "fields": fields}
