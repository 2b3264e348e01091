"""Who may open a socket, from where, and what its frames may do."""

from __future__ import annotations

import json
from typing import Any

import pytest
import websockets

from omnisupport.settings import Settings
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario."""
    return await make_tenant(settings, ECHO)


async def handshake(product: Product, visitor: Visitor, **options: Any) -> str:
    """The type of the first frame, or the refusal of a handshake."""
    ticket = await visitor._http.post("/api/v1/widget/ws-ticket", headers=visitor.headers)
    address = f"{product.url.replace('http', 'ws')}/api/v1/widget/ws?ticket={ticket.json()['ticket']}"
    try:
        async with websockets.connect(address, **options) as socket:
            assert not socket.protocol.extensions, "compression would tell of a secret by its length"
            return str(json.loads(await socket.recv())["type"])
    except websockets.InvalidStatus as refused:
        return f"refused {refused.response.status_code}"


@pytest.mark.parametrize(
    ("origin", "outcome"),
    [(None, "welcome"), ("OWN", "welcome"), ("https://evil.example", "refused 403"), ("null", "refused 403")],
)
async def test_a_visitors_socket_is_of_our_own_page(
    product: Product, tenant: TestTenant, origin: str | None, outcome: str
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        named = product.url if origin == "OWN" else origin
        assert await handshake(product, visitor, origin=named) == outcome


async def test_a_socket_of_another_host_is_none(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        port = int(product.url.rpartition(":")[2])
        ticket = await visitor._http.post("/api/v1/widget/ws-ticket", headers=visitor.headers)
        address = f"ws://evil.example/api/v1/widget/ws?ticket={ticket.json()['ticket']}"
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(address, host="127.0.0.1", port=port)


async def test_whoever_may_only_read_types_nothing_to_a_customer(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    analyst = await add_person(settings, tenant, role="analyst", name="Читатель")
    async with (
        Visitor(product.url, tenant.slug) as visitor,
        Operator(product.url, analyst) as reader,
        Operator(product.url, tenant) as owner,
        desk(product.url, reader) as reading,
        desk(product.url, owner) as writing,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        await reading.say("typing", conversation_id=visitor.conversation_id, on=True)
        await reading.settle()
        await writing.say("typing", conversation_id=visitor.conversation_id, on=True)
        typing = await visitor.await_frame("typing")
        assert typing["author"]["name"] == "Ольга"
        assert len([frame for frame in visitor.frames if frame["type"] == "typing"]) == 1


@pytest.mark.parametrize("flood", [[{"type": "ping"}] * 21, [{"type": "ping", "pad": "я" * 40_000}]])
async def test_too_many_frames_or_too_large_a_one_end_the_socket(
    product: Product, tenant: TestTenant, flood: list[dict[str, Any]]
) -> None:
    async with Operator(product.url, tenant) as owner, desk(product.url, owner) as console:
        for frame in flood:
            await console.say(**{"kind": frame["type"], **{k: v for k, v in frame.items() if k != "type"}})
        assert await console.until_closed() in (1000, 1009)
