"""Tells webhooks: deliveries are rows, each is sent until it is taken or given up, and signed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson
from temporalio import activity

from omnisupport.domain.webhook import Delivery, Due, signature
from omnisupport.errors import OmniError
from omnisupport.observability import get_logger
from omnisupport.temporal import parse_workflow_id

log = get_logger(__name__)

AT_ONCE = 4
"""Deliveries under way to one address."""
TIMEOUT_S = 10.0
MAX_BYTES = 64 * 1024
"""Of an answer, which is read for its status only."""
SETTLE_S = 0.3
"""What comes within this of a hint is told together."""
REMEMBERED_S = 10.0
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Wake:
    """When to look again: at once (`more`), at `next_at` (epoch ms), or when rung. `gone`: never."""

    more: bool = False
    next_at: int | None = None
    gone: bool = False


class WebhookStore(Protocol):
    """`storage/queries/webhooks.py`."""

    async def active(self, tenant_id: UUID) -> list[UUID]:
        """The webhooks that are told."""

    async def due(self, tenant_id: UUID, webhook_id: UUID) -> Due | None:
        """What is to be sent now; None: it is told no more."""

    async def told(
        self, tenant_id: UUID, webhook_id: UUID, delivery_id: UUID, *, status: int | None, error: str | None
    ) -> int | None:
        """Write down how an attempt went; returns when the next is due."""


class Http(Protocol):
    """The guarded way out (`net/fetch.py`)."""

    async def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        timeout: float = TIMEOUT_S,
        max_bytes: int = MAX_BYTES,
    ) -> Any:
        """Send one request; the answer has `status`."""


class Bell(Protocol):
    """Who rings webhooks (`temporal.py`)."""

    async def ring_webhook(self, tenant_id: UUID, webhook_id: UUID) -> bool:
        """Signal-with-start; false when the engine did not take it."""


class WebhookActivities:
    """Activity on queue `channels`. A repeat after a crash may send a delivery twice, with the same id."""

    def __init__(self, store: WebhookStore, http: Http) -> None:
        self._store = store
        self._http = http

    @activity.defn
    async def deliver_due(self) -> Wake:
        """Send what is due to the webhook of this workflow, four at a time."""
        workflow_id = activity.info().workflow_id
        assert workflow_id is not None
        tenant_id, name = parse_workflow_id(workflow_id)
        webhook_id = UUID(name)
        due = await self._store.due(tenant_id, webhook_id)
        if due is None:
            return Wake(gone=True)
        places = asyncio.Semaphore(AT_ONCE)

        async def one(delivery: Delivery) -> int | None:
            async with places:
                status, error = await self._send(due, delivery)
                return await self._store.told(tenant_id, webhook_id, delivery.id, status=status, error=error)

        again = await asyncio.gather(*(one(delivery) for delivery in due.deliveries))
        times = [at for at in (*again, due.next_at) if at is not None]
        return Wake(more=due.more, next_at=min(times, default=None))

    async def _send(self, due: Due, delivery: Delivery) -> tuple[int | None, str | None]:
        body, now = orjson.dumps(delivery.body), int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "OmniSupport-Webhooks/1",
            "webhook-id": str(delivery.id),
            "webhook-timestamp": str(now),
            "webhook-signature": signature(due.secrets, str(delivery.id), now, body),
        }
        try:
            answer = await self._http.fetch(
                "POST", due.url, headers=headers, content=body, timeout=TIMEOUT_S, max_bytes=MAX_BYTES
            )
        except OmniError as refused:
            return None, refused.code
        return int(answer.status), None


class WebhookListener:
    """Hears what is committed and rings the webhooks of that tenant; a lost hint costs them a minute."""

    def __init__(self, store: WebhookStore, bell: Bell) -> None:
        self._store = store
        self._bell = bell
        self._known: dict[UUID, tuple[float, list[UUID]]] = {}
        self._settling: set[UUID] = set()
        self._ringing: set[asyncio.Task[None]] = set()

    async def listen(self, hints: AsyncIterator[UUID]) -> None:
        """Ring for every tenant that `hints` names, until it ends."""
        async for tenant_id in hints:
            if tenant_id not in self._settling:
                self._settling.add(tenant_id)
                task = asyncio.create_task(self._ring(tenant_id))
                self._ringing.add(task)
                task.add_done_callback(self._ringing.discard)

    async def _ring(self, tenant_id: UUID) -> None:
        try:
            await asyncio.sleep(SETTLE_S)
        finally:
            self._settling.discard(tenant_id)
        try:
            for webhook_id in await self._active(tenant_id):
                await self._bell.ring_webhook(tenant_id, webhook_id)
        except OmniError as away:  # they look for themselves each minute
            log.warning("webhooks_not_rung", code=away.code)

    async def _active(self, tenant_id: UUID) -> list[UUID]:
        read_at, found = self._known.get(tenant_id, (float("-inf"), []))
        if time.monotonic() - read_at < REMEMBERED_S:
            return found
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        found = await self._store.active(tenant_id)
        self._known[tenant_id] = (time.monotonic(), found)
        return found
