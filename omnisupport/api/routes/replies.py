"""Before an operator types: what the channel of a conversation takes now, and what the customer will see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.node_preview import preview_node
from omnisupport.api.previewing import UNREACHABLE, chat_of, limits_of, shown_messages
from omnisupport.api.replying import Reply, attachments_of, place_of_reply, template_reply
from omnisupport.api.routes.scenarios import Reader as ScenarioReader
from omnisupport.api.scenario_gate import gate
from omnisupport.api.schemas import replies as schemas
from omnisupport.api.services import Services
from omnisupport.auth.links import CONTENT_PATH
from omnisupport.channels.preview import takes
from omnisupport.domain.files import media_of
from omnisupport.domain.message import check_text
from omnisupport.domain.parts import content_of, in_words
from omnisupport.domain.permissions import Permission
from omnisupport.domain.window import window_of
from omnisupport.texts import say

router = APIRouter(prefix="/api/v1", tags=["conversations"])

Reader = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
Writer = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_REPLY))]


@router.get("/conversations/{conversation_id}/reply-state", response_model=schemas.ReplyStateEnvelope)
async def get_reply_state(conversation_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """What the channel takes now: the window and its end, lengths, buttons, files, and whether anything arrives."""
    place = await place_of_reply(at, who, conversation_id)
    facts = takes(place.account)
    window = window_of(facts, place.last_in_at, datetime.now(UTC))
    why = place.unreachable if place.unreachable in (None, *UNREACHABLE) else UNREACHABLE[0]
    state = {
        "channel": {
            "id": str(place.account.channel_id),
            "type": place.account.type,
            "name": place.channel_name,
        },
        "provider": place.account.provider,
        "unreachable": why,
        "reason": say(f"unreachable.{why}", who.locale) if why else None,
        **limits_of(facts, window),
    }
    return {"reply_state": state}


@router.post("/conversations/{conversation_id}/preview", response_model=schemas.MessagePreview)
async def preview_reply(
    conversation_id: UUID, body: schemas.PreviewRequest, who: Writer, at: ServicesDep
) -> dict[str, Any]:
    """What the customer will see of a reply, in the messages that it is sent in, and what is lost. Nothing is sent."""
    place = await place_of_reply(at, who, conversation_id)
    if body.content.template is not None:
        reply = await template_reply(at, who, place, body.content.template, body.text)
    else:
        reply = _written(body, direct=place.account.type == "widget", files=await _files(at, who, body))
    return shown_messages(
        place.account,
        chat_of(place.address, place.last_in_at, place.thread),
        [(reply.text, reply.content)],
        author_kind="operator",
        locale=place.locale,
        reader=who.locale,
    )


async def _files(at: Services, who: Person, body: schemas.PreviewRequest) -> list[dict[str, Any]]:
    """With links that open them for the one who looks, for five minutes."""
    found, now = await attachments_of(at, who, body.attachments), datetime.now(UTC)
    address = f"{at.public_origin}{CONTENT_PATH}"
    return [
        media_of(each, address + at.file_links.sign(who.tenant_id, UUID(each["id"]), now)) for each in found
    ]


def _written(body: schemas.PreviewRequest, *, direct: bool, files: list[dict[str, Any]]) -> Reply:
    told = body.content.model_dump(exclude_none=True, exclude={"template"})
    part: dict[str, Any] = {"text": body.text, **told}
    for number, button in enumerate(part.get("buttons", ()), 1):
        button["id"] = str(number)
    words, content = in_words(part), content_of(part, direct=direct)
    if not files:
        return Reply(check_text(words), content)
    return Reply(check_text(words) if words.strip() else "", {**content, "files": files})


@router.post("/scenarios/preview", response_model=schemas.NodePreview, tags=["scenarios"])
async def preview_scenario_node(
    body: schemas.NodePreviewRequest, who: ScenarioReader, at: ServicesDep
) -> dict[str, Any]:
    """What a node of a document says on each channel; nothing is kept and nothing sent."""
    report = await gate(at.database, who.tenant_id, body.document, file="scenario.yaml")
    return {"items": await preview_node(report, body.node, body.channels, who.tenant_id, who.locale)}
