"""The operators' door to conversations: the inbox, and every action as an update of the workflow."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Depends, Header, Query, Response, WebSocket, WebSocketException

from omnisupport.api import tickets
from omnisupport.api.deps import TICKET_REFUSED, Person, Redeemed, ServicesDep, requires, ticket_for
from omnisupport.api.hub import cursor_of
from omnisupport.api.operations import operate
from omnisupport.api.realtime import ConsoleSocket
from omnisupport.api.replying import Reply, place_of_reply, template_reply, text_reply
from omnisupport.api.schemas.conversations import (
    Assign,
    ConversationCounts,
    ConversationEnvelope,
    ConversationPage,
    Empty,
    HandBack,
    HeldConversation,
    NewReply,
    Seen,
    Snooze,
    Transfer,
    Word,
)
from omnisupport.api.schemas.messages import SEQ_MAX, MessageEnvelope, MessagePage, Ticket
from omnisupport.api.services import Services
from omnisupport.api.stored import stored
from omnisupport.auth.tokens import TokenKind, invalid
from omnisupport.domain import conversation as domain
from omnisupport.domain.message import check_text
from omnisupport.domain.permissions import Permission
from omnisupport.domain.reach import Reach
from omnisupport.errors import Conflict, Forbidden, Invalid, NotFound
from omnisupport.storage.access import conversations as access
from omnisupport.storage.queries.departments import Departments
from omnisupport.storage.queries.members import Members
from omnisupport.storage.queries.sessions import Credential

router = APIRouter(prefix="/api/v1", tags=["conversations"])

Reader = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
Writer = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_REPLY))]
Assigner = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_ASSIGN))]
Controller = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_CONTROL))]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)]

PAGE = 50
MESSAGES = 200
AUDITED = {
    "take_over": "taken_over",
    "hand_back": "handed_back",
    "assign": "assigned",
    "transfer": "transferred",
    "resolve": "resolved",
    "reopen": "reopened",
    "snooze": "snoozed",
}
"""Operations by the word of their audit line; replies and notes are messages, which name their author themselves."""


@router.get("/conversations", response_model=ConversationPage)
async def list_conversations(
    who: Reader,
    at: ServicesDep,
    status: domain.Status | None = None,
    assigned_to: str | None = None,
    channel: str | None = Query(default=None, pattern=r"^[a-z][a-z0-9_]{0,31}$"),
    controller: str | None = Query(default=None, pattern="^(operator|scenario|assistant|bot)$"),
    department: UUID | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = PAGE,
) -> dict[str, Any]:
    """The inbox, newest first, as far as the role's scope reaches."""
    filters: dict[str, str] = {}
    if status is not None:
        filters["status"] = status
    if assigned_to is not None:
        filters["assigned_to"] = _assignee(assigned_to, who)
    if channel is not None:
        filters["channel"] = channel
    if controller is not None:
        filters["controller"] = controller
    if department is not None:
        filters["department"] = str(department)
    if cursor is not None:
        filters["before"], filters["before_id"] = _read_cursor(cursor)
    items = await access.list_conversations(at.inbox, who.tenant_id, who.reach, filters, limit)
    return {"items": items, "next_cursor": _cursor(items[-1]) if len(items) == limit else None}


def _assignee(value: str, who: Person) -> str:
    if value == "none":
        return value
    try:
        return str(who.user_id if value == "me" else UUID(value))
    except ValueError as wrong:
        raise Invalid("assigned_to is 'me', 'none' or a member's id.", field="assigned_to") from wrong


def _cursor(item: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([item["updated_at"], item["id"]])).decode()


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        written, item = orjson.loads(base64.urlsafe_b64decode(cursor))
        at = datetime.fromisoformat(written)
        if at.tzinfo is None:
            raise ValueError("a moment without zone")
        return at.isoformat(), str(UUID(item))
    except (ValueError, TypeError, AttributeError, binascii.Error) as wrong:
        raise Invalid("This is not a cursor of ours.", field="cursor") from wrong


@router.get("/conversations/counts", response_model=ConversationCounts)
async def count_conversations(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """How long each list of the inbox is. Nothing is counted beyond 1,000: that stands for as many or more."""
    return await access.count_conversations(at.inbox, who.tenant_id, who.reach, who.user_id)


@router.get("/conversations/{conversation_id}/messages", response_model=MessagePage)
async def get_messages(
    conversation_id: UUID,
    who: Reader,
    at: ServicesDep,
    after: Annotated[int, Query(ge=0, le=SEQ_MAX)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = MESSAGES,
) -> Response:
    """Messages after a seq, notes and events included, oldest first."""
    page = await access.access_messages(
        at.conversations, who.tenant_id, who.reach, conversation_id, after, limit=limit
    )
    return stored(
        {
            "conversation_id": str(conversation_id),
            "messages": page["messages"],
            "last_seq": page["last_seq"],
        }
    )


@router.post("/conversations/{conversation_id}/messages", status_code=202, response_model=MessageEnvelope)
async def post_message(conversation_id: UUID, body: NewReply, who: Writer, at: ServicesDep) -> Response:
    """Reply or note; the same `client_message_id` again is the same message.

    A reply is a text, files, or both; or a template of the channel, which is taken after the channel's window too.
    """
    reply = await _reply_of(at, who, conversation_id, body)
    operation = domain.Operation(
        id=f"message:{body.client_message_id}",
        by=_by(who),
        text=reply.text,
        content=reply.content or None,
        note=body.kind == "note",
        client_message_id=body.client_message_id,
        reach=who.reach,
    )
    result = await operate(at, who.tenant_id, conversation_id, "reply", operation)
    found = await at.conversations.by_client_id(who.tenant_id, conversation_id, body.client_message_id)
    if found is None:
        raise NotFound(f"The message {result.message_id} is gone.")
    return stored({"message": found}, 202)


async def _reply_of(at: Services, who: Person, conversation_id: UUID, body: NewReply) -> Reply:
    used = body.content.template if body.content is not None else None
    if body.attachments and (used is not None or body.kind == "note"):
        what = "A note" if body.kind == "note" else "A template"
        raise Invalid(
            f"{what} has no files: send them as a reply.", code="attachment_refused", field="attachments"
        )
    if body.kind == "note":
        if used is not None:
            raise Invalid("A note has no template.", code="template_in_note", field="content")
        return Reply(check_text(body.text))
    if used is not None:
        place = await place_of_reply(at, who, conversation_id)
        return await template_reply(at, who, place, used, body.text)
    return await text_reply(at, who, conversation_id, body.text, body.client_message_id, body.attachments)


@router.post("/conversations/{conversation_id}/take-over", response_model=HeldConversation)
async def take_over(
    conversation_id: UUID, body: Empty, who: Controller, at: ServicesDep, key: Key = None
) -> dict[str, Any]:
    """Take the conversation from the bot; nothing of the bot comes after the answer to this.

    Beyond one's own capacity too, which the answer then tells.
    """
    return await _hold(at, who, conversation_id, "take_over", key)


@router.post("/conversations/{conversation_id}/hand-back", response_model=ConversationEnvelope)
async def hand_back(
    conversation_id: UUID, body: HandBack, who: Controller, at: ServicesDep, key: Key = None
) -> dict[str, Any]:
    """Let the bot go on."""
    return await _act(at, who, conversation_id, "hand_back", key, text=body.summary)


@router.post("/conversations/{conversation_id}/assign", response_model=HeldConversation)
async def assign(
    conversation_id: UUID, body: Assign, who: Assigner, at: ServicesDep, key: Key = None
) -> dict[str, Any]:
    """Assign to an operator or a department, or to nobody.

    Another operator must have capacity for it (409, `at_capacity`), unless `force` is said by who may.
    """
    await _check_force(at, who, body.force)
    target = await _target(at, who, conversation_id, body.user_id, body.department_id)
    return await _hold(at, who, conversation_id, "assign", key, force=body.force, **target)


@router.post("/conversations/{conversation_id}/transfer", response_model=HeldConversation)
async def transfer(
    conversation_id: UUID, body: Transfer, who: Assigner, at: ServicesDep, key: Key = None
) -> dict[str, Any]:
    """Pass the conversation on, with a word. As with `assign`, another operator must have capacity for it."""
    await _check_force(at, who, body.force)
    if body.user_id is None and body.department_id is None:
        raise Invalid("Say to whom: user_id or department_id.", field="user_id")
    target = await _target(at, who, conversation_id, body.user_id, body.department_id)
    return await _hold(at, who, conversation_id, "transfer", key, text=body.note, force=body.force, **target)


@router.post("/conversations/{conversation_id}/resolve", response_model=ConversationEnvelope)
async def resolve(
    conversation_id: UUID, body: Word, who: Controller, at: ServicesDep, key: Key = None
) -> dict[str, Any]:
    """Resolve; a later message of the customer opens it again."""
    return await _act(at, who, conversation_id, "resolve", key, text=body.note)


@router.post("/conversations/{conversation_id}/reopen", response_model=HeldConversation)
async def reopen(
    conversation_id: UUID, body: Empty, who: Controller, at: ServicesDep, key: Key = None
) -> dict[str, Any]:
    """Open a resolved conversation, which is then the person's who did; or wake a snoozed one."""
    return await _hold(at, who, conversation_id, "reopen", key)


@router.post("/conversations/{conversation_id}/snooze", response_model=ConversationEnvelope)
async def snooze(
    conversation_id: UUID, body: Snooze, who: Controller, at: ServicesDep, key: Key = None
) -> dict[str, Any]:
    """Hide until a time, or until the customer writes."""
    if body.until.tzinfo is None:
        raise Invalid("The time needs a zone, as in 2027-01-31T09:00:00+03:00.", field="until")
    try:
        until = int(body.until.astimezone(UTC).timestamp() * 1000)
    except OverflowError as beyond:
        raise Invalid("There is no such time.", field="until") from beyond
    return await _act(at, who, conversation_id, "snooze", key, until=until)


@router.post("/conversations/{conversation_id}/seen", status_code=204)
async def seen(conversation_id: UUID, body: Seen, who: Reader, at: ServicesDep) -> Response:
    """The operator has read up to a seq."""
    if await access.mark_seen(at.inbox, who.tenant_id, who.reach, conversation_id, body.seq, who.user_id):
        await at.hints.publish(who.tenant_id, "seen", conversation_id)
    return Response(status_code=204)


@router.post("/ws-ticket", response_model=Ticket)
async def ws_ticket(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """A ticket for the console's WebSocket."""
    if who.session_id is None:
        raise Conflict("A key opens no socket: read GET /conversations instead.", code="not_a_session")
    body = {
        "for": "console",
        "user": str(who.user_id),
        "session": str(who.session_id),
        "rights": who.rights,
        "reach": asdict(who.reach) if who.reach is not None else None,
        "replies": Permission.CONVERSATIONS_REPLY in who.permissions,
    }
    return await tickets.issue(at.redis, who.tenant_id, body)


@router.websocket("/ws")
async def ws(
    socket: WebSocket,
    by: Annotated[Redeemed, Depends(ticket_for("console", own_page=True))],
    after: str | None = None,
) -> None:
    """The operator's stream."""
    at: Services = socket.app.state.services
    reach = Reach(**by.body["reach"]) if by.body["reach"] is not None else None
    credential = Credential(by.tenant_id, family=UUID(by.body["session"]), rights=by.body["rights"])
    if await at.sessions.ended([credential]):
        raise WebSocketException(TICKET_REFUSED, invalid(TokenKind.TICKET).code)
    await socket.accept()
    await ConsoleSocket(
        at.hub,
        socket,
        at.hints,
        credential=credential,
        user_id=UUID(by.body["user"]),
        replies=by.body["replies"],
        cursor=cursor_of(after),
        reach=reach,
    ).run()


async def _act(
    at: Services, who: Person, conversation_id: UUID, kind: str, key: str | None, **what: Any
) -> dict[str, Any]:
    """Run one operation; the conversation as it is then."""
    summary = await _operate(at, who, conversation_id, kind, key, **what)
    del summary["over_capacity"]
    return {"conversation": summary}


async def _hold(
    at: Services, who: Person, conversation_id: UUID, kind: str, key: str | None, **what: Any
) -> dict[str, Any]:
    """Run one operation that gives the conversation to somebody; whether he is beyond his capacity then."""
    summary = await _operate(at, who, conversation_id, kind, key, **what)
    return {"over_capacity": summary.pop("over_capacity"), "conversation": summary}


async def _operate(
    at: Services, who: Person, conversation_id: UUID, kind: str, key: str | None, **what: Any
) -> dict[str, Any]:
    """A key is good for one person and one kind: others may have thought of the same."""
    operation = domain.Operation(
        id=f"{kind}:{who.user_id}:{key or uuid4()}", by=_by(who), reach=who.reach, **what
    )
    await operate(at, who.tenant_id, conversation_id, kind, operation)
    more: dict[str, Any] = {"until": operation.until} if operation.until is not None else {}
    if operation.force:
        more["forced"] = True
    return await access.record_operation(
        at.inbox, who.tenant_id, who.reach, who.actor, conversation_id, operation.id, AUDITED[kind], more
    )


async def _check_force(at: Services, who: Person, force: bool) -> None:
    if force and Permission.TEAM_AVAILABILITY not in who.permissions:
        await at.refusals.write(who.tenant_id, who.actor, Permission.TEAM_AVAILABILITY.value)
        raise Forbidden("To go beyond an operator's capacity needs the permission team.availability.")


async def _target(
    at: Services, who: Person, conversation_id: UUID, user_id: UUID | None, department_id: UUID | None
) -> dict[str, Any]:
    """Whom an operation is for, by id and by the name to show."""
    target: dict[str, Any] = {}
    if user_id is not None:
        member = await Members(at.database).find(who.tenant_id, user_id)
        if member is None:
            raise NotFound("There is no such member.", code="member_not_found")
        target["assignee"] = domain.Person(id=str(user_id), name=member.name)
    if department_id is not None:
        name = await Departments(at.database).name_for(who.tenant_id, department_id, conversation_id)
        if name is None:
            raise NotFound("There is no such department.", code="department_not_found")
        target |= {"department_id": str(department_id), "department_name": name}
    return target


def _by(who: Person) -> domain.Person:
    return domain.Person(id=str(who.user_id), name=who.name)
