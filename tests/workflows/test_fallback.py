"""A message that cannot be delivered on its channel goes over another one: once, not in circles, never unasked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select, update

from omnisupport.channels.base import AuthFailed, BadPayload, NotSent, RecipientGone, Transient, WindowClosed
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.fallback import FallbackPolicy, FallbackSettings
from omnisupport.errors import Conflict
from omnisupport.storage.access import deliveries, fallback
from omnisupport.storage.queries.fallback import Fallbacks
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.tables import Channel, Conversation, Customer, Identity, Message
from omnisupport.temporal import Bell
from tests.support.tenants import ECHO
from tests.workflows.chat import OLGA, Chat, until
from tests.workflows.provider import Provider
from tests.workflows.stage import Stage

pytestmark = pytest.mark.long

PHONE = "+79161234567"
NOW = FallbackSettings(FallbackPolicy.AUTOMATIC, 0)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other at once."""
    from omnisupport.workflows import options

    policy = options.CHANNEL_SEND["retry_policy"]
    monkeypatch.setattr(policy, "initial_interval", policy.initial_interval / 50)
    monkeypatch.setattr(policy, "backoff_coefficient", 1)


@pytest.fixture
def telegram() -> Provider:
    """Where the customer writes."""
    return Provider()


@pytest.fixture
def sms() -> Provider:
    """Where he can be reached besides."""
    return Provider(channel_type="sms")


@pytest.fixture
async def chat(stage: Stage, telegram: Provider, sms: Provider) -> AsyncIterator[Chat]:
    """A customer with both, whom an operator is answering."""
    async with stage.working(sandboxed=False):
        stage.senders["sms"] = sms
        chat = await stage.chat_over(telegram, ECHO)
        await chat.say("[1]")
        await chat.until_sent(1)
        await chat.do("take_over")
        yield chat


class Place:
    """The database of a chat's tenant."""

    def __init__(self, stage: Stage, chat: Chat) -> None:
        self.database = stage.adapters.database
        self.tenant_id = chat.tenant_id
        self.chat = chat

    async def wish(self, wanted: FallbackSettings) -> None:
        """What the tenant has said."""
        await fallback.change_settings(self.database, self.tenant_id, SYSTEM, wanted)

    async def add(
        self, type: str = "sms", address: str = PHONE, vouched: str | None = f"phone:{PHONE}"
    ) -> UUID:
        """Another address of the customer, on a channel of its own."""
        customer_id = (await self.conversation(self.chat.conversation_id)).customer_id
        channel = Channel(tenant_id=self.tenant_id, id=uuid4(), type=type, provider=type, name=type)
        made = Identity(
            tenant_id=self.tenant_id,
            id=uuid4(),
            channel_id=channel.id,
            customer_id=customer_id,
            external_id=address,
            vouched=vouched,
        )
        async with self.database.session(self.tenant_id) as session:
            session.add(channel)
            await session.flush()
            session.add(made)
        return made.id

    async def conversation(self, id: str) -> Conversation:
        """One conversation."""
        async with self.database.session(self.tenant_id) as session:
            return await session.get_one(Conversation, (self.tenant_id, UUID(id)))

    async def messages(self) -> list[Message]:
        """Everything that was sent, or was to be."""
        async with self.database.session(self.tenant_id) as session:
            rows = await session.exec(
                select(Message)
                .where(Message.tenant_id == self.tenant_id, Message.direction == "outbound")
                .order_by(Message.created_at)  # type: ignore[arg-type]
            )
            return list(rows.all())

    async def sent_instead(self, text: str, count: int = 1) -> list[Message]:
        """Wait for the copies of a message to end."""

        async def look() -> list[Message] | None:
            found = [row for row in await self.messages() if row.text == text and "instead_of" in row.content]
            done = all(row.status not in ("pending", "sending") for row in found)
            return found if len(found) >= count and done else None

        found: list[Message] = await until(look, "the message elsewhere")
        return found

    async def failed(self, text: str) -> Message:
        """Wait for a message to fail where it was written."""

        async def look() -> Message | None:
            rows = [row for row in await self.messages() if row.text == text and row.status == "failed"]
            return rows[0] if rows else None

        found: Message = await until(look, "the message to fail")
        return found

    async def troubled(self) -> list[str]:
        """Texts that wait for a person's decision."""
        page = await deliveries.list_troubled(self.database, self.tenant_id, None, before=None, limit=9)
        return [item["message"]["text"] for item in page.items]


@pytest.fixture
def place(stage: Stage, chat: Chat) -> Place:
    """The chat's."""
    return Place(stage, chat)


@pytest.mark.parametrize(
    "refusal", [RecipientGone("Blocked."), WindowClosed("Over.")], ids=["gone", "closed"]
)
async def test_an_operators_message_goes_where_the_customer_can_be_reached_and_both_tell_of_it(
    chat: Chat, place: Place, telegram: Provider, sms: Provider, refusal: Exception
) -> None:
    await place.wish(NOW)
    await place.add()
    telegram.answers = [refusal]
    await chat.reply("посылка пришла")
    [copy] = await place.sent_instead("посылка пришла")
    assert copy.status == "sent"
    assert sms.texts == ["посылка пришла"]
    assert sms.requests[0].payload["to"] == PHONE
    there = await place.conversation(str(copy.conversation_id))
    here = await place.conversation(chat.conversation_id)
    assert (there.customer_id, there.controller) == (here.customer_id, "operator")
    assert there.assignee_id == UUID(OLGA.id)
    original = await place.failed("посылка пришла")
    gone = {"message_id": str(copy.id), "conversation_id": str(there.id), "channel_type": "sms"}
    assert original.content["instead"] == gone
    assert copy.content["instead_of"] == {
        "message_id": str(original.id),
        "conversation_id": chat.conversation_id,
        "channel_type": "telegram",
        "tried": [str(here.channel_id)],
    }
    lines = [
        row for row in await chat.rows() if row["content"].get("event", {}).get("type") == "sent_instead"
    ]
    assert [line["text"] for line in lines] == ["Отправлено через SMS: через Telegram не доставлено"]
    assert lines[0]["content"]["event"]["conversation_id"] == str(there.id)
    assert await place.troubled() == [], "nobody has to decide anything"

    body = {"key": "answer", "external_id": "m1", "chat": PHONE, "aliases": [], "name": "Иван"}
    body |= {"text": "спасибо", "content": {}, "stop": False, "locale": "ru"}
    taken = await InboundStore(place.database).accept(place.tenant_id, there.channel_id, body)
    assert taken["message"]["conversation_id"] == str(there.id), "his answer joins it"


async def test_each_channel_is_tried_once_and_the_last_failure_is_the_operators(
    stage: Stage, chat: Chat, place: Place, telegram: Provider, sms: Provider
) -> None:
    await place.wish(NOW)
    stage.senders["vk"] = vk = Provider(channel_type="vk")
    for type in ("sms", "vk"):
        await place.add(type)
    for provider in (telegram, sms, vk):
        provider.answers = [RecipientGone("Gone."), RecipientGone("Gone."), RecipientGone("Gone.")]
    await chat.reply("есть кто?")
    await place.sent_instead("есть кто?", 2)

    async def settled() -> bool | None:
        return True if await place.troubled() == ["есть кто?"] else None

    await until(settled, "one message that waits for a decision")
    assert [provider.texts[-1:] for provider in (telegram, sms, vk)] == [["есть кто?"]] * 3
    assert len(sms.requests) == len(vk.requests) == 1
    assert len({row.conversation_id for row in await place.messages() if row.text == "есть кто?"}) == 3


async def test_it_is_said_once_though_the_worker_dies_before_it_tells(
    chat: Chat, place: Place, telegram: Provider, sms: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.wish(NOW)
    await place.add()
    resend, lost = Bell.resend, [1, 2]

    async def lossy(bell: Bell, *told: Any) -> bool:
        if lost:
            lost.pop()
            return False
        return await resend(bell, *told)

    monkeypatch.setattr(Bell, "resend", lossy)
    telegram.answers = [RecipientGone("Blocked.")]
    await chat.reply("раз и всё")
    [copy] = await place.sent_instead("раз и всё")
    assert not lost
    assert copy.status == "sent"
    assert sms.texts == ["раз и всё"]


async def test_a_channel_that_is_down_is_given_its_time(
    chat: Chat, place: Place, telegram: Provider, sms: Provider, soon: None
) -> None:
    await place.add()
    await place.wish(FallbackSettings(FallbackPolicy.AUTOMATIC, 30))
    telegram.answers = [AuthFailed("The token was revoked.")]
    await chat.reply("позже")
    waiting = await place.failed("позже")
    left = await Fallbacks(place.database).plan(place.tenant_id, waiting.id)
    assert left is not None
    assert 25 * 60_000 < left <= 30 * 60_000
    assert sms.texts == []
    await place.wish(NOW)
    telegram.answers = [Transient("It is down.")] * 10
    await chat.reply("сейчас")
    [copy] = await place.sent_instead("сейчас")
    assert copy.status == "sent"
    assert sms.texts == ["сейчас"]


@pytest.mark.parametrize(("code", "is_given_time"), [("30003", True), ("30005", False), ("131026", False)])
async def test_a_phone_that_is_off_is_given_its_time_and_one_that_is_none_is_not(
    chat: Chat, place: Place, telegram: Provider, code: str, is_given_time: bool
) -> None:
    await place.add()
    await place.wish(FallbackSettings(FallbackPolicy.ASK))
    telegram.answers = [NotSent("The provider says so later.", code=code)]
    await chat.reply("ау")
    failed = await place.failed("ау")
    await place.wish(FallbackSettings(FallbackPolicy.AUTOMATIC, 30))
    left = await Fallbacks(place.database).plan(place.tenant_id, failed.id)
    assert left is not None and (left > 25 * 60_000 if is_given_time else left == 0)


@pytest.mark.parametrize(
    "reason",
    ["ask", "off", "denied", "unknown", "unreachable", "payload", "none", "down"],
)
async def test_nothing_goes_elsewhere_by_itself_that_should_not(
    chat: Chat, place: Place, telegram: Provider, sms: Provider, reason: str
) -> None:
    policy = {"ask": FallbackPolicy.ASK, "off": FallbackPolicy.OFF}.get(reason, FallbackPolicy.AUTOMATIC)
    await place.wish(FallbackSettings(policy, 0))
    if reason != "none":
        one = await place.add(vouched=None if reason == "unknown" else f"phone:{PHONE}")
        async with place.database.session(place.tenant_id) as session:
            if reason == "denied":
                denied = {"sms": {"status": "denied", "source": "звонок", "at": "2026-01-01T00:00:00+00:00"}}
                await session.exec(update(Customer).values(consents=denied))
            if reason == "unreachable":
                await session.exec(update(Identity).where(Identity.id == one).values(unreachable="blocked"))  # type: ignore[arg-type]
            if reason == "down":
                down = {"state": "down", "problems": []}
                await session.exec(update(Channel).where(Channel.type == "sms").values(health=down))  # type: ignore[arg-type]
    telegram.answers = [BadPayload("Too odd.") if reason == "payload" else RecipientGone("Blocked.")]
    await chat.reply("останься")
    stays = await place.failed("останься")
    assert await Fallbacks(place.database).plan(place.tenant_id, stays.id) is None
    assert await place.troubled() == ["останься"]
    assert sms.texts == []


async def test_a_person_sends_it_elsewhere_once(
    stage: Stage, chat: Chat, place: Place, telegram: Provider, sms: Provider
) -> None:
    one = await place.add(vouched=None)
    telegram.answers = [RecipientGone("Blocked.")]
    await chat.reply("вручную")
    original = await place.failed("вручную")
    [option] = await fallback.list_options(place.database, place.tenant_id, original.id)
    assert (option["identity_id"], option["vouched"], option["address"]) == (str(one), False, PHONE)
    where = (place.database, place.tenant_id, None, SYSTEM, UUID(chat.conversation_id), original.id)
    told = {"identity_id": str(one), "left": "туда", "came": "сюда", "by": {"id": OLGA.id, "name": OLGA.name}}
    with pytest.raises(Conflict) as refused:
        await fallback.fall_back(*where, {**told, "identity_id": str(uuid4())})
    assert refused.value.code == "fallback_not_possible"
    first = await fallback.fall_back(*where, told)
    again = await fallback.fall_back(*where, told)
    assert (first.again, again.again, first.message_id) == (False, True, again.message_id)
    for _ in range(2):
        there = UUID(first.conversation_id)
        assert await Bell(stage.client).resend(place.tenant_id, there, UUID(first.message_id))
    [copy] = await place.sent_instead("вручную")
    assert copy.status == "sent"
    assert sms.texts == ["вручную"]
    await place.wish(FallbackSettings(FallbackPolicy.OFF))
    with pytest.raises(Conflict) as off:
        await fallback.fall_back(*where, told)
    assert off.value.code == "fallback_off"
