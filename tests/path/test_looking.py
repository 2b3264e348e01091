"""Who looks, and who is there: what the bell and the team's list go by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import text

from omnisupport.api import hub, realtime
from omnisupport.settings import Settings
from omnisupport.storage import presence
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.second_api import SecondApi, second_api
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario, and nobody else's consoles."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def api(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SecondApi]:
    """An api whose sockets read by themselves, and write down looks, many times a second."""
    monkeypatch.setattr(hub, "RESYNC_EVERY_S", 0.05)
    monkeypatch.setattr(realtime, "LOOKED_EVERY_S", 0.0)
    async with second_api(settings) as running:
        yield running


async def _look_away(api: SecondApi, tenant: TestTenant) -> None:
    async with api.services.database.session(tenant.id) as session:
        await session.exec(text("update conversation set assignee_seen_at = now() - interval '61 seconds'"))  # type: ignore[call-overload]


async def _is_looked_at(api: SecondApi, tenant: TestTenant, conversation_id: str) -> bool:
    async with api.services.database.session(tenant.id) as session:
        query = text(
            "select assignee_seen_at > now() - interval '60 seconds' from conversation where id = :id"
        )
        found = await session.exec(query.bindparams(id=UUID(conversation_id)))  # type: ignore[call-overload]
        return bool(found.scalar_one())


async def test_only_a_console_on_the_screen_looks_at_what_it_watches(
    api: SecondApi, tenant: TestTenant
) -> None:
    async with Visitor(api.url, tenant.slug) as visitor, Operator(api.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        await operator.act(conversation_id, "take-over")
        async with desk(api.url, operator) as console:
            await console.say("watch", conversation_id=conversation_id, after=0)
            await console.await_frame("message")
            await _look_away(api, tenant)
            await console.say("ping", visible=False)
            await console.say("ping")
            await asyncio.sleep(0.5)
            assert not await _is_looked_at(api, tenant, conversation_id), "a tab in the background"
            await console.say("ping", visible=True)
            await console.await_frame("pong")
            await _until_looked_at(api, tenant, conversation_id)


async def _until_looked_at(api: SecondApi, tenant: TestTenant, conversation_id: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await _is_looked_at(api, tenant, conversation_id):
            await asyncio.sleep(0.02)


async def test_what_was_seen_before_is_no_news_to_the_consoles(api: SecondApi, tenant: TestTenant) -> None:
    async with (
        Visitor(api.url, tenant.slug) as visitor,
        Operator(api.url, tenant) as operator,
        desk(api.url, operator) as console,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        await operator.act(conversation_id, "take-over")
        assert (await operator.conversation(conversation_id))["unread"] == 1
        seen = {"json": {"seq": 1}}
        path = f"/conversations/{conversation_id}/seen"
        assert (await operator.request("POST", path, **seen)).status_code == 204
        told = [frame["conversation"] for frame in await console.settle() if frame["type"] == "change"]
        assert told[-1]["unread"] == 0
        await _look_away(api, tenant)
        assert (await operator.request("POST", path, **seen)).status_code == 204
        assert await _is_looked_at(api, tenant, conversation_id), "he has looked again"
        assert await console.settle() == []


async def test_what_the_customer_has_read_is_kept_and_shown_where_it_is_looked_at(
    api: SecondApi, tenant: TestTenant
) -> None:
    async with (
        Visitor(api.url, tenant.slug) as visitor,
        Operator(api.url, tenant) as operator,
        desk(api.url, operator) as reader,
        desk(api.url, operator) as colleague,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        assert (await operator.conversation(conversation_id))["customer_seen_seq"] == 0
        await reader.say("watch", conversation_id=conversation_id, after=0)
        await reader.await_frame("message", lambda frame: frame["message"]["seq"] == 2)
        for console in (reader, colleague):
            await console.settle()

        for seq in (1, 1, 2_000_000, 2, 1):  # no more than he was shown, and never less than before
            await visitor.say({"type": "seen", "seq": seq})
        seen = [await reader.await_frame("seen") for _ in range(2)]
        assert [frame["seq"] for frame in seen] == [1, 2]
        assert seen[0]["conversation_id"] == conversation_id
        assert (await operator.conversation(conversation_id))["customer_seen_seq"] == 2
        for console in (reader, colleague):
            assert await console.settle() == [], "nobody has read the conversation again for it"


async def test_an_operator_of_a_busy_team_stays_there(
    api: SecondApi, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round in which there is always news is a round all the same."""
    monkeypatch.setattr(hub, "RESYNC_EVERY_S", 20.0)
    monkeypatch.setattr(presence, "LASTS_S", 1.0)
    monkeypatch.setattr(presence, "SAID_EVERY_S", 0.3)
    async with (
        Visitor(api.url, tenant.slug) as visitor,
        Operator(api.url, tenant) as operator,
        desk(api.url, operator),
    ):
        for number in range(10):
            await visitor.send(f"{number}")
            await asyncio.sleep(0.2)
        members = (await operator.request("GET", "/team/members")).json()["items"]
        assert [member["online"] for member in members] == [True]
