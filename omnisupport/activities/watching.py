"""Waits, beside the activities of a worker, for what comes in on channels whose provider calls nobody: mailboxes.

A worker that dies is succeeded within a minute, and what was missed meanwhile lies behind the cursor. Nothing rests on
it: every channel's workflow reads on by itself every few minutes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from omnisupport.activities.channels import CareStore
from omnisupport.activities.messaging import Outlets
from omnisupport.activities.reading import read_on
from omnisupport.activities.receiving import Receiver
from omnisupport.channels.base import Watched
from omnisupport.errors import OmniError
from omnisupport.observability import get_logger

log = get_logger(__name__)

ROUND_S = 5.0
"""Between two looks for channels that nobody watches; also how often leases are renewed."""
AT_ONCE = 20
"""New watches a round: signing in costs more than waiting, and other workers want their share."""
MOST = 1000
"""Of one worker: a socket and some 100 KB each, and no thread."""
WAIT_S = 120.0
"""Then the account is read anew: it may have other credentials, or be gone."""
STEADY_S = 60.0
"""A connection that held for so long and broke is opened anew at once."""
PAUSE_AT_MOST_S = 300.0


class Leases(Protocol):
    """`storage/leases.py`."""

    async def take(self, most: int) -> Sequence[tuple[UUID, UUID]]:
        """Tenant and channel of some that nobody watches."""

    async def renew(self, channels: Collection[UUID]) -> Collection[UUID]:
        """Keep these; gives those that are lost."""

    async def release(self, channel_id: UUID) -> None:
        """Let another worker have it."""

    async def give_up(self, channel_id: UUID) -> None:
        """Have it watched no more, until a look wants that again."""


class Bell(Protocol):
    """`temporal.Bell`."""

    async def ring_channel(self, tenant_id: UUID, channel_id: UUID) -> bool:
        """Have a connection looked at."""


class Watch:
    """The watches of one worker."""

    def __init__(
        self,
        store: CareStore,
        outlets: Outlets,
        receiver: Receiver,
        leases: Leases,
        bell: Bell,
        *,
        round_s: float = ROUND_S,
    ) -> None:
        self._store = store
        self._outlets = outlets
        self._receiver = receiver
        self._leases = leases
        self._bell = bell
        self._round_s = round_s
        self._held: dict[UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Take what nobody watches and keep it, until it is cancelled."""
        try:
            while True:
                for channel_id in await self._leases.renew(self._held):
                    self._held[channel_id].cancel()
                room = min(AT_ONCE, MOST - len(self._held))
                for tenant_id, channel_id in await self._leases.take(room) if room > 0 else ():
                    self._begin(tenant_id, channel_id)
                await asyncio.sleep(self._round_s)
        finally:
            held = dict(self._held)
            for task in held.values():
                task.cancel()
            await asyncio.gather(*held.values(), return_exceptions=True)
            await asyncio.gather(*(self._leases.release(each) for each in held))

    def _begin(self, tenant_id: UUID, channel_id: UUID) -> None:
        known = self._held.get(channel_id)
        task = asyncio.create_task(self._watch(tenant_id, channel_id, after=known))
        self._held[channel_id] = task
        task.add_done_callback(lambda done: self._forget(channel_id, done))

    def _forget(self, channel_id: UUID, task: asyncio.Task[None]) -> None:
        if self._held.get(channel_id) is task:
            del self._held[channel_id]

    async def _watch(self, tenant_id: UUID, channel_id: UUID, *, after: asyncio.Task[None] | None) -> None:
        """Wait and read for as long as the channel is there; what does not hold is tried again, ever more rarely."""
        if after is not None:
            await asyncio.wait([after])
        failures = 0
        while True:
            began = time.monotonic()
            try:
                if not await self._wait(tenant_id, channel_id):
                    await self._leases.give_up(channel_id)
                    return
                failures = 0
            except OmniError as broken:
                log.info("watch_broken", channel_id=str(channel_id), code=broken.code, reason=broken.detail)
                failures = failures + 1 if time.monotonic() - began < STEADY_S else 0
            except Exception:
                log.exception("watch_failed", channel_id=str(channel_id))
                failures += 1
            if failures == 1:  # its look says what is wrong, and ends the watch where nothing gets through
                await self._bell.ring_channel(tenant_id, channel_id)
            if failures:
                pause = min(self._round_s * 2 ** (failures - 1), PAUSE_AT_MOST_S)
                await asyncio.sleep(pause)

    async def _wait(self, tenant_id: UUID, channel_id: UUID) -> bool:
        """One wait and what came of it; False: there is nothing to be watched."""
        care = await self._store.read(tenant_id, channel_id)
        adapter = await self._outlets.adapter(care.account) if care is not None else None
        if care is None or care.status != "active" or not isinstance(adapter, Watched):
            return False
        cursor = care.health.get("cursor")
        is_news = cursor is None or await adapter.wait(care.account, cursor, WAIT_S)
        if is_news and await read_on(self._store, self._receiver, care, adapter):
            await self._bell.ring_channel(tenant_id, channel_id)
        return True
