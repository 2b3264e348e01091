"""Sends one row to its provider: claimed under the fence, recorded whatever comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.channels.base import Ambiguous, NotSent, Sender
from omnisupport.domain.conversation import MessageStatus
from omnisupport.domain.message import Outbound
from omnisupport.observability import SENDS, fault_point
from omnisupport.temporal import parse_workflow_id


class SendStore(Protocol):
    """Claims and results of sends (`storage/queries/messages.py`)."""

    async def claim(self, tenant_id: UUID, message_id: UUID) -> tuple[str, Outbound | None]:
        """(status, message): `claimed` and `again` come with the message, `cancelled` and `done` without."""

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

    def __init__(self, store: SendStore, senders: Mapping[str, Sender]) -> None:
        self._store = store
        self._senders = senders

    @activity.defn
    async def send_message(self, message_id: str) -> str:
        """Send one native payload; returns the status it ended in. Raises only what another attempt may mend."""
        info = activity.info()
        assert info.workflow_id is not None
        tenant_id, _ = parse_workflow_id(info.workflow_id)
        status, message = await self._store.claim(tenant_id, UUID(message_id))
        if message is None:
            return status
        sender = self._senders[message.channel_type]
        if status == "again" and not sender.repeats_safely:
            # An attempt died between the request and its answer; nobody knows what the provider has.
            return await self._end(
                tenant_id, message, MessageStatus.UNCERTAIN, reason="an attempt was interrupted"
            )
        try:
            fault_point("before_send")
            external_id = await sender.send(message)
            fault_point("after_send")
        except Ambiguous as unknown:
            if sender.repeats_safely:
                raise
            return await self._end(tenant_id, message, MessageStatus.UNCERTAIN, reason=unknown.detail)
        except NotSent as refused:
            if refused.retryable and not _is_last_attempt():
                await self._store.record(
                    tenant_id,
                    UUID(message.id),
                    MessageStatus.PENDING,
                    external_id=None,
                    reason=refused.detail,
                )
                raise
            return await self._end(tenant_id, message, MessageStatus.FAILED, reason=refused.detail)
        return await self._end(tenant_id, message, MessageStatus.SENT, external_id=external_id)

    async def _end(
        self,
        tenant_id: UUID,
        message: Outbound,
        status: MessageStatus,
        *,
        external_id: str | None = None,
        reason: str | None = None,
    ) -> str:
        await self._store.record(tenant_id, UUID(message.id), status, external_id=external_id, reason=reason)
        SENDS.labels(message.channel_type, status.value).inc()
        return status.value


def _is_last_attempt() -> bool:
    info = activity.info()
    limit = info.retry_policy.maximum_attempts if info.retry_policy else 0
    return limit > 0 and info.attempt >= limit
