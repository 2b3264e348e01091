"""What a request is told while a part is away: 503, when to come back, and nothing is done twice."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from omnisupport.api.operations import DEADLINE_S
from tests.reliability.test_outages import held_down
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor


@pytest.mark.kill
async def test_without_temporal_an_action_is_refused_in_time_and_counts_once(product: Product) -> None:
    tenant = await make_tenant(product.settings(), ECHO)
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        path, key = f"/conversations/{visitor.conversation_id}/take-over", str(uuid4())
        async with held_down(product, "temporal"):
            async with asyncio.timeout(DEADLINE_S + 2):
                refused = await operator.request("POST", path, key=key, json={})
            assert (refused.status_code, refused.json()["code"]) == (503, "engine_unavailable")
            assert int(refused.headers["retry-after"]) >= 1
            written = await visitor.post("два")
            assert written.status_code == 202, "a customer's message waits for nobody"
        async with asyncio.timeout(60):
            while (taken := await operator.request("POST", path, key=key, json={})).status_code != 200:
                assert taken.status_code == 503, taken.text
        assert taken.json()["conversation"]["controller"] == "operator"
        rows = await operator.messages(visitor.conversation_id or "")
        assert [(row["content"].get("event") or {}).get("type") for row in rows].count("taken_over") == 1


@pytest.mark.kill
async def test_without_postgres_a_message_is_refused_in_time_and_counts_once(product: Product) -> None:
    tenant = await make_tenant(product.settings(), ECHO)
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.send("раз")
        async with held_down(product, "postgres"):
            async with asyncio.timeout(DEADLINE_S + 2):
                refused = await visitor.post("два", id="once")
                away = await operator.request("GET", "/conversations")
            for answer in (refused, away):
                assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
                assert int(answer.headers["retry-after"]) >= 1
        async with asyncio.timeout(60):
            while (answer := await visitor.post("два", id="once")).status_code != 202:
                await asyncio.sleep(0.2)
        texts = [m["text"] for m in (await visitor.read())["messages"] if m["direction"] == "inbound"]
        assert texts == ["раз", "два"]
