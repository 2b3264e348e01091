"""Sends a message to its provider, one part a call: claimed under the fence, recorded whatever comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.activities.turns import Teller
from omnisupport.channels.base import (
    Account,
    Adapter,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Chat,
    Moved,
    NotSent,
    RateLimited,
    RecipientGone,
)
from omnisupport.channels.rendering import BOTS
from omnisupport.domain.message import Native, Outbound, Sent
from omnisupport.observability import SENDS, fault_point
from omnisupport.temporal import parse_workflow_id
from omnisupport.texts import say

SOON_S = 2.5
"""How long an attempt waits for its slot; beyond, the message goes back, its conversation waits, its slot is kept."""
LOOK_AGAIN_S = 30.0
"""After a send without an answer: so long its echo or status may still come by itself."""
FORGET_S = 3600.0
"""A provider that drops repeats is asked to within this time, and no later: nobody says how long it remembers."""


class Claim(Protocol):
    """A message whose next part is to leave (`storage/queries/messages.Claimed`)."""

    @property
    def message(self) -> Outbound:
        """The message."""

    @property
    def part(self) -> Native | None:
        """Its part, unless it was not rendered yet."""

    @property
    def address(self) -> str:
        """Where to."""

    @property
    def last_in_at(self) -> datetime | None:
        """When the customer wrote last."""

    @property
    def thread(self) -> dict[str, Any]:
        """What a mail answers to."""

    @property
    def since(self) -> datetime:
        """When the part left first."""


class SendStore(Protocol):
    """Claims and results of sends (`storage/queries/messages.py`)."""

    async def claim(self, tenant_id: UUID, message_id: UUID) -> tuple[Sent, Claim | None]:
        """`claimed`, `again` and `unknown` come with the message; every other status is where it stands."""

    async def keep(self, tenant_id: UUID, message_id: UUID, parts: Sequence[Native]) -> None:
        """Write what a message was rendered to."""

    async def record(self, tenant_id: UUID, message_id: UUID, index: int, result: dict[str, Any]) -> Sent:
        """Write what became of a part; one that ended badly is told to the operators in the same transaction."""

    async def plan_fallback(self, tenant_id: UUID, message_id: UUID) -> int | None:
        """After how many milliseconds a failed message goes over another channel by itself; None: it does not."""


class Accounts(Protocol):
    """`storage/queries/channels.py`."""

    async def read(self, tenant_id: UUID, channel_id: UUID) -> Account | None:
        """The account of a channel, unless it is closed."""


class Outlets(Protocol):
    """`channels/outlets.py`."""

    async def adapter(self, account: Account) -> Adapter | None:
        """The adapter for an account, if there is one."""

    def render(self, message: Outbound, account: Account, chat: Chat) -> list[Native]:
        """A message in the account's own form."""

    async def close(self) -> None:
        """Give connections back."""


class SentFiles(Protocol):
    """`activities/sent_files.py`."""

    async def named(self, tenant_id: UUID, message: Outbound) -> Outbound:
        """The message with its files named for rendering."""


class Pacer(Protocol):
    """`storage/pacing.py`."""

    async def turn(
        self,
        channel_id: UUID,
        chat: str,
        send: str,
        *,
        account: float,
        per_chat: float | None,
        burst: int,
        patience_s: float,
    ) -> float:
        """Wait until this send may leave: 0; else the seconds after which to ask again."""

    async def pause(self, channel_id: UUID, chat: str | None, seconds: float) -> None:
        """Let nothing leave for so long."""

    async def admit(self, channel_id: UUID, chat: str, message_id: str, most: int) -> bool:
        """Whether a message is among the first so many of its chat in this hour."""


class Alarm(Protocol):
    """`temporal.Bell`."""

    async def ring_channel(self, tenant_id: UUID, channel_id: UUID) -> bool:
        """Have a connection looked at."""


class MessagingActivities:
    """Activities on queue `channels`."""

    def __init__(
        self,
        store: SendStore,
        accounts: Accounts,
        outlets: Outlets,
        files: SentFiles,
        pacer: Pacer,
        teller: Teller,
        alarm: Alarm,
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._outlets = outlets
        self._files = files
        self._pacer = pacer
        self._teller = teller
        self._alarm = alarm

    @activity.defn
    async def send_message(self, message_id: str) -> Sent:
        """Send the next part of a message; returns where it stands. Raises only what another attempt may mend."""
        found, claim = await self._store.claim(_tenant(), UUID(message_id))
        if claim is None:
            return await self._planned(found, UUID(message_id))
        message = claim.message
        account = await self._accounts.read(_tenant(), UUID(message.channel_id))
        adapter = await self._outlets.adapter(account) if account is not None else None
        if account is None or adapter is None:
            return await self._end(
                message, claim.part, "failed", _say("send_unserved", message), code="channel_closed"
            )
        if found.status == "unknown":
            return await self._reconcile(claim, account, adapter)
        if found.status == "again" and not (adapter.idempotent and _age_s(claim) < FORGET_S):
            # An attempt died between the request and its answer; nobody knows what the provider has.
            return await self._ambiguous(claim, adapter, _say("send_interrupted", message))
        part = claim.part if claim.part and claim.part.payload else await self._render(claim, account)
        return await self._send(claim, part, account, adapter)

    @activity.defn
    async def give_up(self, message_id: str) -> Sent:
        """End a send whose attempts are used up: `failed` if it never left, `uncertain` if it may have."""
        found, claim = await self._store.claim(_tenant(), UUID(message_id))
        if claim is None:
            return found
        status = "uncertain" if found.status in ("again", "unknown") else "failed"
        return await self._end(claim.message, claim.part, status, _say("send_interrupted", claim.message))

    async def _render(self, claim: Claim, account: Account) -> Native:
        """The part that is due; one that had left, and failed at its provider's word, was kept without its payload."""
        message = await self._files.named(_tenant(), claim.message)
        parts = self._outlets.render(message, account, _chat(claim))
        await self._store.keep(_tenant(), UUID(claim.message.id), parts)
        return parts[claim.part.index if claim.part else 0]

    async def _send(self, claim: Claim, part: Native, account: Account, adapter: Adapter) -> Sent:
        message = claim.message
        if not await self._may_leave(claim, account, adapter):
            reason = _say("send_too_many_automatic", message)
            return await self._end(message, part, "failed", reason, code="too_many_automatic")
        wait = await self._wait(claim, part, account, adapter)
        if wait:
            return await self._later(message, part, wait)
        try:
            fault_point("before_send")
            result = await adapter.send(part, f"{message.key}/{part.index}", account)
            fault_point("after_send")
        except Ambiguous as unknown:
            return await self._unknown(claim, part, adapter, unknown)
        except NotSent as refused:
            return await self._refused(claim, part, account, refused)
        return await self._end(message, part, "sent", external_id=result.provider_message_id)

    async def _may_leave(self, claim: Claim, account: Account, adapter: Adapter) -> bool:
        """Not the umpteenth message of a bot to one address: at the other end is one as well."""
        most, message = adapter.rates(account).automatic, claim.message
        if most is None or message.author_kind not in BOTS:
            return True
        return await self._pacer.admit(account.channel_id, claim.address, message.id, most)

    async def _wait(self, claim: Claim, part: Native, account: Account, adapter: Adapter) -> float:
        """Wait for the turn of a part, if it is soon; gives how long else."""
        rates = adapter.rates(account)
        return await self._pacer.turn(
            account.channel_id,
            claim.address,
            f"{claim.message.key}/{part.index}",
            account=rates.account,
            per_chat=rates.chat,
            burst=rates.chat_burst,
            patience_s=SOON_S,
        )

    async def _refused(self, claim: Claim, part: Native, account: Account, refused: NotSent) -> Sent:
        message = claim.message
        match refused:
            case RateLimited():
                seconds = refused.retry_after or 1.0
                chat = claim.address if refused.scope == "chat" else None
                await self._pacer.pause(account.channel_id, chat, seconds)
                return await self._later(message, part, seconds)
            case Moved():
                return await self._back(message, part, moved_to=refused.to)
            case BadPayload(fallback=Native() as fallback):
                return await self._back(message, part, fallback=asdict(fallback))
            case _ if refused.retryable and not _is_last_attempt():
                await self._record(message, part, {"status": "pending"})
                raise refused
            case AuthFailed():
                await self._alarm.ring_channel(account.tenant_id, account.channel_id)
        gone = "blocked" if isinstance(refused, RecipientGone) else None
        return await self._end(message, part, "failed", refused.detail, code=refused.code, gone=gone)

    async def _unknown(self, claim: Claim, part: Native, adapter: Adapter, unknown: Ambiguous) -> Sent:
        if adapter.idempotent and not _is_last_attempt() and _age_s(claim) < FORGET_S:
            raise Ambiguous(unknown.detail, retryable=True) from unknown
        return await self._ambiguous(claim, adapter, unknown.detail, part)

    async def _ambiguous(
        self, claim: Claim, adapter: Adapter, detail: str, part: Native | None = None
    ) -> Sent:
        """Nobody knows: it is looked for a little later where that is possible, else a person decides."""
        part = part or claim.part
        if adapter.reconcilable and part is not None:
            await self._record(claim.message, part, {"status": "unknown"})
            return Sent("pending", wait_ms=int(LOOK_AGAIN_S * 1000))
        return await self._end(claim.message, part, "uncertain", detail, code="send_uncertain")

    async def _reconcile(self, claim: Claim, account: Account, adapter: Adapter) -> Sent:
        assert claim.part is not None
        key = f"{claim.message.key}/{claim.part.index}"
        found = (
            await adapter.reconcile(claim.part, key, account, claim.since) if adapter.reconcilable else None
        )
        if found is not None:
            return await self._end(claim.message, claim.part, "sent", external_id=found.provider_message_id)
        reason = _say("send_interrupted", claim.message)
        return await self._end(claim.message, claim.part, "uncertain", reason, code="send_uncertain")

    async def _later(self, message: Outbound, part: Native, seconds: float) -> Sent:
        await self._record(message, part, {"status": "pending"})
        return Sent("pending", wait_ms=max(1, int(seconds * 1000)))

    async def _back(self, message: Outbound, part: Native, **change: Any) -> Sent:
        """Put a part back in another form, or for another address: the next activity sends it."""
        found = await self._record(message, part, {"status": "pending", **change})
        return Sent(found.status, more=True)

    async def _end(
        self, message: Outbound, part: Native | None, status: str, reason: str | None = None, **facts: Any
    ) -> Sent:
        told = None if reason is None else _say(f"send_{status}", message, reason=reason)
        found = await self._record(message, part, {"status": status, "reason": told, **facts})
        SENDS.labels(message.channel_type, status).inc()
        await self._teller.publish(_tenant(), "commit", message.conversation_id)
        return await self._planned(found, UUID(message.id))

    async def _planned(self, found: Sent, message_id: UUID) -> Sent:
        """Of one that has failed, also by a provider's later word: whether it goes over another channel, and when."""
        if found.status != "failed":
            return found
        return replace(found, elsewhere_ms=await self._store.plan_fallback(_tenant(), message_id))

    async def _record(self, message: Outbound, part: Native | None, result: dict[str, Any]) -> Sent:
        index = part.index if part is not None else 0
        return await self._store.record(_tenant(), UUID(message.id), index, result)


def _chat(claim: Claim) -> Chat:
    thread = claim.thread
    references = tuple(str(each) for each in thread.get("references") or ())
    return Chat(claim.address, claim.last_in_at, thread.get("subject"), references)


def _age_s(claim: Claim) -> float:
    return (datetime.now(claim.since.tzinfo) - claim.since).total_seconds()


def _tenant() -> UUID:
    workflow_id = activity.info().workflow_id
    assert workflow_id is not None
    return parse_workflow_id(workflow_id)[0]


def _say(key: str, message: Outbound, **values: str) -> str:
    return say(key, message.locale, channel_type=message.channel_type, **values)


def _is_last_attempt() -> bool:
    info = activity.info()
    limit = info.retry_policy.maximum_attempts if info.retry_policy else 0
    return limit > 0 and info.attempt >= limit
