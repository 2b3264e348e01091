"""What an operator's reply becomes: a text while the channel takes one, or a template filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from omnisupport.api.carrying import attachment_of
from omnisupport.api.deps import Person
from omnisupport.api.schemas.templates import TemplateUse
from omnisupport.api.services import Services
from omnisupport.channels.preview import takes
from omnisupport.domain.message import check_text
from omnisupport.domain.template import fill, words_of
from omnisupport.domain.window import window_of
from omnisupport.errors import Conflict, Invalid, NotFound
from omnisupport.storage.access.files import Uploader, access_file
from omnisupport.storage.access.reply_places import ReplyPlace, access_reply_place
from omnisupport.storage.access.templates import access_sendable
from omnisupport.texts import say


@dataclass(frozen=True)
class Reply:
    """The row that is written: its words, and what it has besides."""

    text: str
    content: dict[str, Any] = field(default_factory=dict)


async def place_of_reply(at: Services, who: Person, conversation_id: UUID) -> ReplyPlace:
    """Where a reply to this conversation goes.

    Raises:
        NotFound: the conversation is absent, or out of reach.
    """
    return await access_reply_place(at.database, at.inbox, who.tenant_id, who.reach, conversation_id)


async def attachments_of(at: Services, who: Person, file_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Files of one's own, as a message names them.

    Raises:
        Invalid: one of them is not there, or another's (code `attachment_unknown`).
    """
    by = uploader_of(who)
    try:
        found = [await access_file(at.database, who.tenant_id, by, each) for each in dict.fromkeys(file_ids)]
    except NotFound as absent:
        raise Invalid(
            "You have uploaded no such file. Upload it first, then attach it by its id.",
            code="attachment_unknown",
            field="attachments",
        ) from absent
    return [attachment_of(each) for each in found]


def uploader_of(who: Person) -> Uploader:
    """A person or a key as the one whose file it is."""
    return Uploader("user" if who.key_id is None else "api_key", who.user_id, who.actor)


async def text_reply(
    at: Services,
    who: Person,
    conversation_id: UUID,
    text: str,
    client_message_id: str,
    attachments: Sequence[UUID] = (),
) -> Reply:
    """A free text, files, or both, while the channel takes them; and the repeat of what was taken.

    Raises:
        NotFound: the conversation is absent, or out of reach.
        Conflict: the customer wrote too long ago (code `window_closed`).
    """
    files = await attachments_of(at, who, attachments)
    words = check_text(text) if text.strip() or not files else ""
    reply = Reply(words, {"attachments": files} if files else {})
    place = await place_of_reply(at, who, conversation_id)
    facts = takes(place.account)
    window = window_of(facts, place.last_in_at, datetime.now(UTC))
    if window.state == "open":
        return reply
    if await at.conversations.by_client_id(who.tenant_id, conversation_id, client_message_id) is not None:
        return reply
    following = say(f"window_closed.{window.state}", who.locale)
    told = {"hours": str(facts.window_hours), "channel": place.channel_name, "next": following}
    raise Conflict(say("error.window_closed", who.locale, **told), code="window_closed")


async def template_reply(
    at: Services, who: Person, place: ReplyPlace, used: TemplateUse, text: str = ""
) -> Reply:
    """A template of the conversation's channel with its values.

    Raises:
        Invalid: there is a text beside it (code `template_with_text`), the channel has no such template, or the values
            do not fit.
        Conflict: it cannot be sent.
    """
    if text.strip():
        raise Invalid(
            "A template is sent alone: leave the text away, or send it once the customer has answered.",
            code="template_with_text",
            field="text",
        )
    template = await access_sendable(at.database, who.tenant_id, place.account.channel_id, used.id)
    part = fill(template, used.parameters)
    named = {"id": str(used.id), "name": template.name, "language": template.language}
    forms = {"template": part["template"]}
    return Reply(words_of(part), {"template": named, "plain": "", "forms": forms})
