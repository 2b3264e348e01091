"""Conversations in the Temporal UI: found by what they are, read in clear by their owner only (issue 2, point 6)."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from playwright.async_api import Browser, Page, StorageState, expect

from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.engine import find_workflows, is_sealed, payloads_of, read_history
from tests.browser.windows import Windows
from tests.support.tenants import TestTenant, make_tenant

SECRET = "где мой заказ AB-123458, код домофона 4711Ж9063"
LABEL = "Ищет заказ в магазине"
CODEC = "/api/v1/codec/decode"
INDEXED_S = 10
"""The engine indexes search attributes a moment after it has stored them."""
# As the UI's own filters write it: `Status` is a word of the query language, so it needs its quotes.
QUERY = '`TenantId`="{tenant}" AND `ChannelType`="widget" AND `Status`="{status}" AND `Scenario`="{scenario}"'


@pytest.fixture(scope="module")
async def told(demo: Demo, browser: Browser) -> str:
    """A conversation in which the visitor said something private to the order scenario."""
    windows = Windows(browser)
    chat = await Chat.begin(windows, demo)
    await chat.say(SECRET)
    await expect(chat.theirs.filter(has_text="Заказ AB-123458")).to_have_count(1)
    conversation_id = await chat.conversation_id()
    await windows.close()
    return conversation_id


def query_of(demo: Demo, *, status: str = "open", scenario: str = "order_status") -> str:
    return QUERY.format(tenant=demo.owner.id, status=status, scenario=scenario)


def workflow_of(demo: Demo, conversation_id: str) -> str:
    return f"{demo.owner.id}/conversation/{conversation_id}"


async def sealed_payloads(demo: Demo, conversation_id: str) -> list[dict[str, Any]]:
    events = await read_history(demo, workflow_of(demo, conversation_id))
    return [payload for payload in payloads_of(events) if is_sealed(payload)]


async def decode(demo: Demo, payloads: list[dict[str, Any]], **headers: str) -> Any:
    """Ask the codec endpoint as the Temporal UI's page does."""
    async with httpx2.AsyncClient(base_url=demo.api) as client:
        return await client.post(CODEC, json={"payloads": payloads}, headers=headers)


async def cookie_of(demo: Demo, tenant: TestTenant) -> str:
    """Sign in as a browser does."""
    async with httpx2.AsyncClient(base_url=demo.api) as client:
        body = {"email": tenant.email, "password": tenant.password}
        answer = await client.post("/api/v1/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.headers["set-cookie"]).split(";")[0]


async def test_a_conversation_is_found_by_tenant_channel_status_and_scenario(
    windows: Windows, demo: Demo, told: str
) -> None:
    workflow = workflow_of(demo, told)
    async with asyncio.timeout(INDEXED_S):
        while workflow not in await find_workflows(demo, query_of(demo)):
            await asyncio.sleep(0.1)
    page = await windows.page(watched=False, locale="en-GB")
    await page.goto(f"{demo.temporal_ui}/namespaces/default/workflows?query={quote(query_of(demo))}")
    await expect(page.get_by_role("link", name=told).first).to_be_visible()
    await windows.shot(page, "temporal-list")
    assert workflow not in await find_workflows(demo, query_of(demo, status="resolved"))
    assert workflow not in await find_workflows(demo, query_of(demo, scenario="lead_capture"))


async def test_the_engine_holds_ciphertext_and_the_owner_reads_it(demo: Demo, told: str) -> None:
    events = await read_history(demo, workflow_of(demo, told))
    stored = json.dumps(events, ensure_ascii=False)
    for payload in payloads_of(events):
        stored += base64.b64decode(payload.get("data", "")).decode("utf-8", "replace")
    for secret in (SECRET, json.dumps(SECRET).strip('"'), "4711Ж9063", "AB-123458", LABEL):
        assert secret not in stored

    cookie = await cookie_of(demo, demo.owner)
    opened = await decode(demo, await sealed_payloads(demo, told), cookie=cookie, origin=demo.temporal_ui)
    assert opened.status_code == 200, opened.text
    assert opened.headers["access-control-allow-origin"] == demo.temporal_ui
    assert opened.headers["access-control-allow-credentials"] == "true"
    clear = [json.loads(base64.b64decode(p["data"])) for p in opened.json()["payloads"] if p.get("data")]
    assert SECRET in json.dumps(clear, ensure_ascii=False)
    assert LABEL in clear, "the timeline names the scenario's node in words"


async def test_nobody_else_reads_it(demo: Demo, told: str) -> None:
    sealed = await sealed_payloads(demo, told)
    assert sealed
    ui = demo.temporal_ui
    cookie = await cookie_of(demo, demo.owner)
    stranger = await cookie_of(demo, await make_tenant(demo.product.settings()))
    refusals: dict[str, tuple[dict[str, str], int]] = {
        "without a cookie": ({"origin": ui}, 401),
        "from another page": ({"origin": "http://127.0.0.1:9", "cookie": cookie}, 403),
        "from no page": ({"cookie": cookie}, 403),
        "another tenant's owner": ({"origin": ui, "cookie": stranger}, 404),
    }
    for who, (headers, status) in refusals.items():
        answer = await decode(demo, sealed, **headers)
        assert answer.status_code == status, who
        assert "payloads" not in answer.json(), who


async def look_at_timeline(page: Page, demo: Demo, conversation_id: str) -> None:
    workflow = quote(workflow_of(demo, conversation_id), safe="")
    await page.goto(f"{demo.temporal_ui}/namespaces/default/workflows/{workflow}")
    await expect(page.get_by_text("load_conversation").first).to_be_visible()


async def test_the_ui_shows_the_timeline_in_words_to_whoever_is_signed_in(
    windows: Windows, demo: Demo, owner: StorageState, told: str
) -> None:
    stranger = await windows.page(watched=False, locale="en-GB")
    await look_at_timeline(stranger, demo, told)
    await windows.shot(stranger, "temporal-signed-out")
    await expect(stranger.get_by_text(LABEL)).to_have_count(0)

    # The UI sends the cookie when its own switch for cross-origin credentials is on.
    page = await windows.page(watched=False, locale="en-GB", storage_state=owner)
    await page.goto(f"{demo.temporal_ui}/namespaces/default/workflows")
    switches = {
        "overrideRemoteCodecConfiguration": "true",
        "endpoint": json.dumps(f"{demo.api}/api/v1/codec"),
        "includeCredentials": "true",
    }
    await page.evaluate(
        "(all) => Object.entries(all).forEach(([key, value]) => localStorage.setItem(key, value))", switches
    )
    await look_at_timeline(page, demo, told)
    await expect(page.get_by_text(LABEL).first).to_be_visible()
    await windows.shot(page, "temporal-signed-in")
