"""Says a message that could not be delivered over the next address of its customer."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.activities.turns import Teller
from omnisupport.domain.fallback import FellBack
from omnisupport.errors import Unavailable
from omnisupport.observability import fault_point, get_logger
from omnisupport.temporal import parse_workflow_id
from omnisupport.texts.fallback import lines

log = get_logger(__name__)


class FallbackStore(Protocol):
    """`storage/queries/fallback.Fallbacks`."""

    async def options(self, tenant_id: UUID, message_id: UUID) -> list[dict[str, Any]]:
        """Where it may go, in order."""

    async def gone(self, tenant_id: UUID, message_id: UUID) -> dict[str, Any] | None:
        """Where it went already."""

    async def plan(self, tenant_id: UUID, message_id: UUID) -> int | None:
        """Whether, and when, it goes by itself."""

    async def fall_back(
        self, tenant_id: UUID, conversation_id: UUID, message_id: UUID, told: dict[str, Any]
    ) -> dict[str, Any]:
        """Say it over another address, once."""


class Courier(Protocol):
    """`temporal.Bell`."""

    async def resend(self, tenant_id: UUID, conversation_id: UUID, message_id: UUID) -> bool:
        """Have a message sent by its conversation; false: not now."""


class FallbackActivities:
    """Local activity beside the sends of a conversation."""

    def __init__(self, store: FallbackStore, courier: Courier, teller: Teller) -> None:
        self._store = store
        self._courier = courier
        self._teller = teller

    @activity.defn
    async def fall_back(self, message_id: str) -> FellBack | None:
        """Say it elsewhere, once, and have the conversation there send it; None: there is nothing to do any more.

        Raises:
            Unavailable: the engine did not take the news; the same again says nothing twice.
        """
        workflow_id = activity.info().workflow_id
        assert workflow_id is not None
        tenant_id, conversation = parse_workflow_id(workflow_id)
        message, conversation_id = UUID(message_id), UUID(conversation)
        if gone := await self._store.gone(tenant_id, message):  # an attempt of this died before it told of it
            return await self.hand_over(tenant_id, conversation_id, FellBack(**gone, again=True))
        known = [each for each in await self._store.options(tenant_id, message) if each["is_known"]]
        if await self._store.plan(tenant_id, message) is None or not known:
            return None  # it was sent, or said elsewhere, or nobody is left
        told = {"identity_id": known[0]["identity_id"], **lines(known[0])}
        found = await self._store.fall_back(tenant_id, conversation_id, message, told)
        if "error" in found:
            log.warning("fallback_refused", message_id=message_id, code=found["error"])
            return None
        fault_point("after_fallback")
        return await self.hand_over(tenant_id, conversation_id, FellBack(**found))

    async def hand_over(self, tenant_id: UUID, conversation_id: UUID, gone: FellBack) -> FellBack:
        """Tell both conversations, and have the second one send."""
        there = UUID(gone.conversation_id)
        await self._teller.publish(tenant_id, "commit", conversation_id)
        await self._teller.publish(tenant_id, "commit", gone.conversation_id)
        if not await self._courier.resend(tenant_id, there, UUID(gone.message_id)):
            raise Unavailable(
                "The conversation engine did not take the message that goes over another channel."
            )
        return gone
