"""Failed messages over another channel: where one may go, its going, and the workspace's word on it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.fallback import (
    FallBack,
    FallbackOptions,
    FallbackSettingsIn,
    FallbackSettingsOut,
)
from omnisupport.api.schemas.messages import MessageEnvelope
from omnisupport.api.stored import stored
from omnisupport.domain.fallback import FallbackSettings
from omnisupport.domain.permissions import Permission
from omnisupport.errors import NotFound, Unavailable
from omnisupport.storage.access import conversations
from omnisupport.storage.access import fallback as access
from omnisupport.texts.fallback import lines

router = APIRouter(prefix="/api/v1", tags=["conversations"])

Reader = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
Writer = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_REPLY))]
SettingsReader = Annotated[Person, Depends(requires(Permission.SETTINGS_READ))]
Manager = Annotated[Person, Depends(requires(Permission.SETTINGS_MANAGE))]
OF_MESSAGE = "/conversations/{conversation_id}/messages/{message_id}/fallback"


@router.get("/settings/fallback", response_model=FallbackSettingsOut)
async def get_fallback(who: SettingsReader, at: ServicesDep) -> dict[str, Any]:
    """What becomes of messages that cannot be delivered on their channel."""
    return (await access.access_settings(at.database, who.tenant_id)).as_json()


@router.put("/settings/fallback", response_model=FallbackSettingsOut)
async def change_fallback(body: FallbackSettingsIn, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Say what becomes of messages that cannot be delivered on their channel, from now on."""
    wanted = FallbackSettings(body.policy, body.after_minutes)
    await access.change_settings(at.database, who.tenant_id, who.actor, wanted)
    return wanted.as_json()


@router.get(OF_MESSAGE, response_model=FallbackOptions)
async def list_fallbacks(
    conversation_id: UUID, message_id: UUID, who: Reader, at: ServicesDep
) -> dict[str, Any]:
    """Other addresses of the customer where a message that was not sent may go."""
    message = await _message(at, who, conversation_id, message_id)
    if message["status"] != "failed" or "instead" in message["content"]:
        return {"items": []}
    found = await access.list_options(at.database, who.tenant_id, message_id)
    shown = ("identity_id", "address", "vouched", "channel")
    return {"items": [{name: each[name] for name in shown} for each in found]}


@router.post(OF_MESSAGE, status_code=202, response_model=MessageEnvelope)
async def fall_back(
    conversation_id: UUID, message_id: UUID, body: FallBack, who: Writer, at: ServicesDep
) -> Response:
    """Send a message that was not sent over another address of the customer; answers the message there."""
    await _message(at, who, conversation_id, message_id)
    options = await access.list_options(at.database, who.tenant_id, message_id)
    chosen = next((each for each in options if each["identity_id"] == str(body.identity_id)), None)
    told = {
        "identity_id": str(body.identity_id),
        "by": {"id": str(who.user_id), "name": who.name},
        **(lines(chosen) if chosen is not None else {}),
    }
    gone = await access.fall_back(
        at.database, who.tenant_id, who.reach, who.actor, conversation_id, message_id, told
    )
    there = UUID(gone.conversation_id)
    for each in (conversation_id, there):
        await at.hints.publish(who.tenant_id, "commit", each)
    if not await at.bell.resend(who.tenant_id, there, UUID(gone.message_id)):
        raise Unavailable(
            "The conversation engine does not answer. The message is kept: the same request sends it, once."
        )
    message = await at.conversations.read_message(who.tenant_id, UUID(gone.message_id))
    return stored({"message": message}, 202)


async def _message(at: ServicesDep, who: Person, conversation_id: UUID, message_id: UUID) -> dict[str, Any]:
    await conversations.access_conversation(at.inbox, who.tenant_id, who.reach, conversation_id)
    found: dict[str, Any] | None = await at.conversations.read_message(who.tenant_id, message_id)
    if found is None or found["conversation_id"] != str(conversation_id):
        raise NotFound("There is no such message.", code="message_not_found")
    return found
