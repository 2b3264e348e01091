"""The refusal of a free text that its channel would not take."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from omnisupport.api.deps import Person
from omnisupport.api.services import Services
from omnisupport.channels.preview import takes
from omnisupport.domain.window import window_of
from omnisupport.errors import Conflict
from omnisupport.storage.access.reply_places import access_reply_place
from omnisupport.texts import say


async def check_window(at: Services, who: Person, conversation_id: UUID, client_message_id: str) -> None:
    """Let a free text pass while the channel takes one, and the repeat of one that was taken.

    Raises:
        NotFound: the conversation is absent, or out of reach.
        Conflict: the customer wrote too long ago (code `window_closed`).
    """
    place = await access_reply_place(at.database, at.inbox, who.tenant_id, who.reach, conversation_id)
    facts = takes(place.account)
    window = window_of(facts, place.last_in_at, datetime.now(UTC))
    if window.state == "open":
        return
    if await at.conversations.by_client_id(who.tenant_id, conversation_id, client_message_id) is not None:
        return
    following = say(f"window_closed.{window.state}", who.locale)
    told = {"hours": str(facts.window_hours), "channel": place.channel_name, "next": following}
    raise Conflict(say("error.window_closed", who.locale, **told), code="window_closed")
