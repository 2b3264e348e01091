"""What sends cost: asked for while a price is missing, kept once it is told, added up for a channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import update

from omnisupport.activities.pricing import PriceKeeper
from omnisupport.channels.base import NotSent
from omnisupport.domain.account import Account
from omnisupport.domain.price import Price
from omnisupport.storage.access.channels import read_statistics
from omnisupport.storage.queries.prices import Prices
from omnisupport.storage.session import Database
from omnisupport.storage.tables import MessagePart
from tests.storage.conftest import Home
from tests.storage.test_inbound import channel, outbound


class Till:
    """A provider that charges, as far as `PriceKeeper` sees it."""

    def __init__(self, *prices: Price) -> None:
        self.told: list[Price] = list(prices)
        self.asked: list[datetime] = []
        self.refusal: NotSent | None = None

    async def prices(self, account: Account, since: datetime) -> Sequence[Price]:
        """What it knows."""
        self.asked.append(since)
        if self.refusal is not None:
            raise self.refusal
        return self.told


async def left(database: Database, home: Home, ago: timedelta) -> UUID:
    """A message of three parts has left; its channel."""
    here = await channel(database, home, "sms")
    await outbound(database, home, here, parts=3)
    async with database.session(home.tenant_id) as session:
        when = datetime.now(UTC) - ago
        await session.exec(update(MessagePart).values(sent_at=when))
    return here


def account(home: Home, here: UUID) -> Account:
    """The channel's."""
    return Account(home.tenant_id, here, "sms", "twilio", "+15005550006", {}, {})


async def test_prices_are_asked_for_until_they_are_told_and_added_up_by_currency(
    database: Database, home: Home
) -> None:
    here = await left(database, home, timedelta(minutes=5))
    keeper, place = PriceKeeper(Prices(database)), account(home, here)
    till: Any = Till(Price("x0", Decimal("0.0158"), "USD", 2))
    assert await keeper.see_to(place, till) == 1
    till.told += [
        Price("x1", Decimal("0.0079"), "USD", 1),
        Price("x2", Decimal("0.05"), "EUR"),
        Price("other", Decimal(9), "USD"),
    ]
    assert await keeper.see_to(place, till) == 2
    assert await keeper.see_to(place, till) == 0
    assert len(till.asked) == 2, "nothing is missing any more, and nobody is asked"
    found = await read_statistics(database, home.tenant_id, here)
    for span in ("day", "week"):
        assert found[span]["segments"] == 3
        assert found[span]["costs"] == [
            {"currency": "EUR", "amount": "0.05"},
            {"currency": "USD", "amount": "0.0237"},
        ]


async def test_nobody_is_asked_for_what_left_just_now_or_long_ago_or_costs_nothing(
    database: Database, home: Home
) -> None:
    here = await left(database, home, timedelta(seconds=5))
    keeper, place = PriceKeeper(Prices(database)), account(home, here)
    till: Any = Till(Price("x0", Decimal("0.01"), "USD"))
    assert await keeper.see_to(place, till) == 0
    async with database.session(home.tenant_id) as session:
        await session.exec(update(MessagePart).values(sent_at=datetime.now(UTC) - timedelta(hours=30)))
    assert await keeper.see_to(place, till) == 0
    free: Any = object()
    assert await keeper.see_to(place, free) == 0
    assert till.asked == []
    found = await read_statistics(database, home.tenant_id, here)
    assert (found["day"]["segments"], found["day"]["costs"]) == (0, [])


async def test_a_provider_that_does_not_tell_is_asked_again_by_the_next_look(
    database: Database, home: Home
) -> None:
    here = await left(database, home, timedelta(minutes=5))
    keeper, place = PriceKeeper(Prices(database)), account(home, here)
    till: Any = Till(Price("x0", Decimal("0.01"), "USD", 1))
    till.refusal = NotSent("Twilio asks to wait.")
    assert await keeper.see_to(place, till) == 0
    till.refusal = None
    assert await keeper.see_to(place, till) == 1
    assert till.asked[0] == till.asked[1] < datetime.now(UTC)
