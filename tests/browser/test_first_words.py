"""What people send first: a test message of a channel, and words to a customer; the simulator is the provider."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page, StorageState, expect

from tests.browser.axe import check_axe
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.test_simulator import open_channel, simulator_of
from tests.browser.windows import Windows

PERSON = "79160001122"


@pytest.fixture
async def phone(windows: Windows, demo: Demo) -> Page:
    """The phone of a person whom the demo has never heard of, on a number for SMS."""
    page = await windows.page()
    await page.goto(f"{simulator_of(demo)}?lang=ru")
    known = page.get_by_role("navigation").get_by_role("link", name="SMS (Twilio)")
    if await known.count():
        await known.last.click()
    else:
        await open_channel(page, "SMS (Twilio)")
    await page.goto(f"{page.url}&{urlencode({'person': PERSON})}")
    return page


async def connected(demo: Demo) -> str:
    """The channel that was connected last."""
    async with demo.operator() as owner:
        found = [
            one for one in (await owner.request("GET", "/channels")).json()["items"] if one["type"] == "sms"
        ]
    return str(found[-1]["id"])


async def prove(page: Page, demo: Demo) -> None:
    """Give the password where it is asked for: whoever signed in long ago proves himself once more."""
    dialog = page.get_by_role("dialog")
    await expect(dialog.or_(page.get_by_text("Отправлено на", exact=False)).first).to_be_visible()
    if await dialog.is_visible():
        await dialog.get_by_label("Пароль", exact=True).fill(demo.owner.password)
        await dialog.get_by_role("button", name="Продолжить").click()


async def test_a_test_message_arrives_and_its_end_is_told(
    windows: Windows, demo: Demo, owner: StorageState, phone: Page
) -> None:
    desk = await Desk.at(windows, demo, owner, f"/settings/channels/{await connected(demo)}")
    page = desk.page
    await page.get_by_label("Кому").fill("8 (916) 000-11-22")
    await page.keyboard.press("Enter")
    await prove(page, demo)
    await expect(page.get_by_text(f"Отправлено на +{PERSON}", exact=False)).to_be_visible()
    await check_axe(page, "a channel with a test message")
    await windows.shot(page, "channels-test-message")
    await phone.reload()
    await expect(phone.get_by_role("log")).to_contain_text("Проверочное сообщение: канал")
    await page.get_by_label("Кому").fill("12")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Введите номер с кодом страны", exact=False)).to_be_visible()
    await expect(page.get_by_label("Кому")).to_be_focused()


async def test_an_operator_writes_first_and_the_customer_reads_it(
    windows: Windows, demo: Demo, owner: StorageState, phone: Page
) -> None:
    async with demo.operator() as operator:
        made = await operator.request("POST", "/customers", json={"name": "Борис Новый"})
        customer = made.json()["customer"]["id"]
        there = {"channel_id": await connected(demo), "address": f"+{PERSON}"}
        written = await operator.request("POST", f"/customers/{customer}/identities", json=there)
        assert written.status_code == 201, written.text
    desk = await Desk.at(windows, demo, owner, f"/customers/{customer}")
    page = desk.page
    await page.get_by_role("button", name="Написать клиенту").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Сообщение").fill("Борис, ваш заказ готов.")
    await check_axe(page, "the first words to a customer")
    await windows.shot(page, "customers-write")
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(desk.thread).to_contain_text("Борис, ваш заказ готов.")
    await expect(page).to_have_url(re.compile("/inbox/"))
    await phone.reload()
    await expect(phone.get_by_role("log")).to_contain_text("Борис, ваш заказ готов.")
