"""The widget's door: sessions, messages, the live stream."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, WebSocket

from omnisupport.api import tickets
from omnisupport.api.accepting import Room, accept, refusal
from omnisupport.api.carrying import carried_by, has_menu_button
from omnisupport.api.deps import Redeemed, ServicesDep, Visitor, VisitorDep, public, ticket_for
from omnisupport.api.embedding import check_page
from omnisupport.api.greeting import greeting_of
from omnisupport.api.hub import MOST_SEQ
from omnisupport.api.realtime import WidgetSocket
from omnisupport.api.routes.events import check_size
from omnisupport.api.routes.events import out as event_out
from omnisupport.api.schemas.messages import SEQ_MAX, MessageEnvelope, MessagePage, Ticket
from omnisupport.api.schemas.settings import EventEnvelope, PageEvent
from omnisupport.api.schemas.widget import Identify, NewMessage, NewSession, Session
from omnisupport.api.services import Services
from omnisupport.api.signed import bind_signed, check_unsigned, seen_fields
from omnisupport.api.stored import stored
from omnisupport.api.widget_config import config_of
from omnisupport.auth.limits import Mark, RateLimit, address_subject, require
from omnisupport.auth.tokens import TokenKind, new_token, parse_token
from omnisupport.domain.message import check_text
from omnisupport.errors import Invalid, NotFound, Unauthenticated
from omnisupport.scenario_dsl import match_pattern
from omnisupport.storage.access.events import take_event
from omnisupport.storage.access.security import SecuritySettings
from omnisupport.storage.queries.sessions import Credential
from omnisupport.storage.queries.visitor_conversations import VisitorConversations
from omnisupport.storage.queries.visitors import Visitors, WidgetHome
from omnisupport.texts import DEFAULT_LOCALE, LOCALES

router = APIRouter(prefix="/api/v1/widget", tags=["widget"])

PAGE = 200
NO_MESSAGE = {"anew", "opening", "referral"}
"""What is no message by itself."""
PAGE_EVENTS = RateLimit("widget-events", 120, 60.0)
"""Of one visitor: a page that tells of each click."""


@router.post("/{slug}/sessions", status_code=201, response_model=Session, dependencies=[Depends(public)])
async def open_session(slug: str, body: NewSession, request: Request, at: ServicesDep) -> dict[str, Any]:
    """Open the widget: resumes by an earlier token, else makes a visitor; never a conversation."""
    sessions = RateLimit("widget-sessions", at.settings.widget_sessions_per_minute, 60.0)
    await require(at.limiter, Mark(sessions, address_subject(_address(request))))
    visitors = Visitors(at.database)
    home = await visitors.home(slug)
    if home is None:
        raise NotFound(f"There is no widget '{slug}'.", code="tenant_not_found")
    check_page(
        request,
        body.page.url if body.page else None,
        SecuritySettings.of(home.tenant.settings).allowed_domains,
    )
    page = body.page.model_dump() if body.page else None
    locale = body.locale or (home.tenant.locale if home.tenant.locale in LOCALES else DEFAULT_LOCALE)
    token, conversation_id = await _resumed(visitors, home, body, page)
    if token is None:
        token, digest = new_token(TokenKind.VISITOR, home.tenant.tenant_id)
        await visitors.create(home, digest, locale=locale, page=page)
    config = await config_of(at, home, locale)
    return {"visitor_token": token, "conversation_id": conversation_id, "config": config}


async def _resumed(
    visitors: Visitors, home: WidgetHome, body: NewSession, page: dict[str, str] | None
) -> tuple[str | None, str | None]:
    """The earlier token and its conversation, if it is alive and of this tenant; else a new session begins."""
    if body.visitor_token is None:
        return None, None
    try:
        tenant_id, digest = parse_token(TokenKind.VISITOR, body.visitor_token)
    except Unauthenticated:
        return None, None
    found = await visitors.find(tenant_id, digest) if tenant_id == home.tenant.tenant_id else None
    if found is None:
        return None, None
    await visitors.resume(tenant_id, digest, page)
    if body.locale is not None:
        await visitors.set_locale(tenant_id, UUID(found["customer_id"]), body.locale)
    return body.visitor_token, found["conversation_id"]


@router.post("/messages", status_code=202, response_model=MessageEnvelope)
async def post_message(body: NewMessage, who: VisitorDep, at: ServicesDep) -> Response:
    """Take a message. 202 means that it is committed; the same `client_message_id` gets the same message."""
    with Room(at):
        text, content = await _content(body, who, at)
        message = await accept(
            at,
            who,
            client_message_id=body.client_message_id,
            text=text,
            content=content,
            stop_word=body.button is None and match_pattern(text, DEFAULT_LOCALE) is not None,
        )
    return stored({"message": message}, 202)


async def _content(body: NewMessage, who: Visitor, at: Services) -> tuple[str, dict[str, Any]]:
    """The text to keep and the content beside it; a button is kept with its label as the text."""
    beside = await carried_by(body, who, at)
    if body.anew:
        beside["anew"] = True
    if body.button is not None and (
        body.text is not None or body.attachments or body.location or body.contact
    ):
        raise Invalid("Send either a text or a button.", code="message_invalid", field="text")
    if body.button is None and body.text is None and not beside.keys() - NO_MESSAGE:
        raise Invalid("Send either a text or a button.", code="message_invalid", field="text")
    if body.button is None:
        return check_text(body.text) if body.text is not None else "", beside
    label = await _label(body.button, who, at)
    if label is None:
        await _known(who, at)
        raise Invalid("This button was never shown here.", code="button_unknown", field="button")
    return label, {**beside, "button": body.button}


async def _label(button: str, who: Visitor, at: Services) -> str | None:
    if button.startswith("0."):
        published = await at.scenarios.published(who.tenant_id)
        found = await _known(who, at)
        for locale in LOCALES if found["locale"] != "en" else reversed(LOCALES):
            greeting = greeting_of(published, locale=locale, tenant={}) or {"buttons": []}
            for shown in greeting["buttons"]:
                if shown["id"] == button:
                    return str(shown["label"])
    shown_as = await Visitors(at.database).label_of(who.tenant_id, who.token_hash, button)
    if shown_as is None and has_menu_button(await at.scenarios.published(who.tenant_id), button):
        return button
    return shown_as


async def _known(who: Visitor, at: Services) -> dict[str, Any]:
    """The visitor as the database knows him."""
    found = await Visitors(at.database).look_up(who.tenant_id, who.token_hash)
    if "error" in found:
        raise refusal(found["error"])
    return found


@router.get("/messages", response_model=MessagePage)
async def get_messages(
    who: VisitorDep,
    at: ServicesDep,
    conversation_id: UUID | None = None,
    after: Annotated[int, Query(ge=0, le=SEQ_MAX)] = 0,
) -> Response:
    """Messages after a seq of a conversation of his; any other is answered by his present one, from its first row."""
    own = await _readable(who, at, conversation_id)
    if own is None:
        return stored({"conversation_id": None, "messages": [], "last_seq": 0})
    start = after if conversation_id is not None and str(conversation_id) == own else 0
    page = await at.conversations.read_after(who.tenant_id, UUID(own), start, limit=PAGE, visitor=True)
    if page is None:
        raise NotFound("There is no such conversation.")
    return stored({"conversation_id": own, "messages": page["messages"], "last_seq": page["last_seq"]})


async def _readable(who: Visitor, at: Services, wanted: UUID | None) -> str | None:
    """The conversation that is read: the wanted one where it is his, else his present one."""
    own: str | None = (await _known(who, at))["conversation_id"]
    if wanted is None or own is None or str(wanted) == own:
        return own
    found = await VisitorConversations(at.database).list(who.tenant_id, who.token_hash, wanted)
    return str(wanted) if found.get("items") else own


@router.post("/identify", status_code=204)
async def identify(body: Identify, who: VisitorDep, at: ServicesDep) -> Response:
    """Say who the visitor is. Signed by the company's server (`token`), he goes on with his own history here.

    Unsigned, empty fields are filled and marked unverified: nothing is merged and no history shown; refused where the
    workspace enforces signed identities. A token is a JWT: HS256, `aud` the slug, `sub` your id of the person, `iat`,
    `exp` within an hour, optional `name`, `email`, `phone`, and `jti`, which makes it good for one browser.
    """
    found = await _known(who, at)
    if body.token is not None:
        await bind_signed(at, who, body.token)
        return Response(status_code=204)
    fields = seen_fields(body.name, body.email, body.phone)
    await check_unsigned(at, who.tenant_id)
    await Visitors(at.database).fill(who.tenant_id, UUID(found["customer_id"]), fields)
    return Response(status_code=204)


@router.post("/events", status_code=202, response_model=EventEnvelope)
async def track(body: PageEvent, who: VisitorDep, at: ServicesDep) -> dict[str, Any]:
    """Take what the page tells of its visitor: a hint for scenarios, for anybody can send it from a browser."""
    check_size(body.data)
    await require(at.local_limiter, Mark(PAGE_EVENTS, who.token_hash.hex()))
    found = await _known(who, at)
    row = await take_event(
        at.database,
        who.tenant_id,
        None,
        None,
        # Of the visitor's own, so that nobody takes the id of an event that the company's systems will tell.
        event_id=f"widget:{found['customer_id']}:{body.id}",
        name=body.name,
        customer_id=UUID(found["customer_id"]),
        data=body.data,
        source="widget",
    )
    return {"event": event_out(row)}


@router.post("/ws-ticket", response_model=Ticket)
async def ws_ticket(who: VisitorDep, at: ServicesDep) -> dict[str, Any]:
    """A ticket for the visitor's WebSocket."""
    found = await _known(who, at)
    body = {
        "for": "widget",
        "token": who.token_hash.hex(),
        "customer_id": found["customer_id"],
        "conversation_id": found["conversation_id"],
    }
    return await tickets.issue(at.redis, who.tenant_id, body)


@router.websocket("/ws")
async def ws(
    socket: WebSocket, by: Annotated[Redeemed, Depends(ticket_for("widget"))], after: int = 0
) -> None:
    """The visitor's stream: what was committed after `after`, and what comes."""
    at: Services = socket.app.state.services
    tenant_id, body = by.tenant_id, by.body
    token_hash = bytes.fromhex(body["token"])
    await socket.accept()
    conversation_id = body["conversation_id"]
    await WidgetSocket(
        at.hub,
        socket,
        at.hints,
        credential=Credential(tenant_id, token_hash=token_hash),
        customer_id=body["customer_id"],
        conversation_id=UUID(conversation_id) if conversation_id else None,
        after=min(max(0, after), MOST_SEQ),
        find=partial(Visitors(at.database).find, tenant_id, token_hash),
        read_line=partial(VisitorConversations(at.database).one, tenant_id, token_hash),
    ).run()


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
