"""The pages of channels in Chromium: by keyboard, in both schemes, wide and on a phone; axe is content."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import StorageState, expect

from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.pages import see_pages
from tests.browser.test_keyboard import focus_is_drawn, tab_to
from tests.browser.test_looks import AUDITED, Look, name_of, see_at_once
from tests.browser.windows import Windows
from tests.support.accounts import run
from tests.support.visitor import Visitor

LOOKED_AT_S = 90
"""A first look takes seconds, and more on a loaded machine."""
KINDS = ("telegram", "whatsapp-meta", "sms", "email", "vk")


@pytest.fixture(scope="module")
async def bot(demo: Demo) -> dict[str, Any]:
    """A bot whose token its provider, the demo's own double, does not know: its health says so."""
    async with demo.operator() as owner:
        body = {"name": "Бот чайной лавки", "account": {"token": "token-of-max"}}
        made = await owner.request("POST", "/channels/max", json=body)
        assert made.status_code == 201, made.text
        channel: dict[str, Any] = made.json()["channel"]
        async with asyncio.timeout(LOOKED_AT_S):
            while not channel["health"]["checked_at"]:
                await asyncio.sleep(0.5)
                channel = (await owner.request("GET", f"/channels/{channel['id']}")).json()["channel"]
    assert [each["code"] for each in channel["health"]["problems"]] == ["unauthorized"]
    return channel


@pytest.fixture(scope="module")
async def unsent(demo: Demo) -> str:
    """A conversation whose reply did not leave."""
    async with Visitor(demo.api, demo.owner.slug, locale="ru") as visitor, demo.operator() as operator:
        await visitor.connect()
        await visitor.ask("Позовите оператора", count=1)
        conversation_id = visitor.conversation_id or ""
        await operator.act(conversation_id, "take-over")
        await operator.reply(conversation_id, "Курьер приедет завтра, с 10 до 14.")
        failed = (
            "update message set status = 'failed' where direction = 'outbound' and author_kind = 'operator'"
            f" and conversation_id = '{UUID(conversation_id)}'"
        )
        await run(demo.product.settings(), demo.owner.id, failed)
        return conversation_id


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_the_pages_of_channels(
    windows: Windows, demo: Demo, owner: StorageState, bot: dict[str, Any], unsent: str, looks: list[Look]
) -> None:
    pages = {
        "channels": "/settings/channels",
        "channels-new": "/settings/channels/new",
        "channels-one": f"/settings/channels/{bot['id']}",
        "deliveries": "/deliveries",
        "settings-fallback": "/settings/fallback",
    } | {f"channels-new-{kind}": f"/settings/channels/new/{kind}" for kind in KINDS}
    await see_at_once(looks, lambda look: see_pages(windows, demo, pages, look, owner))


async def test_a_bot_is_connected_by_keyboard_alone(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, "/settings/channels")
    page, keyboard = desk.page, desk.page.keyboard
    await tab_to(page, page.get_by_role("link", name="Подключить канал").first)
    assert await focus_is_drawn(page)
    await keyboard.press("Enter")
    await tab_to(page, page.get_by_role("link", name="Сообщество ВКонтакте"))
    await keyboard.press("Enter")
    await expect(
        page.get_by_role("heading", level=1, name="Подключить: Сообщество ВКонтакте")
    ).to_be_visible()
    await tab_to(page, page.get_by_label("Название"))
    await keyboard.type("Лавка ВКонтакте")
    await keyboard.press("Tab")
    await keyboard.type("7")
    await keyboard.press("Tab")
    await keyboard.type("short")
    await keyboard.press("Enter")
    token = page.get_by_label("Токен доступа")
    await expect(token).to_be_focused()
    await expect(token).to_have_attribute("aria-invalid", "true")
    await windows.shot(page, "channels-fault")
    await keyboard.type("-but-long-enough")
    await keyboard.press("Enter")
    await expect(page.get_by_text("Провайдер не принимает ключ доступа")).to_be_visible()
    await windows.shot(page, "channels-first-look")
    await tab_to(page, page.get_by_role("link", name="Открыть канал"))
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Лавка ВКонтакте")).to_be_visible()
    await tab_to(page, page.get_by_role("button", name="Отключить канал"))
    await keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await windows.shot(page, "channels-disconnect")
    await tab_to(page, page.get_by_role("dialog").get_by_role("button", name="Отключить канал"))
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Каналы")).to_be_visible()
    await expect(page.get_by_role("link", name="Лавка ВКонтакте")).to_have_count(0)


async def test_the_list_follows_what_happens_elsewhere(
    windows: Windows, demo: Demo, owner: StorageState, bot: dict[str, Any]
) -> None:
    desk = await Desk.at(windows, demo, owner, "/settings/channels")
    await expect(desk.page.get_by_role("link", name=bot["name"])).to_be_visible()
    async with demo.operator() as operator:
        at = f"/channels/max/{bot['id']}"
        assert (await operator.request("PATCH", at, json={"name": "Новое имя бота"})).status_code == 200
    await expect(desk.page.get_by_role("link", name="Новое имя бота")).to_be_visible()
    async with demo.operator() as operator:
        assert (await operator.request("PATCH", at, json={"name": bot["name"]})).status_code == 200


async def test_what_did_not_leave_is_found_and_decided_of(
    windows: Windows, demo: Demo, owner: StorageState, unsent: str
) -> None:
    desk = await Desk.at(windows, demo, owner, f"/inbox/{unsent}?view=all")
    page = desk.page
    await expect(page.get_by_text("Клиент этого не получил.")).to_be_visible()
    await windows.shot(page, "deliveries-thread")
    await tab_to(page, page.get_by_role("link", name="Не отправлено"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Не отправлено")).to_be_visible()
    await tab_to(page, page.get_by_role("button", name=re.compile("^Не отправлять")).first)
    assert await focus_is_drawn(page)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Больше не отправляется.")).to_be_visible()
    await expect(page.get_by_text("Всё отправлено")).to_be_visible()
