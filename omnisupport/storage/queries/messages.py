"""Claims and results of sends, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from omnisupport.domain.message import Native, Outbound, Sent
from omnisupport.storage.queries.fallback import Fallbacks
from omnisupport.storage.session import Database

CLAIM = "select claim_send($1, $2)"
KEEP = "select keep_parts($1, $2, $3)"
RECORD = "select record_part($1, $2, $3, $4)"


@dataclass(frozen=True)
class Claimed:
    """A message whose next part is to leave. `part` is None where it was not rendered yet.

    `address`, `last_in_at` and `thread` are of the customer's identity; `since` is when the part left first.
    """

    message: Outbound
    part: Native | None
    address: str
    last_in_at: datetime | None
    thread: dict[str, Any]
    since: datetime


class Sends:
    """Outbound rows of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, tenant_id: UUID, message_id: UUID) -> tuple[Sent, Claimed | None]:
        """The next part becomes `sending` if it is due and its epoch is still the conversation's, else `cancelled`.

        `claimed`, `again` and `unknown` come with the message; every other status is where it stands, without.
        """
        found = await self._database.call(CLAIM, tenant_id, message_id)
        sent = Sent(found["status"], found.get("wait_ms", 0))
        if "message" not in found:
            return sent, None
        part, chat = found["part"], found["chat"]
        return sent, Claimed(
            Outbound(**found["message"]),
            Native(part["index"], part["method"], part["payload"] or {}, tuple(part["lossy"]))
            if part
            else None,
            chat["address"],
            datetime.fromisoformat(chat["last_in_at"]) if chat["last_in_at"] else None,
            chat["thread"] or {},
            datetime.fromisoformat(found["since"]),
        )

    async def keep(self, tenant_id: UUID, message_id: UUID, parts: Sequence[Native]) -> None:
        """Write what a message was rendered to; the first part is under way with that."""
        await self._database.call(KEEP, tenant_id, message_id, _json([asdict(part) for part in parts]))

    async def record(self, tenant_id: UUID, message_id: UUID, index: int, result: dict[str, Any]) -> Sent:
        """Write what became of a part: {status, external_id, code, reason, fallback, moved_to, gone}."""
        told = {name: value for name, value in result.items() if value is not None}
        found = await self._database.call(RECORD, tenant_id, message_id, index, _json(told))
        return Sent(found["status"], more=found["more"])

    async def plan_fallback(self, tenant_id: UUID, message_id: UUID) -> int | None:
        """After how many milliseconds a failed message goes over another channel by itself; None: it does not."""
        return await Fallbacks(self._database).plan(tenant_id, message_id)


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()
