"""No console skips a change, in whatever order transactions end (architecture.md 2.6)."""

from __future__ import annotations

from uuid import UUID

import pytest

from omnisupport.api import hub
from omnisupport.settings import Settings
from omnisupport.storage.tables import Change
from tests.support.desk import Frame, desk
from tests.support.operator import Operator
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor


async def test_a_change_of_a_transaction_that_ends_after_younger_ones_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RESYNC_EVERY_S", 0.1)
    tenant = await make_tenant(settings, ECHO)
    async with (
        second_api(settings) as api,
        Visitor(api.url, tenant.slug) as slow,
        Visitor(api.url, tenant.slug) as quick,
        Operator(api.url, tenant) as operator,
    ):
        await slow.connect()
        await slow.ask("раз")  # the bot's answer is a change too: it is told before the console looks
        first = slow.conversation_id or ""
        async with desk(api.url, operator) as console:
            frame: Frame = {}
            async with api.services.database.session(tenant.id) as session:
                session.add(Change(tenant_id=tenant.id, kind="conversation", conversation_id=UUID(first)))
                await session.flush()  # it has its place in the feed, and no hint tells of it
                second = (await quick.send("два"))["conversation_id"]
                while frame.get("last_seq") != 2:
                    frame = (await console.await_frame("change"))["conversation"]
                    assert frame["id"] == second
            told = await console.await_frame("change", lambda told: told["conversation"]["id"] == first)
            assert told["cursor"] != "0.0"
