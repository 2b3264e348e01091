"""What a provider tells, in the database: who it is, what he pressed, how far a part got."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from omnisupport.domain.message import Native
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.queries.messages import Sends
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Conversation, Customer, Identity, Message, MessagePart
from tests.storage.conftest import Home


async def channel(database: Database, home: Home, type: str = "telegram") -> UUID:
    """A channel of the tenant."""
    made = Channel(tenant_id=home.tenant_id, id=uuid4(), type=type, provider=type, name=type)
    async with database.session(home.tenant_id) as session:
        session.add(made)
    return made.id


def said(number: int, text: str = "раз", chat: str = "7", **more: Any) -> dict[str, Any]:
    """A message, as the receiver hands it over."""
    body = {"key": f"k{number}", "external_id": f"m{number}", "chat": chat, "aliases": [], "name": "Иван"}
    return body | {"text": text, "content": {}, "stop": False, "locale": "ru"} | more


async def accept(database: Database, home: Home, channel_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    """Take it."""
    return await InboundStore(database).accept(home.tenant_id, channel_id, body)


async def all_of(database: Database, home: Home, table: Any) -> list[Any]:
    """Rows of a table."""
    async with database.session(home.tenant_id) as session:
        return list((await session.exec(select(table).where(table.tenant_id == home.tenant_id))).all())


async def test_a_hundred_deliveries_at_once_are_one_row_of_one_customer(
    database: Database, home: Home
) -> None:
    here = await channel(database, home)
    bodies = [said(number % 5) for number in range(100)]
    taken = await asyncio.gather(*(accept(database, home, here, body) for body in bodies))
    assert sorted(one["message"]["seq"] for one in taken if not one["repeat"]) == [1, 2, 3, 4, 5]
    [conversation] = [row for row in await all_of(database, home, Conversation) if row.channel_id == here]
    assert conversation.last_seq == 5
    assert len([row for row in await all_of(database, home, Identity) if row.channel_id == here]) == 1


async def test_a_phone_that_the_channel_vouches_for_joins_channels_and_one_that_is_only_said_does_not(
    database: Database, home: Home
) -> None:
    sms, whatsapp, telegram = [
        await channel(database, home, kind) for kind in ("sms", "whatsapp", "telegram")
    ]
    phone = {"phone": "+79990000001", "vouched": "phone:+79990000001"}
    for place, body in (
        (sms, said(1, chat="+79990000001", **phone)),
        (whatsapp, said(2, chat="79990000001", **phone)),
        (telegram, said(3, chat="55", phone="+79990000001")),
    ):
        await accept(database, home, place, body)
    identities = {row.channel_id: row.customer_id for row in await all_of(database, home, Identity)}
    assert identities[sms] == identities[whatsapp] != identities[telegram]


async def test_a_signed_customer_is_known_by_a_vouched_phone_and_an_unsigned_one_is_not(
    database: Database, home: Home
) -> None:
    sms = await channel(database, home, "sms")
    signed = Customer(tenant_id=home.tenant_id, id=uuid4(), name="Анна", phone="+79990000002", verified=True)
    claimed = Customer(tenant_id=home.tenant_id, id=uuid4(), name="Никто", phone="+79990000003")
    async with database.session(home.tenant_id) as session:
        session.add_all([signed, claimed])
    for number, customer in ((2, signed), (3, claimed)):
        phone = f"+7999000000{number}"
        await accept(database, home, sms, said(number, chat=phone, phone=phone, vouched=f"phone:{phone}"))
        [found] = [row for row in await all_of(database, home, Identity) if row.external_id == phone]
        assert (found.customer_id == customer.id) is customer.verified


async def test_what_is_answered_to_is_found_on_its_own_channel_only(database: Database, home: Home) -> None:
    here, there = await channel(database, home), await channel(database, home)
    first = await accept(database, home, here, said(1))
    again = await accept(database, home, here, said(2, reply_to="m1"))
    assert again["message"]["reply_to"] == first["message"]["id"]
    for place, number, about in ((there, 3, "m1"), (here, 4, "never")):
        taken = await accept(database, home, place, said(number, reply_to=about))
        assert taken["message"]["reply_to"] is None


async def test_our_last_word_is_found_in_a_conversation_of_the_same_customer_alone(
    database: Database, home: Home
) -> None:
    here, there = await channel(database, home), await channel(database, home, "sms")
    message_id = await outbound(database, home, here, 2)
    [sent] = [row for row in await all_of(database, home, Message) if row.id == message_id]
    await accept(database, home, here, said(7, chat="8"))
    store, conversation = InboundStore(database), sent.conversation_id
    assert await store.said_last(home.tenant_id, here, conversation, "7") == "x1"
    assert await store.said_last(home.tenant_id, here, conversation, "8") is None
    assert await store.said_last(home.tenant_id, here, conversation, "nobody") is None
    assert await store.said_last(home.tenant_id, there, conversation, "7") is None
    assert await store.said_last(home.tenant_id, here, uuid4(), "7") is None


async def test_an_address_changes_and_the_customer_stays(database: Database, home: Home) -> None:
    here = await channel(database, home, "whatsapp")
    first = await accept(database, home, here, said(1, chat="79990000004", aliases=["RU.1", "79990000004"]))
    moved = await accept(database, home, here, said(2, chat="RU.1", aliases=["RU.1"]))
    assert moved["message"]["conversation_id"] == first["message"]["conversation_id"]
    told = {"chat": "RU.1", "aliases": ["79990000004"], "moved_to": "RU.2"}
    await InboundStore(database).take_membership(home.tenant_id, here, told)
    again = await accept(database, home, here, said(3, chat="RU.2", aliases=["RU.2"]))
    assert again["message"]["conversation_id"] == first["message"]["conversation_id"]


async def test_a_closed_channel_takes_nothing(database: Database, home: Home) -> None:
    here = await channel(database, home)
    async with database.session(home.tenant_id) as session:
        row = await session.get_one(Channel, (home.tenant_id, here))
        row.status = "closing"
        session.add(row)
    assert await accept(database, home, here, said(1)) == {"error": "channel_closed"}


async def _offer(database: Database, home: Home, here: UUID, content: dict[str, Any]) -> None:
    """The bot offers choices, as a turn commits them."""
    [conversation] = [row for row in await all_of(database, home, Conversation) if row.channel_id == here]
    async with database.session(home.tenant_id) as session:
        row = await session.get_one(Conversation, (home.tenant_id, conversation.id))
        row.last_seq += 1
        session.add(row)
        session.add(
            Message(
                tenant_id=home.tenant_id,
                conversation_id=conversation.id,
                seq=row.last_seq,
                id=uuid4(),
                direction="outbound",
                author_kind="scenario",
                text="Что выбрать?",
                content=content,
                status="sent",
                key=str(uuid4()),
            )
        )


CHOICES = [{"id": "3.ask.a", "label": "Доставка"}, {"id": "я" * 60, "label": "Возврат"}]


@pytest.mark.parametrize(
    ("told", "button", "text"),
    [
        ({"text": "", "button": "3.ask.a"}, "3.ask.a", "Доставка"),
        (
            {"text": "", "button": "~" + hashlib.sha256(("я" * 60).encode()).hexdigest()[:32]},
            "я" * 60,
            "Возврат",
        ),
        ({"text": "", "button": "forged"}, None, "forged"),
        ({"text": "", "button": "menu", "menu": ["menu"]}, "menu", "menu"),
        ({"text": "2"}, "я" * 60, "2"),
        ({"text": " 1) "}, "3.ask.a", " 1) "),
        ({"text": "3"}, None, "3"),
        ({"text": "0"}, None, "0"),
        ({"text": "2 заказа"}, None, "2 заказа"),
    ],
)
async def test_a_press_is_looked_up_and_a_number_is_a_press_where_choices_were_numbered(
    database: Database, home: Home, told: dict[str, Any], button: str | None, text: str
) -> None:
    here = await channel(database, home)
    await accept(database, home, here, said(1))
    await _offer(database, home, here, {"buttons": CHOICES, "lossy": ["choices_numbered"]})
    taken = (await accept(database, home, here, said(2, **told)))["message"]
    assert (taken["content"].get("button"), taken["text"]) == (button, text)


async def test_a_number_is_no_press_below_real_buttons(database: Database, home: Home) -> None:
    here = await channel(database, home)
    await accept(database, home, here, said(1))
    await _offer(database, home, here, {"buttons": CHOICES})
    assert "button" not in (await accept(database, home, here, said(2, "1")))["message"]["content"]


async def test_another_customers_buttons_are_nobodys(database: Database, home: Home) -> None:
    here = await channel(database, home)
    await accept(database, home, here, said(1))
    await _offer(database, home, here, {"buttons": CHOICES})
    other = said(2, "", chat="8", button="3.ask.a")
    assert "button" not in (await accept(database, home, here, other))["message"]["content"]


async def outbound(database: Database, home: Home, here: UUID, parts: int) -> UUID:
    """A message of so many parts that have left and been taken."""
    await accept(database, home, here, said(1))
    await _offer(database, home, here, {})
    [row] = [row for row in await all_of(database, home, Message) if row.direction == "outbound"]
    async with database.session(home.tenant_id) as session:
        found = await session.get_one(Message, (home.tenant_id, row.conversation_id, row.seq))
        found.status = "pending"
        session.add(found)
    sends = Sends(database)
    await sends.claim(home.tenant_id, row.id)
    await sends.keep(home.tenant_id, row.id, [Native(n, "text", {"text": str(n)}) for n in range(parts)])
    for index in range(parts):
        result = {"status": "sent", "external_id": f"x{index}"}
        await sends.record(home.tenant_id, row.id, index, result)
    return row.id


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        (["delivered", "read"], "read"),
        (["read", "delivered"], "read"),
        (["failed"], "failed"),
        (["failed", "delivered"], "delivered"),
        (["failed", "sent"], "failed"),
        (["delivered", "failed"], "delivered"),
        (["sent", "sent"], "sent"),
    ],
)
async def test_a_status_goes_only_forward(database: Database, home: Home, told: list[str], ends: str) -> None:
    here = await channel(database, home)
    message_id = await outbound(database, home, here, 1)
    store = InboundStore(database)
    for status in told:
        await store.take_status(home.tenant_id, here, {"external_id": "x0", "status": status, "reason": "x"})
    [row] = [row for row in await all_of(database, home, Message) if row.id == message_id]
    assert row.status == ends
    events = [row for row in await all_of(database, home, Message) if row.direction == "event"]
    assert len(events) == (1 if told[0] == "failed" else 0)


async def test_a_message_is_as_far_as_its_last_part(database: Database, home: Home) -> None:
    here = await channel(database, home)
    message_id = await outbound(database, home, here, 2)
    store, seen = InboundStore(database), []
    for part, status in (("x0", "read"), ("x1", "delivered"), ("x1", "read")):
        await store.take_status(home.tenant_id, here, {"external_id": part, "status": status})
        [row] = [row for row in await all_of(database, home, Message) if row.id == message_id]
        seen.append(row.status)
    assert seen == ["sent", "delivered", "read"]
    assert all(part.payload is None for part in await all_of(database, home, MessagePart))


async def test_a_status_of_another_channel_moves_nothing(database: Database, home: Home) -> None:
    here, there = await channel(database, home), await channel(database, home, "sms")
    await outbound(database, home, here, 1)
    told = {"external_id": "x0", "status": "read"}
    assert await InboundStore(database).take_status(home.tenant_id, there, told) is None


async def test_our_own_word_that_comes_back_is_no_second_one_and_anybody_elses_is_an_operators(
    database: Database, home: Home
) -> None:
    here = await channel(database, home, "vk")
    await outbound(database, home, here, 1)
    store = InboundStore(database)
    own = {"chat": "7", "external_id": "x0", "text": "0"}
    assert await store.take_echo(home.tenant_id, here, own) is None
    other = {"chat": "7", "external_id": "y1", "text": "я отвечу отсюда", "name": "Админ"}
    assert await store.take_echo(home.tenant_id, here, other) is not None
    assert await store.take_echo(home.tenant_id, here, other) is None
    [row] = [row for row in await all_of(database, home, Message) if row.external_id == "y1"]
    assert (row.direction, row.author_kind, row.content["outside"]) == ("outbound", "operator", True)


async def test_an_edit_keeps_what_was_said_first_and_a_withdrawal_stays(
    database: Database, home: Home
) -> None:
    here = await channel(database, home)
    await accept(database, home, here, said(1, "раз"))
    store = InboundStore(database)
    for text in ("два", "три"):
        assert await store.revise(home.tenant_id, here, "m1", text=text) is not None
    assert await store.revise(home.tenant_id, here, "m1", text="три") is None
    assert await store.revise(home.tenant_id, here, "m1", gone=True) is not None
    assert await store.revise(home.tenant_id, here, "m1", text="четыре") is None
    assert await store.revise(home.tenant_id, here, "of nobody", text="x") is None
    [row] = [row for row in await all_of(database, home, Message) if row.external_id == "m1"]
    assert (row.text, row.content) == ("три", {"edited_from": "раз", "withdrawn": True})


async def test_of_each_person_the_last_reaction_counts_and_an_earlier_one_that_comes_late_is_no_news(
    database: Database, home: Home
) -> None:
    here, there = await channel(database, home), await channel(database, home, "sms")
    message_id = await outbound(database, home, here, 1)
    store = InboundStore(database)

    async def react(who: str, emoji: str | None, minute: int, where: UUID = here, ref: str = "x0") -> bool:
        body = {"who": who, "emoji": emoji, "at": f"2026-11-28T10:{minute:02}:00+00:00"}
        return await store.react(home.tenant_id, where, ref, body) is not None

    async def shown() -> list[tuple[str, str | None]]:
        [row] = [row for row in await all_of(database, home, Message) if row.id == message_id]
        return [(each["who"], each["emoji"]) for each in row.content["reactions"]]

    assert not await react("7", None, 0), "nothing is taken back where nothing was"
    assert await react("7", "👍", 1)
    assert not await react("7", "👍", 1), "delivered again"
    assert await react("8", "🔥", 2)
    assert await react("7", "❤️", 3)
    assert await shown() == [("8", "🔥"), ("7", "❤️")]
    assert await react("7", None, 4)
    assert not await react("7", "❤️", 3), "delivered again, after it was taken back"
    assert await shown() == [("8", "🔥"), ("7", None)]
    assert not await react("7", "👍", 5, there), "another channel's message"
    assert not await react("7", "👍", 5, here, "nobody's")
    taken = [row for row in await all_of(database, home, Message) if row.direction == "inbound"]
    assert await react("7", "👍", 6, here, taken[0].external_id)
    assert len(taken) == 1, "a reaction is no message"
    for number in range(60):
        await react(f"p{number}", "👍", 7)
    assert len(await shown()) == 50
