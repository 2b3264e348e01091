"""Sends that ended badly, for a person: which they are, and what he decides of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from omnisupport.domain.actor import Actor
from omnisupport.domain.reach import Reach
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.access.conversations import absent
from omnisupport.storage.audit import record
from omnisupport.storage.queries.inbox import scope_of
from omnisupport.storage.session import Database

DECIDE = "select decide_send($1, $2, $3, $4, $5, $6, $7)"
TROUBLED = "select list_troubled($1, $2, $3, $4, $5)"

Decision = Literal["resend", "arrived", "discard"]


async def list_troubled(
    database: Database,
    tenant_id: UUID,
    reach: Reach | None,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """{message, code, customer, channel} of messages that failed or are uncertain, the newest first."""
    moment, place = before or (None, None)
    found: list[dict[str, Any]] = await database.call(
        TROUBLED, tenant_id, moment, place, limit, scope_of(reach)
    )
    return found


async def decide(
    database: Database,
    tenant_id: UUID,
    reach: Reach | None,
    actor: Actor,
    conversation_id: UUID,
    message_id: UUID,
    decision: Decision,
    *,
    line: str,
    by: dict[str, str],
) -> bool:
    """What becomes of a message whose send ended badly; tells whether it is to be sent now.

    Raises:
        NotFound: no such conversation or message in reach.
        Conflict: it is neither failed nor uncertain (code `message_not_open`).
    """
    found: dict[str, Any] = await database.call(
        DECIDE,
        tenant_id,
        conversation_id,
        message_id,
        decision,
        line,
        orjson.dumps(by).decode(),
        scope_of(reach),
    )
    match found.get("error"):
        case "conversation_gone":
            raise absent()
        case "message_not_found":
            raise NotFound("There is no such message.", code="message_not_found")
        case "message_not_open":
            raise Conflict(
                f"This message is {found['status']}: there is nothing to decide.", code="message_not_open"
            )
    async with database.session(tenant_id) as session:
        record(
            session,
            tenant_id,
            actor,
            f"message.{decision}",
            target=("conversation", conversation_id),
            after={"message": str(message_id)},
        )
    return bool(found["send"])
