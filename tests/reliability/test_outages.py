"""A part is down for a while, and everybody is answered when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import update

from omnisupport.devstack.control import ask_supervisor
from omnisupport.devstack.state import StateDir
from omnisupport.storage.session import Database
from omnisupport.storage.tables.conversations import Conversation
from tests.reliability.collect import given_up
from tests.reliability.load import Load
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor

TALKS = 3
AWAY_S = 5.0


@asynccontextmanager
async def held_down(product: Product, part: str) -> AsyncIterator[None]:
    """A part that is down while the block runs."""
    state = StateDir(product.state_dir)
    await asyncio.to_thread(ask_supervisor, state, {"do": "stop", "part": part})
    try:
        yield
    finally:
        await asyncio.to_thread(ask_supervisor, state, {"do": "start", "part": part})


@pytest.mark.kill
async def test_first_words_without_valkey_are_answered_on_the_open_socket(product: Product) -> None:
    """The hint that tells a socket of its new conversation is lost for good: the socket finds it by itself."""
    await _write_without(product, "valkey", waves=0)


@pytest.mark.kill
async def test_a_new_conversation_without_valkey_is_found_from_the_old_one(product: Product) -> None:
    """The socket shows a conversation that is over; the hint that names the next one is lost for good."""
    tenant = await make_tenant(product.settings(), ECHO)
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        first = visitor.conversation_id
        assert first is not None
        await operator.act(first, "resolve")
        await _long_ago(product, tenant.id)
        async with held_down(product, "valkey"):
            await visitor.send("два")
        assert visitor.conversation_id != first
        async with asyncio.timeout(30):
            while "эхо: два" not in [m["text"] for m in visitor.received]:
                await asyncio.sleep(0.05)


async def _long_ago(product: Product, tenant_id: UUID) -> None:
    """Resolved so long ago that the next message begins anew."""
    database = Database(product.settings().database_url or "", pool_size=1)
    async with database.session(tenant_id) as session:
        await session.exec(update(Conversation).values(resolved_at=datetime.now(UTC) - timedelta(days=9)))
    await database.close()


@pytest.mark.kill
async def test_what_was_written_without_the_worker_is_answered_when_it_is_back(product: Product) -> None:
    """Accepted at once, answered later, in order."""
    await _write_without(product, "worker", waves=1)


@pytest.mark.kill
async def test_turns_under_way_wait_for_postgres_to_come_back(product: Product) -> None:
    """A database that starts up is no fault of ours: no apology, and no workflow gives up."""
    tenant = await make_tenant(product.settings(), ECHO)
    load = Load(product.url, tenant, talks=20)
    await load.open()
    await load.wave()
    wave = asyncio.create_task(load.wave())
    await asyncio.sleep(0)
    await load.until_some_wait()
    async with held_down(product, "postgres"):
        await asyncio.sleep(AWAY_S)
    print(f"without postgres for {AWAY_S} s: slowest answer {await wave:.1f} s")
    said = [m["text"] for talk in load.talks for m in talk.visitor.received if m["direction"] == "outbound"]
    assert len(said) == 2 * 20
    assert all(text.startswith("эхо: ") for text in said)
    assert await given_up(product.settings(), tenant.id) == []
    await load.close()


async def _write_without(product: Product, part: str, *, waves: int) -> None:
    tenant = await make_tenant(product.settings(), ECHO)
    load = Load(product.url, tenant, talks=TALKS)
    await load.open()
    for _ in range(waves):
        await load.wave()
    async with held_down(product, part):
        written = asyncio.create_task(load.wave())
        while load.sent < TALKS * (waves + 1):
            assert not written.done(), written
            await asyncio.sleep(0.05)
    print(f"written without {part}: slowest answer {await written:.1f} s")
    await load.close()
