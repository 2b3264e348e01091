"""Statuses in every order that a provider may tell them in: read by its adapter, they only move a message forward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from omnisupport.activities.receiving import Receiver
from omnisupport.channels.base import Account
from omnisupport.domain.inbound import DeliveryStatus
from omnisupport.domain.message import Native
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.queries.messages import Sends
from omnisupport.storage.queries.scenarios import PublishedScenarios
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Message
from tests.channels import mails, test_api, test_max, test_meta, test_telegram, test_twilio, test_vk
from tests.channels.conformance import Kit
from tests.storage.conftest import Home
from tests.storage.test_inbound import accept, channel, said

KITS: dict[str, Kit] = {
    "meta": test_meta.KIT,
    "twilio": test_twilio.WHATSAPP,
    "sms": test_twilio.SMS,
    "api": test_api.KIT,
    "email": mails.KIT,
}
GOOD: tuple[DeliveryStatus, ...] = ("sent", "delivered", "read")
Order = tuple[DeliveryStatus, ...]


class Nobody:
    """Where hints go and who is rung for: what is written is looked at here."""

    def __init__(self) -> None:
        self.resent: list[UUID] = []

    async def publish(self, tenant_id: Any, kind: str, conversation_id: Any, **data: Any) -> None:
        """Nobody listens."""

    async def resend(self, tenant_id: UUID, conversation_id: UUID, message_id: UUID) -> bool:
        """A message waits for its provider again, or for another channel."""
        self.resent.append(message_id)
        return True


def orders(kit: Kit) -> Iterator[Order]:
    """All that it tells, in every order and everything twice; and each alone."""
    told: Order = tuple(kit.statuses(kit.account(), "x0", "k/0"))
    for order in permutations(told):
        yield (*order, *reversed(order))
    for size in (1, 2):
        yield from permutations(told, size)


def highest(order: Order) -> str:
    """Who has got it has got it, whatever else is said; that it has left is no news where it has failed."""
    reached = [each for each in ("read", "delivered") if each in order]
    return reached[0] if reached else "failed" if "failed" in order else "sent"


def after_failure(order: Order) -> bool:
    """Whether a failure counted for a while."""
    before = order[: order.index("failed")] if "failed" in order else ("read",)
    return not {"read", "delivered"} & set(before)


@dataclass(frozen=True)
class Line:
    """A channel of a tenant, to which messages are sent."""

    database: Database
    home: Home
    kit: Kit
    account: Account

    async def sending(self, number: int) -> Sent:
        """A message whose one part has left; the answer is not recorded yet."""
        here, tenant_id = self.account.channel_id, self.home.tenant_id
        taken = await accept(self.database, self.home, here, said(number, chat=f"chat{number}"))
        conversation_id = UUID(taken["message"]["conversation_id"])
        key, id = f"{conversation_id}:1:0:0", uuid4()
        async with self.database.session(tenant_id) as session:
            conversation = await session.get_one(Conversation, (tenant_id, conversation_id))
            conversation.last_seq = 2
            session.add(conversation)
            told: dict[str, Any] = {"direction": "outbound", "author_kind": "scenario", "status": "pending"}
            made = {
                "tenant_id": tenant_id,
                "conversation_id": conversation_id,
                "id": id,
                "seq": 2,
                "key": key,
            }
            session.add(Message(**made, **told, text="Да", content={}))
        sends = Sends(self.database)
        await sends.claim(tenant_id, id)
        await sends.keep(tenant_id, id, [Native(0, "text", {"text": "Да"})])
        ref = self.kit.ref_of(f"{key}/0", self.account)
        return Sent(self, id, conversation_id, f"{key}/0", ref)


@dataclass(frozen=True)
class Sent:
    """A message of one part, and the names that its provider and we have for it."""

    line: Line
    id: UUID
    conversation_id: UUID
    part_key: str
    ref: str

    async def told(self, order: Order) -> None:
        """One webhook after the other."""
        kit, account = self.line.kit, self.line.account
        requests = kit.statuses(account, self.ref, self.part_key)
        nobody: Any = Nobody()
        store, scenarios = InboundStore(self.line.database), PublishedScenarios(self.line.database)
        receiver = Receiver(store, scenarios, nobody, nobody)
        for status in order:
            await receiver.take(account, kit.reads(requests[status], account))

    async def answered(self) -> None:
        """The answer to our send is recorded."""
        result = {"status": "sent", "external_id": self.ref}
        await Sends(self.line.database).record(self.line.home.tenant_id, self.id, 0, result)

    async def wrong(self, order: Order) -> str | None:
        """What is not as it has to be."""
        tenant_id = self.line.home.tenant_id
        async with self.line.database.session(tenant_id) as session:
            rows = (
                await session.exec(
                    select(Message).where(
                        Message.tenant_id == tenant_id, Message.conversation_id == self.conversation_id
                    )
                )
            ).all()
        [row] = [row for row in rows if row.id == self.id]
        failures = [row for row in rows if row.content.get("event", {}).get("type") == "send_failed"]
        found, wanted = (row.status, len(failures)), (highest(order), int(after_failure(order)))
        return None if found == wanted else f"{'-'.join(order)}: {found} instead of {wanted}"


@pytest.mark.parametrize("name", KITS)
@pytest.mark.parametrize("overtake", [False, True], ids=["after our answer", "before it"])
async def test_in_whatever_order_statuses_come_they_only_go_forward(
    database: Database, home: Home, name: str, overtake: bool
) -> None:
    kit = KITS[name]
    here = await channel(database, home, kit.type)
    line = Line(database, home, kit, replace(kit.account(), tenant_id=home.tenant_id, channel_id=here))
    wrong = []
    for number, order in enumerate(orders(kit), 1):
        sent = await line.sending(number)
        if overtake:
            await sent.told(order)
        await sent.answered()
        if not overtake:
            await sent.told(order)
        wrong.append(await sent.wrong(order))
    assert [each for each in wrong if each] == []


def test_no_adapter_that_tells_of_statuses_is_left_out() -> None:
    """VK tells of whole chats that were read; Telegram and MAX of nothing."""
    others = [test_vk.KIT, test_telegram.KIT, test_max.KIT]
    assert [kit.type for kit in others if kit.statuses(kit.account(), "x0", "k/0")] == []
    assert all(kit.statuses(kit.account(), "x0", "k/0") for kit in KITS.values())
