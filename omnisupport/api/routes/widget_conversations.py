"""A visitor's conversations: forms that begin them, their list, how far he has read, and what he thinks of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from omnisupport.api import widget_forms
from omnisupport.api.accepting import Room, accept, refusal
from omnisupport.api.deps import ServicesDep, Visitor, VisitorDep
from omnisupport.api.schemas.widget import (
    FilledForm,
    FormTaken,
    NewCsat,
    ReadUpTo,
    VisitorConversationEnvelope,
    VisitorConversations,
)
from omnisupport.api.services import Services
from omnisupport.api.stored import stored
from omnisupport.api.widget_config import hours_of, widget_of
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.domain.message import check_text
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.queries import visitor_conversations as own
from omnisupport.storage.queries.visitors import Visitors

router = APIRouter(prefix="/api/v1/widget", tags=["widget"])

FORMS = RateLimit("widget-forms", 20, 60.0)
"""Of one visitor: what hands fill in."""
SCORES = RateLimit("widget-csat", 20, 60.0)


@router.post("/form", status_code=202, response_model=FormTaken)
async def post_form(body: FilledForm, who: VisitorDep, at: ServicesDep) -> Response:
    """Begin a conversation with a form: its fields are kept, its text is the visitor's message.

    `next_open` says when somebody is there; an offline form waits for operators, and no scenario answers it.
    """
    await require(at.local_limiter, Mark(FORMS, who.token_hash.hex()))
    text = check_text(body.text)
    visitor = await Visitors(at.database).look_up(who.tenant_id, who.token_hash)
    if "error" in visitor:
        raise refusal(visitor["error"])
    form = widget_forms.asked(await widget_of(at, who.tenant_id), body.form)
    filled = widget_forms.check(form, body)
    with Room(at):
        await widget_forms.keep(at, who, visitor, form, filled)
        content = {"form": widget_forms.content_of(form, body.form, filled, visitor["locale"])}
        message = await accept(
            at,
            who,
            client_message_id=body.client_message_id,
            text=text,
            content=content | ({"anew": True} if body.anew else {}),
        )
    hours = await hours_of(at, who.tenant_id)
    return stored({"message": message, "next_open": hours["next_open"]}, 202)


@router.get("/conversations", response_model=VisitorConversations)
async def list_conversations(who: VisitorDep, at: ServicesDep) -> Response:
    """The visitor's own conversations, the newest first; without history the present one only."""
    return stored({"items": (await _own(who, at))["items"]})


@router.post("/seen", status_code=204)
async def seen(body: ReadUpTo, who: VisitorDep, at: ServicesDep) -> Response:
    """The visitor has read up to a seq; messages up to there become `read`, and operators see it at once."""
    found = (await _own(who, at, body.conversation_id))["items"]
    if body.conversation_id is not None and not found:
        raise NotFound("There is no such conversation.", code="conversation_not_found")
    if found:
        conversation_id = UUID(found[0]["id"])
        if await at.inbox.mark_customer_seen(who.tenant_id, conversation_id, body.seq):
            seq = min(body.seq, found[0]["last_seq"])
            await at.hints.publish(who.tenant_id, "customer_seen", conversation_id, s=seq)
    return Response(status_code=204)


@router.post("/conversations/{conversation_id}/csat", response_model=VisitorConversationEnvelope)
async def post_csat(conversation_id: UUID, body: NewCsat, who: VisitorDep, at: ServicesDep) -> Response:
    """Score a conversation that is resolved; another score takes the place of the first."""
    await require(at.local_limiter, Mark(SCORES, who.token_hash.hex()))
    found = await _own(who, at, conversation_id)
    if not found["items"]:
        raise NotFound("There is no such conversation.", code="conversation_not_found")
    if not (await widget_of(at, who.tenant_id)).features.csat:
        raise Conflict("This widget asks for no scores.", code="csat_off")
    if found["items"][0]["status"] != "resolved":
        raise Conflict(
            "The conversation goes on: score it when it is over.", code="conversation_not_resolved"
        )
    comment = body.comment.strip() if body.comment else ""
    await own.VisitorConversations(at.database).rate(
        who.tenant_id, conversation_id, UUID(found["customer_id"]), body.score, comment or None
    )
    await at.hints.publish(who.tenant_id, "rated", conversation_id)
    await at.bell.ring_triggers(who.tenant_id)  # a lost ring costs a minute
    return stored({"conversation": (await _own(who, at, conversation_id))["items"][0]})


async def _own(who: Visitor, at: Services, conversation_id: UUID | None = None) -> dict[str, Any]:
    found = await own.VisitorConversations(at.database).list(who.tenant_id, who.token_hash, conversation_id)
    if "error" in found:
        raise refusal(found["error"])
    return found
