"""Looks after one connection: its webhook and credentials, the files that customers sent, and what was missed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.activities.alerting import Alerts, LookedAt
from omnisupport.activities.messaging import Outlets
from omnisupport.activities.pricing import PriceKeeper
from omnisupport.activities.reading import (
    FIRST_BACKFILL,
    OVERLAP,
    CursorStore,
    is_calm,
    read_on,
    with_put_aside,
)
from omnisupport.activities.receiving import Hints, Receiver
from omnisupport.activities.templates import TemplateKeeper
from omnisupport.channels.base import Adapter, Ambiguous, AuthFailed, Health, NotSent, Problem, Watched
from omnisupport.domain.account import Account
from omnisupport.domain.files import MAX_BYTES
from omnisupport.domain.inbound import MediaRef
from omnisupport.errors import Invalid, OmniError
from omnisupport.observability import get_logger
from omnisupport.temporal import parse_workflow_id

log = get_logger(__name__)

WELL_S, UNWELL_S = 300.0, 60.0
"""Between two looks of its own: at a connection that is well, and at one that is not."""
FILES_SOON_S = 5.0
STRANDED = timedelta(minutes=1)
STRANDED_AT_ONCE = 50
"""Messages that are rung for at a look: whoever waits in its queue already is not put there twice."""
FILE_TRIES = 20
FETCHES_AT_ONCE = 3
"""Files under way in a worker: what a provider gives in one piece is in memory until it lies on the disk."""
CLOSING_TRIES = 5


@dataclass(frozen=True)
class Looked:
    """How long the connection may rest; `is_over`: there is none any more."""

    again_s: float = WELL_S
    is_over: bool = False


class Cared(LookedAt, Protocol):
    """`storage/queries/channel_care.Care`."""

    @property
    def status(self) -> str:
        """Active or closing."""


class WaitingFile(Protocol):
    """`storage/queries/channel_care.Waiting`."""

    @property
    def id(self) -> UUID:
        """Its id, here and in its message."""

    @property
    def ref(self) -> MediaRef:
        """What its adapter fetches it by."""

    @property
    def tries(self) -> int:
        """How often it was looked for, with this time."""


class CareStore(CursorStore, Protocol):
    """`storage/queries/channel_care.py`."""

    async def read(self, tenant_id: UUID, channel_id: UUID) -> Cared | None:
        """A channel and how it was found last."""

    async def found(
        self,
        tenant_id: UUID,
        channel_id: UUID,
        health: dict[str, Any],
        facts: dict[str, Any],
        external_id: str | None,
        secrets: Mapping[str, Any],
    ) -> bool:
        """Write how a connection is; whether that is news."""

    async def closed(self, tenant_id: UUID, channel_id: UUID) -> None:
        """The provider knows nothing of us any more."""

    async def waiting_files(self, tenant_id: UUID, channel_id: UUID) -> Sequence[WaitingFile]:
        """Files that lie with the provider."""

    async def keep_file(self, tenant_id: UUID, file: Any, content: IO[bytes]) -> dict[str, Any]:
        """Look at a file and keep it; gives what its message says of it."""

    async def settle_file(self, tenant_id: UUID, file_id: UUID, attachment: dict[str, Any]) -> str | None:
        """Say in its message that a file has come or will not."""

    async def stranded(
        self, tenant_id: UUID, channel_id: UUID, age: timedelta, limit: int
    ) -> Sequence[tuple[UUID, UUID]]:
        """Conversation and id of messages that have waited so long to be sent."""

    async def backfilled(self, tenant_id: UUID, channel_id: UUID, at: datetime) -> None:
        """Everything up to then was asked for."""


class Watches(Protocol):
    """`storage/leases.py`."""

    async def want(self, tenant_id: UUID, channel_id: UUID) -> None:
        """Have a channel watched by one of the workers."""

    async def give_up(self, channel_id: UUID) -> None:
        """Have it watched no more."""


class Bell(Protocol):
    """`temporal.Bell`."""

    async def resend(self, tenant_id: UUID, conversation_id: UUID, message_id: UUID) -> bool:
        """A message waits for its provider; false when the engine did not take it."""


class ChannelActivities:
    """Activities on queue `channels`, of the channel that the workflow's id names."""

    def __init__(
        self,
        store: CareStore,
        outlets: Outlets,
        receiver: Receiver,
        hints: Hints,
        watches: Watches,
        templates: TemplateKeeper,
        alerts: Alerts,
        bell: Bell,
        prices: PriceKeeper,
    ) -> None:
        self._bell = bell
        self._prices = prices
        self._alerts = alerts
        self._store = store
        self._templates = templates
        self._outlets = outlets
        self._receiver = receiver
        self._hints = hints
        self._watches = watches
        self._fetching = asyncio.Semaphore(FETCHES_AT_ONCE)

    @activity.defn
    async def look_after(self) -> Looked:
        """See to the webhook, fetch files, ask for what was missed; or end what is to be closed."""
        tenant_id, channel_id = _ours()
        care = await self._store.read(tenant_id, channel_id)
        if care is None:
            return Looked(is_over=True)
        adapter = await self._outlets.adapter(care.account)
        if care.status == "closing":
            await self._close(care.account, adapter)
            return Looked(is_over=True)
        if adapter is None:
            return Looked()
        health = await self._connect(care, adapter)
        if await self._alerts.follow(care, health):
            await self._hints.publish(tenant_id, "channel", channel_id)
        await self._ring_for_stranded(care.account)
        left = await self._fetch_files(care.account, adapter)
        if isinstance(adapter, Watched):
            left |= await self._see_to_watch(care, adapter, health)
        elif health.state != "down":
            await self._backfill(care, adapter)
            if await self._templates.see_to(care.account, adapter, care.health):
                await self._hints.publish(tenant_id, "channel", channel_id)
            await self._prices.see_to(care.account, adapter)
        pause = WELL_S if is_calm(health) else UNWELL_S
        return Looked(again_s=min(pause, FILES_SOON_S) if left else pause)

    async def _close(self, account: Account, adapter: Adapter | None) -> None:
        try:
            if adapter is not None:
                await adapter.disconnect(account)
        except (NotSent, Ambiguous) as away:
            if activity.info().attempt < CLOSING_TRIES and not isinstance(away, AuthFailed):
                raise OmniError(away.detail, code=away.code, retryable=True) from away
            log.warning("channel_closed_unheard", channel_id=str(account.channel_id), reason=away.detail)
        await self._watches.give_up(account.channel_id)
        await self._store.closed(account.tenant_id, account.channel_id)
        await self._hints.publish(account.tenant_id, "channel", account.channel_id)

    async def _connect(self, care: Cared, adapter: Adapter) -> Health:
        account = care.account
        if not account.secrets:
            health = Health("down", (Problem("secrets_missing", mends="reauthorize"),))
        else:
            health = with_put_aside(await adapter.connect(account), care.health)
        told = {
            "state": health.state,
            "problems": [asdict(each) for each in health.problems],
            "expires_at": health.expires_at.isoformat() if health.expires_at else None,
        }
        is_news = await self._store.found(
            account.tenant_id,
            account.channel_id,
            told,
            dict(health.settings),
            health.external_id,
            health.secrets,
        )
        if is_news:
            await self._hints.publish(account.tenant_id, "channel", account.channel_id)
        return health

    async def _ring_for_stranded(self, account: Account) -> None:
        """A message that a person has sent on its way while the engine was away is in no queue: its ring was lost."""
        waiting = await self._store.stranded(
            account.tenant_id, account.channel_id, STRANDED, STRANDED_AT_ONCE
        )
        for conversation_id, message_id in waiting:
            if not await self._bell.resend(account.tenant_id, conversation_id, message_id):
                return  # the next look comes

    async def _fetch_files(self, account: Account, adapter: Adapter) -> bool:
        """Fetch what lies with the provider; tells whether something of it is left for soon."""
        waiting = await self._store.waiting_files(account.tenant_id, account.channel_id)
        done = await asyncio.gather(*(self._fetch(account, adapter, each) for each in waiting))
        return not all(done) or len(waiting) > 0

    async def _fetch(self, account: Account, adapter: Adapter, file: WaitingFile) -> bool:
        try:
            async with self._fetching:
                with TemporaryFile() as content:
                    await self._copy(adapter, file.ref, account, content)
                    attachment = await self._store.keep_file(account.tenant_id, file, content)
        except OmniError as failed:
            if failed.retryable and file.tries < FILE_TRIES:
                return False
            attachment = {"state": "failed", "reason": failed.code}
        told = await self._store.settle_file(account.tenant_id, file.id, attachment)
        if told is not None:
            await self._hints.publish(account.tenant_id, "commit", told)
        return True

    async def _copy(self, adapter: Adapter, ref: MediaRef, account: Account, content: IO[bytes]) -> None:
        size = 0
        async for piece in adapter.fetch_media(ref, account):
            size += len(piece)
            if size > MAX_BYTES:
                raise Invalid("A file has at most 25 MiB.", code="file_too_large")
            await asyncio.to_thread(content.write, piece)
        if not size:
            raise Invalid("The file is empty.", code="file_empty")

    async def _see_to_watch(self, care: Cared, adapter: Watched, health: Health) -> bool:
        """Read what came in, and have somebody wait for more; nobody waits at a door that does not open.

        Gives whether another look is due soon, to tell of what was put aside.
        """
        account = care.account
        if health.state == "down":
            await self._watches.give_up(account.channel_id)
            return False
        try:
            has_put_aside = await read_on(self._store, self._receiver, care, adapter)
        except (NotSent, Ambiguous) as away:
            log.warning("reading_failed", channel_id=str(account.channel_id), reason=away.detail)
            return False
        await self._watches.want(account.tenant_id, account.channel_id)
        return has_put_aside

    async def _backfill(self, care: Cared, adapter: Adapter) -> None:
        """Ask for what came in since the last time; what is here already is recognised by its key."""
        account, now = care.account, datetime.now(UTC)
        last = care.health.get("backfilled_at")
        since = datetime.fromisoformat(last) - OVERLAP if last else now - FIRST_BACKFILL
        try:
            events = await adapter.backfill(account, since)
        except (NotSent, Ambiguous) as away:
            log.warning("backfill_failed", channel_id=str(account.channel_id), reason=away.detail)
            return
        await self._receiver.take(account, events)
        await self._store.backfilled(account.tenant_id, account.channel_id, now)


def _ours() -> tuple[UUID, UUID]:
    workflow_id = activity.info().workflow_id
    assert workflow_id is not None
    tenant_id, channel_id = parse_workflow_id(workflow_id)
    return tenant_id, UUID(channel_id)
