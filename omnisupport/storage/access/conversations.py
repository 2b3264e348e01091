"""Conversations for a person: those in his reach, and any other is as absent as one that never was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from omnisupport.domain.actor import Actor
from omnisupport.domain.reach import Reach
from omnisupport.errors import NotFound
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.queries.inbox import Inbox

COUNTED_TO = 1000
"""A list that is longer is told as long as this: nobody works through more, and counting all of them is dear."""


def absent() -> NotFound:
    """The refusal for a conversation that is absent, another tenant's or out of reach: told apart by nobody."""
    return NotFound("There is no such conversation.")


async def list_conversations(
    inbox: Inbox, tenant_id: UUID, reach: Reach | None, filters: dict[str, str], limit: int
) -> list[dict[str, Any]]:
    """Summaries, newest first."""
    return await inbox.page(tenant_id, filters, limit, reach)


async def count_conversations(
    inbox: Inbox, tenant_id: UUID, reach: Reach | None, user_id: UUID
) -> dict[str, Any]:
    """How long each list of the inbox is, at most `COUNTED_TO`; of departments, how many are open."""
    return await inbox.counts(tenant_id, user_id, COUNTED_TO, reach)


async def access_conversation(
    inbox: Inbox, tenant_id: UUID, reach: Reach | None, conversation_id: UUID
) -> dict[str, Any]:
    """A conversation as the inbox shows it.

    Raises:
        NotFound: absent, another tenant's, or out of reach.
    """
    found = await inbox.get(tenant_id, [conversation_id], reach)
    if not found:
        raise absent()
    return found[0]


async def access_messages(
    conversations: Conversations,
    tenant_id: UUID,
    reach: Reach | None,
    conversation_id: UUID,
    after: int,
    *,
    limit: int,
) -> dict[str, Any]:
    """{messages, last_seq, status} after a seq, notes and events included, oldest first.

    Raises:
        NotFound: absent, another tenant's, or out of reach.
    """
    page = await conversations.read_after(
        tenant_id, conversation_id, after, limit=limit, visitor=False, reach=reach
    )
    if page is None:
        raise absent()
    return page


async def mark_seen(
    inbox: Inbox, tenant_id: UUID, reach: Reach | None, conversation_id: UUID, seq: int, user_id: UUID
) -> bool:
    """Remember how far an operator has read; whether that is news.

    Raises:
        NotFound: absent, another tenant's, or out of reach.
    """
    is_news = await inbox.mark_seen(tenant_id, conversation_id, seq, user_id, reach)
    if is_news is None:
        raise absent()
    return is_news


async def record_operation(
    inbox: Inbox,
    tenant_id: UUID,
    reach: Reach | None,
    actor: Actor,
    conversation_id: UUID,
    operation_id: str,
    kind: str,
    more: dict[str, Any],
) -> dict[str, Any]:
    """Write the audit line of an operation that was done, once for its id; the conversation as it is now.

    One that the operation itself has put out of reach comes without its content: it is the answer to who passed it on.

    Raises:
        NotFound: it is gone.
    """
    line = {
        "actor_kind": actor.kind,
        "actor_id": str(actor.id) if actor.id else None,
        "actor_name": actor.name,
        "impersonator_id": str(actor.impersonator_id) if actor.impersonator_id else None,
        "address": actor.address,
        "user_agent": (actor.user_agent or "")[:300] or None,
        "action": f"conversation.{kind}",
        "key": f"{conversation_id}:{operation_id}",
        "more": more,
    }
    found = await inbox.record_operation(tenant_id, conversation_id, line, reach)
    if found is None:
        raise absent()
    return found
