"""Keeps what sends cost: providers that charge by the message tell it some time after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from omnisupport.channels.base import Adapter, Ambiguous, Charged, NotSent
from omnisupport.domain.account import Account
from omnisupport.domain.price import Price
from omnisupport.observability import get_logger

log = get_logger(__name__)


class PriceStore(Protocol):
    """`storage/queries/prices.py`."""

    async def unpriced_since(self, tenant_id: UUID, channel_id: UUID) -> datetime | None:
        """Since when something has left whose price is not known."""

    async def keep(self, tenant_id: UUID, channel_id: UUID, prices: Sequence[Price]) -> int:
        """Write prices down; how many are new."""


class PriceKeeper:
    """Asks the provider while there is something whose price it has not told; the next look asks again."""

    def __init__(self, store: PriceStore) -> None:
        self._store = store

    async def see_to(self, account: Account, adapter: Adapter) -> int:
        """Ask, if there is something to ask for; how many prices are new."""
        if not isinstance(adapter, Charged):
            return 0
        place = (account.tenant_id, account.channel_id)
        since = await self._store.unpriced_since(*place)
        if since is None:
            return 0
        try:
            prices = await adapter.prices(account, since)
        except (NotSent, Ambiguous) as away:
            log.warning("prices_not_told", channel_id=str(account.channel_id), reason=away.detail)
            return 0
        return await self._store.keep(*place, prices)
