"""Sends one row to its provider: claimed under the fence, recorded whatever comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.activities.turns import Teller
from omnisupport.channels.base import Ambiguous, NotSent, Sender
from omnisupport.domain.conversation import MessageStatus
from omnisupport.domain.message import Outbound, Sent
from omnisupport.observability import SENDS, fault_point
from omnisupport.temporal import parse_workflow_id
from omnisupport.texts import say


class SendStore(Protocol):
    """Claims and results of sends (`storage/queries/messages.py`)."""

    async def claim(self, tenant_id: UUID, message_id: UUID) -> tuple[Sent, Outbound | None]:
        """`claimed` and `again` come with the message; every other status is where it stands, without."""

    async def record(
        self,
        tenant_id: UUID,
        message_id: UUID,
        status: MessageStatus,
        *,
        external_id: str | None,
        reason: str | None,
    ) -> None:
        """Write what became of a send; one that ended badly is told to the operators in the same transaction."""


class MessagingActivities:
    """Activities on queue `channels`."""

    def __init__(self, store: SendStore, senders: Mapping[str, Sender], teller: Teller) -> None:
        self._store = store
        self._senders = senders
        self._teller = teller

    @activity.defn
    async def send_message(self, message_id: str) -> Sent:
        """Send one native payload; returns where it stands. Raises only what another attempt may mend."""
        found, message = await self._store.claim(_tenant(), UUID(message_id))
        if message is None:
            return found
        sender = self._senders.get(message.channel_type)
        if sender is None:
            return await self._end(message, MessageStatus.FAILED, _say("send_unserved", message))
        if found.status == "again" and not sender.repeats_safely:
            # An attempt died between the request and its answer; nobody knows what the provider has.
            return await self._end(message, MessageStatus.UNCERTAIN, _say("send_interrupted", message))
        try:
            fault_point("before_send")
            external_id = await sender.send(message)
            fault_point("after_send")
        except Ambiguous as unknown:
            if sender.repeats_safely and not _is_last_attempt():
                raise Ambiguous(unknown.detail, retryable=True) from unknown
            return await self._end(message, MessageStatus.UNCERTAIN, unknown.detail)
        except NotSent as refused:
            if refused.retryable and not _is_last_attempt():
                await self._store.record(
                    _tenant(), UUID(message.id), MessageStatus.PENDING, external_id=None, reason=None
                )
                raise
            return await self._end(message, MessageStatus.FAILED, refused.detail)
        return await self._end(message, MessageStatus.SENT, external_id=external_id)

    @activity.defn
    async def give_up(self, message_id: str) -> Sent:
        """End a send whose attempts are used up: `failed` if it never left, `uncertain` if it may have."""
        found, message = await self._store.claim(_tenant(), UUID(message_id))
        if message is None:
            return found
        status = MessageStatus.UNCERTAIN if found.status == "again" else MessageStatus.FAILED
        return await self._end(message, status, _say("send_interrupted", message))

    async def _end(
        self,
        message: Outbound,
        status: MessageStatus,
        reason: str | None = None,
        *,
        external_id: str | None = None,
    ) -> Sent:
        told = None if reason is None else _say(f"send_{status}", message, reason=reason)
        tenant_id = _tenant()
        await self._store.record(tenant_id, UUID(message.id), status, external_id=external_id, reason=told)
        SENDS.labels(message.channel_type, status.value).inc()
        await self._teller.publish(tenant_id, "commit", message.conversation_id)
        return Sent(status)


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
