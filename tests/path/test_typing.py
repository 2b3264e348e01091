"""Who types, told without a name on Redis and without a question to the database for each sign (S19)."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import orjson
import pytest

from omnisupport.settings import Settings
from omnisupport.storage.queries.members import Members
from omnisupport.storage.redis import channel_of
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor
from tests.workflows.scenarios import GREETING, LATE

SIGNS = 10


async def test_names_are_put_in_where_they_are_read_and_ids_alone_travel(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Any] = []
    all_members = Members.all

    async def counted(members: Members, tenant_id: Any) -> Any:
        reads.append(tenant_id)
        return await all_members(members, tenant_id)

    monkeypatch.setattr(Members, "all", counted)
    tenant = await make_tenant(settings, ECHO)
    async with (
        second_api(settings) as api,
        Visitor(api.url, tenant.slug) as visitor,
        Operator(api.url, tenant) as operator,
        desk(api.url, operator) as console,
        api.services.redis.pubsub(ignore_subscribe_messages=True) as wire,
    ):
        await visitor.identify(name="Мария")
        await visitor.connect()
        await visitor.ask("раз")
        await console.say("watch", conversation_id=visitor.conversation_id, after=0)
        await console.await_frame("message")
        await wire.subscribe(channel_of(tenant.id))

        await visitor.say({"type": "typing", "on": True})
        typing = await console.await_frame("typing")
        assert (typing["author"]["kind"], typing["author"]["name"]) == ("customer", "Мария")
        for _ in range(SIGNS):
            await console.say("typing", conversation_id=visitor.conversation_id, on=True)
        await console.say("typing", conversation_id=visitor.conversation_id, on=False)
        async with asyncio.timeout(PATIENCE_S):
            while not [frame for frame in visitor.frames if frame["type"] == "typing" and not frame["on"]]:
                await asyncio.sleep(0.02)
        authors = [frame["author"] for frame in visitor.frames if frame["type"] == "typing"]
        assert authors == [{"kind": "operator", "name": "Ольга"}] * (SIGNS + 1)
        assert reads == [tenant.id]

        typed: list[dict[str, Any]] = []
        async with asyncio.timeout(PATIENCE_S):
            while len(typed) < SIGNS + 2:
                message = await wire.get_message(timeout=1)
                hint = orjson.loads(message["data"]) if message else {"k": None}
                typed += [hint] if hint["k"] == "typing" else []
        assert all(set(hint) == {"k", "c", "who", "id", "on"} for hint in typed)


async def test_a_visitor_sees_the_bot_write_before_a_message_with_a_pause(product: Product) -> None:
    """Through the product's own processes: the sign after what was said before, the message after its pause."""
    tenant = await make_tenant(product.settings(), LATE)
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        sent = await visitor.send("вопрос")
        began = time.monotonic()
        typing = await visitor.await_frame("typing")
        assert (typing["author"], typing["on"]) == ({"kind": "scenario", "name": None}, True)
        assert 0 < typing["for_ms"] <= 2_000
        assert [row["text"] for row in visitor.received if row["direction"] == "outbound"] == [
            "сейчас посмотрю"
        ]
        replies = await visitor.await_reply(sent["seq"], count=3, timeout=40)
        assert [row["text"] for row in replies] == ["сейчас посмотрю", "нашёл", "помогло?"]
        assert time.monotonic() - began > typing["for_ms"] / 1000 - 0.5
        assert len([frame for frame in visitor.frames if frame["type"] == "typing"]) == 1


async def test_a_greeting_is_shown_whole_before_there_is_a_conversation(product: Product) -> None:
    """Nobody keeps the time for who has only opened the widget; a press goes on where the greeting ended."""
    greeting = GREETING.replace("start: choose", "start: hello").replace(
        "nodes:\n", "nodes:\n  hello: {type: message, text: Привет!, typing: true, next: choose}\n"
    )
    tenant = await make_tenant(product.settings(), greeting)
    async with Visitor(product.url, tenant.slug) as visitor:
        shown = visitor.config["greeting"]
        assert shown["text"] == "Привет!\n\nЧем помочь?"
        await visitor.connect()
        tea = next(button for button in shown["buttons"] if button["label"] == "Чай")
        assert await visitor.ask(button=tea["id"])
