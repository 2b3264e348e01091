"""Too much at once is refused in words before anything drowns, and what was taken stays taken."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlmodel import select

from omnisupport.api import accepting
from omnisupport.settings import Settings
from omnisupport.storage.tables import Conversation
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor

MOST = 12
BEYOND = 5


async def test_messages_beyond_what_one_process_takes_at_once_are_sent_again_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepting, "MOST_ACCEPTING", MOST)
    tenant = await make_tenant(settings, ECHO)
    async with second_api(settings) as api, Visitor(api.url, tenant.slug) as visitor:
        conversation_id = UUID((await visitor.send("раз"))["conversation_id"])
        async with api.services.database.session(tenant.id) as session:
            row = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
            await session.exec(row)  # whoever writes to it waits
            taken = [asyncio.create_task(visitor.post(f"{number}")) for number in range(MOST)]
            while api.services.accepting < MOST:
                await asyncio.sleep(0.01)
            for number in range(BEYOND):
                refused = await visitor.post("слишком много", id=f"beyond-{number}")
                assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
                assert refused.headers["retry-after"] == "1"
        assert [(await each).status_code for each in taken] == [202] * MOST
        assert api.services.accepting == 0
        assert (await visitor.post("слишком много", id="beyond-0")).status_code == 202
        texts = [m["text"] for m in (await visitor.read())["messages"] if m["direction"] == "inbound"]
        assert sorted(texts) == sorted(["раз", "слишком много", *(f"{number}" for number in range(MOST))])
