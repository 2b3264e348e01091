"""What the parts of messages cost, as their provider has told it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from omnisupport.domain.price import Price
from omnisupport.storage.session import Database

SINCE = "select unpriced_since($1, $2)"
KEEP = "select keep_prices($1, $2, $3)"


class Prices:
    """Channels of every tenant, one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unpriced_since(self, tenant_id: UUID, channel_id: UUID) -> datetime | None:
        """Since when parts have left whose price nobody has told; None: there are none."""
        found: datetime | None = await self._database.call(SINCE, tenant_id, channel_id)
        return found

    async def keep(self, tenant_id: UUID, channel_id: UUID, prices: Sequence[Price]) -> int:
        """Write them down; how many are new."""
        told = [
            {
                "id": each.external_id,
                "amount": str(each.amount),
                "unit": each.currency,
                "segments": each.segments,
            }
            for each in prices
        ]
        found: int = await self._database.call(KEEP, tenant_id, channel_id, orjson.dumps(told).decode())
        return found
