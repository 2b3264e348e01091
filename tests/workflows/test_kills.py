"""A provider accepts a message and the worker dies before it hears so: twenty times for each channel.

The adapters are the product's own, the providers doubles that keep what their customers see. No message may arrive
twice; where nobody can know whether it arrived, a person is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlmodel import col, select

from omnisupport.activities import messaging
from omnisupport.activities.receiving import Receiver
from omnisupport.api.channel_accounts import max_bot, sms, telegram, vk, whatsapp
from omnisupport.api.schemas import channels as schemas
from omnisupport.channels.base import Account, Adapter, RawRequest
from omnisupport.channels.outlets import Outlets
from omnisupport.channels.registry import folder_of, inbound_of
from omnisupport.channels.telegram.outbound import TelegramAdapter
from omnisupport.channels.transport import Transport
from omnisupport.devstack.simulator.double import Double, Heard, Hook, Shown
from omnisupport.devstack.simulator.server import Simulator
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.inbound import InboundEvent
from omnisupport.storage.access import channels
from omnisupport.storage.access.channels import Connected
from omnisupport.storage.queries.channels import Accounts, webhook_address
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.tables import Channel, Conversation, Message
from omnisupport.temporal import CHANNELS, CONVERSATIONS, Bell
from omnisupport.worker import transport_of
from tests.support.product import Product
from tests.support.simulated import seen, simulated
from tests.support.tenants import ECHO
from tests.workflows.chat import PATIENCE_S, until
from tests.workflows.stage import Stage

pytestmark = pytest.mark.long

KILLS = 20
ORIGIN = "http://support.example"


class Careless(TelegramAdapter):
    """Would repeat what may have arrived."""

    idempotent: ClassVar[bool] = True


class Ways(Outlets):
    """The product's, but for one channel."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._careless = Careless(transport)
        self.careless: UUID | None = None

    async def adapter(self, account: Account) -> Adapter | None:
        """The careless one for its channel."""
        return self._careless if account.channel_id == self.careless else await super().adapter(account)

    async def close(self) -> None:
        """Give connections back."""
        await self._careless.close()
        await super().close()


@dataclass(frozen=True)
class Line:
    """A channel that is connected to its double; `first` is the number of its first customer."""

    name: str
    channel_id: UUID
    account: str
    double: Double
    first: int

    def person(self, number: int) -> str:
        """A customer of this channel alone."""
        return str(79_160_000_000 + self.first + number)

    def arrived(self) -> Counter[str]:
        """How many messages each customer got."""
        return Counter(each.chat for each in self.sent())

    def sent(self) -> list[Shown]:
        """What has reached its customers."""
        return [each for each in self.double.shown if each.account == self.account and not each.own]


def accounts(simulator: Simulator) -> Iterator[tuple[str, str, Connected]]:
    """An account for every channel that a provider's HTTP carries, and one that a careless adapter serves."""
    made = {name: double.new_account for name, double in simulator.doubles.items()}
    yield "telegram", "telegram", telegram(schemas.TelegramAccount(**made["telegram"]("telegram")))
    yield "careless", "telegram", telegram(schemas.TelegramAccount(**made["telegram"]("telegram")))
    yield "meta", "meta", whatsapp(schemas.MetaAccount(**made["meta"]("whatsapp")))
    yield "twilio", "twilio", whatsapp(schemas.TwilioWhatsApp(**made["twilio"]("whatsapp")))
    yield "sms", "twilio", sms(schemas.TwilioSms(**made["twilio"]("sms")))
    yield "vk", "vk", vk(schemas.VkAccount(**made["vk"]("vk")))
    yield "max", "max", max_bot(schemas.MaxAccount(**made["max"]("max")))


class Doors:
    """What webhooks of providers come in by, without HTTP: the api's own steps."""

    def __init__(self, stage: Stage) -> None:
        adapters = stage.adapters
        self._accounts = Accounts(adapters.database, adapters.channel_sealer, webhook_address(ORIGIN))
        store = InboundStore(adapters.database)
        self._receiver = Receiver(store, adapters.scenarios, adapters.hints, Bell(stage.client))

    async def take(self, hook: Hook) -> Heard:
        """Verify, read, commit, acknowledge."""
        url, _, query = hook.url.partition("?")
        account = await self._accounts.by_token(hashlib.sha256(url.rpartition("/")[2].encode()).digest())
        assert account is not None
        folder = folder_of(account.type, account.provider)
        assert folder is not None
        raw = RawRequest(hook.method, url, hook.headers, hook.body, query)
        inbound = inbound_of(folder)
        inbound.verify(raw, account)
        await self._receiver.take(account, inbound.parse(raw, account))
        reply = inbound.ack(raw, account)
        return Heard(reply.status, reply.body)

    async def bring(
        self, tenant_id: UUID, channel_id: UUID, read: Callable[[Account], Sequence[InboundEvent]]
    ) -> None:
        """What is read of a channel whose provider calls nobody."""
        account = await self.account(tenant_id, channel_id)
        await self._receiver.take(account, read(account))

    async def account(self, tenant_id: UUID, channel_id: UUID) -> Account:
        """A channel's account."""
        found = await self._accounts.read(tenant_id, channel_id)
        assert found is not None
        return found


@asynccontextmanager
async def mortals(product: Product, more: Mapping[str, str]) -> AsyncIterator[Any]:
    """Begins a worker with these settings as well, and gives its pid."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.workflows.mortal", str(product.state_dir), json.dumps(dict(more))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdin is not None and parent.stdout is not None
    pids: list[int] = []

    async def begin() -> int:
        assert parent.stdin is not None and parent.stdout is not None
        parent.stdin.write(b"\n")
        pids.append(int(await parent.stdout.readline()))
        return pids[-1]

    try:
        yield begin
    finally:
        parent.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            for pid in pids[-1:]:  # of a test that failed
                os.kill(pid, signal.SIGKILL)
        assert await parent.wait() == 0


async def connect(stage: Stage, simulator: Simulator, tenant_id: UUID, ways: Ways) -> list[Line]:
    """Every channel, connected as the product does it."""

    async def one(number: int, name: str, provider: str, told: Connected) -> Line:
        database, sealer = stage.adapters.database, stage.adapters.channel_sealer
        made, _ = await channels.connect_channel(database, sealer, tenant_id, SYSTEM, told)
        if name == "careless":
            ways.careless = made.id
        account = await well(stage, tenant_id, made.id)
        return Line(name, made.id, account, simulator.doubles[provider], 1000 * number)

    made = enumerate(accounts(simulator))
    return list(await asyncio.gather(*(one(number, *told) for number, told in made)))


async def well(stage: Stage, tenant_id: UUID, channel_id: UUID) -> str:
    """Ring until the connection is well; the account's name at its provider."""

    async def found() -> str | None:
        async with stage.adapters.database.session(tenant_id) as session:
            row = await session.get(Channel, (tenant_id, channel_id))
            assert row is not None
        if row.health.get("state") == "ok":
            return row.external_id
        await Bell(stage.client).ring_channel(tenant_id, channel_id)
        await asyncio.sleep(0.5)
        return None

    account: str = await until(found, "a connection to be well")
    return account


async def statuses(stage: Stage, tenant_id: UUID, channel_id: UUID) -> Counter[str]:
    """How the answers of a channel ended."""
    async with stage.adapters.database.session(tenant_id) as session:
        rows = await session.exec(
            select(Message.status)
            .join(Conversation, col(Conversation.id) == col(Message.conversation_id))
            .where(Message.direction == "outbound", Conversation.channel_id == channel_id)
        )
        return Counter(rows.all())


async def test_no_death_of_a_worker_makes_a_second_message(
    stage: Stage, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messaging, "LOOK_AGAIN_S", 2.0)
    monkeypatch.setattr(type(stage.settings), "public_origin", ORIGIN)
    async with simulated() as simulator:
        settings = stage.settings.model_copy(
            update={name.lower(): url for name, url in simulator.environment().items()}
        )
        ways, before = Ways(transport_of(settings, stage.adapters.fetcher)), stage.adapters.outlets
        stage.adapters.outlets = ways
        doors = Doors(stage)
        for double in simulator.doubles.values():
            double.call = doors.take
        try:
            await killed(stage, product, simulator, ways)
        finally:
            stage.adapters.outlets = before
            await ways.close()


async def killed(stage: Stage, product: Product, simulator: Simulator, ways: Ways) -> None:
    """The story."""
    everywhere = "[telegram, whatsapp, sms, vk, max]"
    tenant = await stage.tenant(ECHO.replace("[widget]", everywhere))
    async with mortals(product, simulator.environment()) as begin:
        async with stage.working(sandboxed=False, queues=[CONVERSATIONS, CHANNELS]):
            lines = await connect(stage, simulator, tenant.id, ways)
        simulator.faults = dict.fromkeys(simulator.doubles, "silent")
        async with stage.working(sandboxed=False, queues=[CONVERSATIONS]):
            await _kill_workers(lines, begin)
    simulator.faults = {}
    async with stage.working(sandboxed=False, queues=[CONVERSATIONS]):
        [meta] = [line for line in lines if line.name == "meta"]
        for message in meta.sent()[: KILLS // 2]:
            await meta.double.tell(message.id, "delivered")
        async with stage.working(sandboxed=False, queues=[CHANNELS]):
            ended = {
                line.name: await ended_as(stage, tenant.id, line.channel_id, line.name) for line in lines
            }

    assert ended == {
        "telegram": {"uncertain": KILLS},
        "careless": {"sent": 1},
        "meta": {"delivered": KILLS // 2, "uncertain": KILLS // 2},
        "twilio": {"sent": KILLS},
        "sms": {"sent": KILLS},
        "vk": {"sent": KILLS},
        "max": {"sent": KILLS},
    }
    twice = {line.name: sum(count - 1 for count in line.arrived().values()) for line in lines}
    # The careless adapter shows that a second message would have been seen.
    assert twice == {line.name: int(line.name == "careless") for line in lines}
    assert {line.name: len(line.arrived()) for line in lines if line.name != "careless"} == dict.fromkeys(
        (line.name for line in lines if line.name != "careless"), KILLS
    )


async def _kill_workers(lines: list[Line], begin: Any) -> None:
    """Each worker dies when every provider has taken a message and has said nothing."""
    for number in range(KILLS):
        pid = await begin()
        asked = [line for line in lines if line.name != "careless" or number == KILLS - 1]
        for line in asked:
            await line.double.write(line.account, line.person(number), f"раз {number}")
        for line in asked:
            chat = line.double.chat_of(line.account, line.person(number))
            await seen(
                lambda line=line, chat=chat: line.arrived()[chat], f"{line.name} to accept", PATIENCE_S
            )  # type: ignore[misc]
        os.kill(pid, signal.SIGKILL)


async def ended_as(stage: Stage, tenant_id: UUID, channel_id: UUID, name: str) -> Counter[str]:
    """How the answers ended, once none of them waits."""

    async def found() -> Counter[str] | None:
        counted = await statuses(stage, tenant_id, channel_id)
        return counted if not counted.keys() & {"pending", "sending"} else None

    ended: Counter[str] = await until(found, f"{name} to end")
    return ended
