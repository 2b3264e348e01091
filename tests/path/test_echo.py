"""The whole path, as a visitor sees it: accept, ring, workflow, commit_turn, socket."""

from __future__ import annotations

from omnisupport.settings import Settings
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor


async def test_a_message_is_answered_on_the_socket(product: Product, settings: Settings) -> None:
    tenant = await make_tenant(settings, ECHO)
    async with Visitor(product.url, tenant.slug) as visitor:
        assert visitor.conversation_id is None
        await visitor.connect()
        assert [reply["text"] for reply in await visitor.ask("привет")] == ["эхо: привет"]
        assert [reply["text"] for reply in await visitor.ask("и ещё")] == ["эхо: и ещё"]
        page = await visitor.read()
        assert [m["seq"] for m in page["messages"]] == [1, 2, 3, 4]
