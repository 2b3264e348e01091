"""Sends that ended badly, for a person: which they are, and what he decides of them."""

from __future__ import annotations

from dataclasses import dataclass
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
TROUBLED = "select list_troubled($1, $2, $3, $4, $5, $6, $7)"

Status = Literal["failed", "uncertain"]
Decision = Literal["resend", "arrived", "discard"]


@dataclass(frozen=True)
class Troubled:
    """Some of them as {message, code, customer, channel}, and how many there are, counted to 100."""

    items: list[dict[str, Any]]
    total: int


async def list_troubled(
    database: Database,
    tenant_id: UUID,
    reach: Reach | None,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
    channel_id: UUID | None = None,
    status: Status | None = None,
) -> Troubled:
    """Messages that failed or are uncertain, of one channel or all of them, the newest first."""
    moment, place = before or (None, None)
    found: dict[str, Any] = await database.call(
        TROUBLED, tenant_id, moment, place, limit, scope_of(reach), channel_id, status
    )
    return Troubled(found["items"], found["total"])


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
