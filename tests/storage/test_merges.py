"""Two customers that become one and two again while both of them write: whose is what afterwards."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.domain.permissions import Scope
from omnisupport.errors import Conflict
from omnisupport.storage.access.customer_lists import list_duplicates
from omnisupport.storage.access.merges import merge_customers, undo_merge
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Customer, CustomerMerge, Identity, Message, Rating
from tests.storage.conftest import Home, make_home
from tests.storage.test_inbound import accept, all_of, channel, said

EVERYBODY = CustomerReach(Scope.ALL, uuid4(), frozenset())
KINDS = ("sms", "whatsapp", "telegram")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(KINDS), st.integers(1, 3)),
        st.tuples(st.just("resolve"), st.sampled_from(KINDS), st.integers(1, 3)),
    ),
    max_size=8,
)


class Story:
    """Customers 1 to 3, each with a phone, on three channels; Telegram vouches for nothing."""

    def __init__(self, database: Database, home: Home) -> None:
        self.database, self.home = database, home
        self.channels: dict[str, UUID] = {}
        self.written: Counter[str] = Counter()
        self.number = 0

    async def prepare(self) -> None:
        """Connect the channels."""
        for kind in KINDS:
            self.channels[kind] = await channel(self.database, self.home, kind)

    def chat(self, kind: str, who: int) -> str:
        """The address of somebody on a channel."""
        return f"+7999000000{who}" if kind == "sms" else f"{kind}-{who}"

    async def write(self, kind: str, who: int) -> UUID:
        """A message comes; whose it is."""
        self.number += 1
        phone = f"+7999000000{who}"
        told = {} if kind == "telegram" else {"phone": phone, "vouched": f"phone:{phone}"}
        body = said(self.number, f"слово {self.number}", chat=self.chat(kind, who), **told)
        await accept(self.database, self.home, self.channels[kind], body)
        self.written[self.chat(kind, who)] += 1
        return await self.owner(kind, who)

    async def resolve(self, kind: str, who: int) -> None:
        """The conversation there ends, if there is one; the next message begins another."""
        async with self.database.session(self.home.tenant_id) as session:
            found = select(Conversation).join(
                Identity,
                (col(Identity.tenant_id) == Conversation.tenant_id)
                & (col(Identity.id) == Conversation.identity_id),
            )
            rows = await session.exec(
                found.where(
                    Conversation.tenant_id == self.home.tenant_id,
                    Identity.external_id == self.chat(kind, who),
                )
            )
            for row in rows.all():
                row.status = "resolved"
                session.add(row)

    async def act(self, steps: list[tuple[str, str, int]]) -> None:
        """What happens in between."""
        for verb, kind, who in steps:
            await (self.write if verb == "write" else self.resolve)(kind, who)

    async def owner(self, kind: str, who: int) -> UUID:
        """Whose an address is."""
        rows = [
            row
            for row in await all_of(self.database, self.home, Identity)
            if row.external_id == self.chat(kind, who)
        ]
        assert len(rows) == 1
        customer_id: UUID = rows[0].customer_id
        return customer_id

    async def merge(self, source: UUID, target: UUID) -> None:
        """Two become one."""
        await merge_customers(
            self.database,
            self.home.tenant_id,
            SYSTEM,
            EVERYBODY,
            source_id=source,
            target_id=target,
        )

    async def undo(self, customer: UUID) -> None:
        """And two again."""
        await undo_merge(self.database, self.home.tenant_id, SYSTEM, EVERYBODY, customer)

    async def check(self) -> None:
        """Every address and conversation has one owner who is there, and nothing that was written is gone."""
        customers = {row.id: row for row in await all_of(self.database, self.home, Customer)}
        identities = {row.id: row for row in await all_of(self.database, self.home, Identity)}
        conversations = {row.id: row for row in await all_of(self.database, self.home, Conversation)}
        for identity in identities.values():
            assert customers[identity.customer_id].merged_into is None
        for conversation in conversations.values():
            assert conversation.customer_id == identities[conversation.identity_id].customer_id
        found: Counter[str] = Counter()
        for message in await all_of(self.database, self.home, Message):
            found[identities[conversations[message.conversation_id].identity_id].external_id] += 1
        assert found == self.written


@given(before=STEPS, between=STEPS, after=STEPS, by_source=st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_written_meanwhile_has_one_owner_and_the_undo_gives_each_his_own(
    database: Database,
    before: list[tuple[str, str, int]],
    between: list[tuple[str, str, int]],
    after: list[tuple[str, str, int]],
    by_source: bool,
) -> None:
    story = Story(database, await make_home(database))
    await story.prepare()
    source, target = await story.write("sms", 1), await story.write("sms", 2)
    await story.act(before)
    theirs = {(kind, who): await story.owner(kind, who) for kind, who in await _known(story)}
    await story.merge(source, target)
    await story.check()
    await story.act(between)
    await story.check()
    await story.undo(source if by_source else target)
    await story.check()
    for (kind, who), customer in theirs.items():
        assert await story.owner(kind, who) == customer, "an address from before comes back"
    for kind, who in await _known(story):
        if kind == "whatsapp" and who in (1, 2):
            expected = source if who == 1 else target
            assert await story.owner(kind, who) == expected, "he was recognised by his phone"
    with pytest.raises(Conflict) as refused:
        await story.undo(source if by_source else target)
    assert refused.value.code == "not_merged"
    await story.act(after)
    await story.check()


async def _known(story: Story) -> list[tuple[str, int]]:
    there = {row.external_id for row in await all_of(story.database, story.home, Identity)}
    return [(kind, who) for kind in KINDS for who in (1, 2, 3) if story.chat(kind, who) in there]


async def test_an_address_that_only_the_one_who_remained_has_stays_with_him(
    database: Database, home: Home
) -> None:
    story = Story(database, home)
    await story.prepare()
    source, target = await story.write("telegram", 1), await story.write("sms", 2)
    await story.merge(source, target)
    assert await story.write("whatsapp", 2) == target
    await story.undo(source)
    assert await story.owner("whatsapp", 2) == target
    assert await story.owner("telegram", 1) == source
    await story.check()


async def test_a_score_that_was_given_meanwhile_goes_with_its_conversation(
    database: Database, home: Home
) -> None:
    story = Story(database, home)
    await story.prepare()
    source, target = await story.write("telegram", 1), await story.write("telegram", 2)
    await story.merge(source, target)
    conversations = [
        row for row in await all_of(database, home, Conversation) if row.channel_id in story.channels.values()
    ]
    async with database.session(home.tenant_id) as session:
        for row in conversations:
            given: dict[str, Any] = {"scenario_key": "csat", "run": 1, "node": "score", "scale": "stars5"}
            session.add(
                Rating(tenant_id=home.tenant_id, conversation_id=row.id, customer_id=target, score=5, **given)
            )
    await story.undo(target)
    owners = {row.conversation_id: row.customer_id for row in await all_of(database, home, Rating)}
    now = {row.id: row.customer_id for row in await all_of(database, home, Conversation)}
    assert owners == {row.id: now[row.id] for row in conversations}
    assert set(owners.values()) == {source, target}


async def test_messages_that_come_while_two_are_merged_and_parted_lose_no_owner(
    database: Database, home: Home
) -> None:
    story = Story(database, home)
    await story.prepare()
    source, target = await story.write("sms", 1), await story.write("sms", 2)

    async def merge_and_part() -> None:
        for _ in range(5):
            await story.merge(source, target)
            await story.undo(source)

    async def write() -> None:
        for number in range(30):
            kind, who = KINDS[number % 3], 1 + number % 2
            await story.resolve(kind, who)
            await story.write(kind, who)

    await asyncio.gather(merge_and_part(), write(), return_exceptions=False)
    await story.check()
    merges = await all_of(database, home, CustomerMerge)
    assert len(merges) == 5
    assert all(each.undone_at is not None for each in merges)


async def test_two_channels_that_meet_one_phone_at_once_know_one_customer(
    database: Database, home: Home
) -> None:
    story = Story(database, home)
    await story.prepare()
    others = [await channel(database, home, "sms") for _ in range(6)]
    phone = "+79990000009"
    bodies = [said(900 + place, chat=phone, phone=phone, vouched=f"phone:{phone}") for place in range(6)]
    await asyncio.gather(
        *(accept(database, home, where, body) for where, body in zip(others, bodies, strict=True))
    )
    owners = {row.customer_id for row in await all_of(database, home, Identity) if row.external_id == phone}
    assert len(owners) == 1


async def test_two_whose_channels_vouch_for_one_phone_are_a_suggestion_and_no_merge(
    database: Database, home: Home
) -> None:
    story = Story(database, home)
    await story.prepare()
    first, second = await story.write("sms", 1), await story.write("telegram", 2)
    [telegram] = [row for row in await all_of(database, home, Identity) if row.customer_id == second]
    phone = "phone:+79990000001"
    body = said(800, chat=telegram.external_id, vouched=phone)
    await accept(database, home, story.channels["telegram"], body)
    assert await story.owner("telegram", 2) == second, "his channel says it late: he stays who he is"
    for one, other in ((first, second), (second, first)):
        [(line, matches)] = await list_duplicates(database, home.tenant_id, EVERYBODY, one)
        assert (line.customer.id, matches) == (other, ["phone"])
