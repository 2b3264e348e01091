"""A visitor's message on its way in: counted, committed, told of, and rung for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from omnisupport.activities.receiving import ring_for
from omnisupport.api.deps import Visitor
from omnisupport.api.services import Services
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.auth.tokens import TokenKind, invalid
from omnisupport.errors import NotFound, OmniError, Unavailable
from omnisupport.observability import fault_point

MOST_ACCEPTING = 256
"""Messages under way in this process; beyond, 503 before the engine drowns (architecture.md 2.14)."""


async def accept(
    at: Services,
    who: Visitor,
    *,
    client_message_id: str,
    text: str,
    content: dict[str, Any],
    stop_word: bool = False,
) -> dict[str, Any]:
    """The message as it is kept; the same `client_message_id` gets the same message.

    Raises:
        OmniError: the visitor has sent too many, or his token or his widget is no good.
    """
    messages = RateLimit("widget-messages", at.settings.widget_messages_per_minute, 60.0)
    await require(at.local_limiter, Mark(messages, who.token_hash.hex()))
    accepted = await at.conversations.accept(
        who.tenant_id,
        who.token_hash,
        client_message_id=client_message_id,
        text=text,
        content=content,
        stop_word=stop_word,
    )
    if "error" in accepted:
        raise refusal(accepted["error"])
    fault_point("before_ring")
    await _tell(at, who.tenant_id, accepted)
    await ring_for(at.bell, who.tenant_id, accepted, channel_type="widget")
    fault_point("after_ring")
    message: dict[str, Any] = accepted["message"]
    return message


class Room:
    """Room for one message more, as a context.

    Raises:
        Unavailable: too many are under way (code `overloaded`).
    """

    def __init__(self, at: Services) -> None:
        self._at = at

    def __enter__(self) -> None:
        if self._at.accepting >= MOST_ACCEPTING:
            raise Unavailable(
                "Too many messages at once. Try again in a moment.", code="overloaded", retry_after=1
            )
        self._at.accepting += 1

    def __exit__(self, *_: object) -> None:
        self._at.accepting -= 1


def refusal(code: str) -> OmniError:
    """Why a visitor is not taken, as the database says it."""
    if code == "tenant_not_found":
        return NotFound("This widget is closed.", code=code)
    return invalid(TokenKind.VISITOR)


async def _tell(at: Services, tenant_id: UUID, accepted: dict[str, Any]) -> None:
    """Hint at the message: at once where nobody may answer it soon, else unless the answer is quicker."""
    if accepted["ring"] and not accepted["created"]:
        conversation_id = accepted["message"]["conversation_id"]
        at.hub.tell_unless_answered(tenant_id, conversation_id, lambda: _hint(at, tenant_id, accepted))
    else:
        await _hint(at, tenant_id, accepted)


async def _hint(at: Services, tenant_id: UUID, accepted: dict[str, Any]) -> None:
    message = accepted["message"]
    extra = {"u": message["author"]["id"]} if accepted["created"] else {}
    await at.hints.publish(tenant_id, "message", message["conversation_id"], s=message["seq"], **extra)
