"""How many conversations an operator holds at once: what others give him ends there, what he takes himself does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import add_department
from tests.support.team import audit_of, id_of
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor


@dataclass
class Office:
    """An owner, and Anna of role operator, who can hold one conversation of the widget and two of all."""

    product: Product
    settings: Settings
    tenant: TestTenant
    owner: Operator
    anna: Operator
    anna_id: str

    async def begin(self) -> str:
        """A conversation with the bot."""
        async with Visitor(self.product.url, self.tenant.slug) as visitor:
            await visitor.connect()
            await visitor.ask("раз")
            return visitor.conversation_id or ""

    async def limit(self, **capacity: int) -> None:
        """Say what Anna can hold."""
        path = f"/team/members/{self.anna_id}"
        answer = await self.owner.request("PATCH", path, json={"capacity": capacity})
        assert answer.status_code == 200, answer.text

    async def give(self, conversation_id: str, **more: Any) -> Any:
        """Assign to Anna, as the owner; the raw answer."""
        return await self.owner.try_to(conversation_id, "assign", user_id=self.anna_id, **more)


@pytest.fixture
async def office(product: Product, settings: Settings) -> AsyncIterator[Office]:
    """A tenant of its own."""
    tenant = await make_tenant(settings, ECHO)
    anna_signs_in = await add_person(settings, tenant, role="operator")
    async with Operator(product.url, tenant) as owner, Operator(product.url, anna_signs_in) as anna:
        office = Office(product, settings, tenant, owner, anna, await id_of(anna))
        await office.limit(widget=1, any=2)
        yield office


async def test_who_holds_all_he_can_is_given_no_more_until_one_is_resolved(office: Office) -> None:
    first, second = await office.begin(), await office.begin()
    given = await office.give(first)
    assert (given.status_code, given.json()["over_capacity"]) == (200, None)
    again = await office.give(first)
    assert again.status_code == 200, again.text  # he has it already: it takes no room
    for action in ("assign", "transfer"):
        refused = await office.owner.try_to(second, action, user_id=office.anna_id)
        assert (refused.status_code, refused.json()["code"]) == (409, "at_capacity")
        assert "Анна" in refused.json()["detail"]
    line = await office.owner.conversation(second)
    assert (line["assignee"], line["controller"]) == (None, "scenario")
    assert not [row for row in await office.owner.messages(second) if row["direction"] == "event"]
    assert [
        each.target_id for each in await audit_of(office.settings, office.tenant, "conversation.assigned")
    ] == [
        first,
        first,
    ]
    await office.anna.act(first, "resolve")
    assert (await office.give(second)).status_code == 200


async def test_a_limit_of_all_channels_counts_beside_that_of_one(office: Office) -> None:
    await office.limit(any=0)
    conversation_id = await office.begin()
    assert (await office.give(conversation_id)).json()["code"] == "at_capacity"
    await office.limit(telegram=0)  # of another channel: says nothing of this one
    assert (await office.give(conversation_id)).status_code == 200


async def test_a_supervisor_may_go_beyond_it_and_the_log_says_so(office: Office) -> None:
    first, second = await office.begin(), await office.begin()
    await office.give(first)
    forced = await office.give(second, force=True)
    assert forced.status_code == 200, forced.text
    assert forced.json()["over_capacity"] == {"channel": "widget", "limit": 1, "held": 2}
    lines = await audit_of(office.settings, office.tenant, "conversation.assigned")
    assert [(each.after or {}).get("forced") for each in lines] == [None, True]


async def test_an_operator_cannot_force_it_upon_a_colleague(office: Office) -> None:
    first, second = await office.begin(), await office.begin()
    await office.give(first)
    other = await add_person(office.settings, office.tenant, role="operator", name="Борис")
    async with Operator(office.product.url, other) as boris:
        for action in ("assign", "transfer"):
            refused = await boris.try_to(second, action, user_id=office.anna_id, force=True)
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await office.owner.conversation(second))["assignee"] is None
    denied = await audit_of(office.settings, office.tenant, "authorization.refused")
    assert {each.target_id for each in denied} == {"team.availability"}


async def test_what_an_operator_takes_himself_is_allowed_and_told(office: Office) -> None:
    first, second, third = [await office.begin() for _ in range(3)]
    taken = await office.anna.try_to(first, "take-over")
    assert (taken.status_code, taken.json()["over_capacity"]) == (200, None)
    taken = await office.anna.try_to(second, "take-over")
    assert taken.json()["over_capacity"] == {"channel": "widget", "limit": 1, "held": 2}
    mine = await office.anna.try_to(third, "assign", user_id=office.anna_id)
    assert mine.status_code == 200, mine.text
    assert mine.json()["over_capacity"]["held"] == 3
    assert (await office.owner.conversation(third))["assignee"]["id"] == office.anna_id
    await office.anna.act(third, "resolve")
    reopened = await office.anna.try_to(third, "reopen")
    assert reopened.json()["over_capacity"]["held"] == 3


async def test_two_who_give_at_once_are_counted_one_after_the_other(office: Office) -> None:
    ids = [await office.begin() for _ in range(4)]
    answers = await asyncio.gather(*(office.give(each) for each in ids))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]


async def test_a_department_takes_any_number(office: Office) -> None:
    await office.limit(any=0)
    department = await add_department(office.settings, office.tenant, "sales")
    assert (
        await office.owner.try_to(await office.begin(), "assign", department_id=str(department))
    ).status_code == 200
