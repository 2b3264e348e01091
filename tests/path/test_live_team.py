"""What changes in the team is told to every open console of the tenant, and to no other's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from omnisupport.settings import Settings
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.team import id_of
from tests.support.tenants import ECHO, TestTenant, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


async def make_tag(who: Operator) -> str:
    await who.request("POST", "/settings/tags", json={"key": "vip", "name": "VIP"})
    return "vip"


async def change_tag(who: Operator) -> str:
    await who.request("PATCH", "/settings/tags/vip", json={"color": "red"})
    return "vip"


async def delete_tag(who: Operator) -> str:
    await who.request("DELETE", "/settings/tags/vip")
    return "vip"


async def rename_oneself(who: Operator) -> str:
    assert (await who.request("PATCH", "/auth/me", json={"name": "Ольга Новая"})).status_code == 200
    return await id_of(who)


CHANGES: list[tuple[Callable[[Operator], Awaitable[str]], str]] = [
    (make_tag, "tags"),
    (change_tag, "tags"),
    (delete_tag, "tags"),
    (rename_oneself, "members"),
]


async def test_open_consoles_hear_which_list_has_changed_and_strangers_hear_nothing(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    stranger = await make_tenant(settings, ECHO)
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, stranger) as other,
        desk(product.url, owner) as console,
        desk(product.url, other) as elsewhere,
    ):
        for change, what in CHANGES:
            item = await change(owner)
            assert await console.await_frame("team") == {"type": "team", "what": what, "id": item}
        await owner.request("POST", "/settings/tags", json={"key": "Bad key", "name": "x"})
        await owner.request("DELETE", "/settings/tags/absent")
        assert [each for each in await console.settle() if each["type"] == "team"] == []
        assert [each for each in await elsewhere.settle() if each["type"] == "team"] == []
