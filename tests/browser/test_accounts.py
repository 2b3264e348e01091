"""Accounts and customers in the console: each page by keyboard, in both themes, wide and on a phone, axe content."""

from __future__ import annotations

import pytest
from playwright.async_api import StorageState, expect

from tests.browser.axe import check_axe
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.pages import see_pages
from tests.browser.test_keyboard import focus_is_drawn, tab_to
from tests.browser.test_looks import AUDITED, Look, name_of, see_at_once
from tests.browser.windows import Windows
from tests.support.visitor import Visitor

ENTRIES = {
    "sign-up": "/sign-up",
    "forgot-password": "/forgot-password",
    "reset-password": "/reset-password#token=a_unknown",
    "verify-email": "/verify-email#token=a_unknown",
    "invite": "/invite#token=i_unknown",
}
PAGES = {
    "profile": "/profile",
    "api-keys": "/api-keys",
    "workspaces": "/workspaces",
    "customers": "/customers",
}


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_the_pages_before_the_console_look_well(
    windows: Windows, demo: Demo, looks: list[Look]
) -> None:
    await see_at_once(looks, lambda look: see_pages(windows, demo, ENTRIES, look))


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_the_pages_of_an_account_look_well(
    windows: Windows, demo: Demo, owner: StorageState, looks: list[Look]
) -> None:
    await see_at_once(looks, lambda look: see_pages(windows, demo, PAGES, look, owner))


async def test_a_key_is_made_and_revoked_by_keyboard_alone(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, "/api-keys")
    page, keyboard = desk.page, desk.page.keyboard
    make = page.get_by_role("button", name="Новый ключ")
    await expect(make).to_be_visible()
    await tab_to(page, make)
    assert await focus_is_drawn(page)
    await keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Название")).to_be_focused()
    await keyboard.type("Скрипт отчётов")
    await tab_to(page, dialog.get_by_label("Видеть команду"))
    await keyboard.press("Space")
    await tab_to(page, dialog.get_by_role("button", name="Новый ключ"))
    await keyboard.press("Enter")
    await expect(dialog.get_by_label("Ключ API")).to_contain_text("k_")
    await check_axe(page, "a new key")
    await windows.shot(page, "api-key-made")
    await keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    revoke = page.get_by_role("button", name="Отозвать Скрипт отчётов")
    await tab_to(page, revoke)
    await keyboard.press("Enter")
    await tab_to(page, dialog.get_by_role("button", name="Отозвать"))
    await keyboard.press("Enter")
    await expect(revoke).to_have_count(0)


async def test_the_picture_of_a_second_factor_is_drawn(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, "/profile")
    await desk.page.get_by_role("button", name="Включить").click()
    picture = desk.page.get_by_role("img", name="QR-код")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("(image) => image.naturalWidth") > 0
    await check_axe(desk.page, "the second factor")
    await windows.shot(desk.page, "second-factor")


async def test_a_customer_is_found_and_noted(windows: Windows, demo: Demo, owner: StorageState) -> None:
    async with Visitor(demo.api, "demo") as visitor:
        await visitor.connect()
        await visitor.ask("раз")
    desk = await Desk.at(windows, demo, owner, "/customers")
    page = desk.page
    await page.locator(".customers a").first.click()
    await page.get_by_label("Новая заметка").fill("Любит улун.")
    await page.get_by_role("button", name="Добавить заметку").click()
    await expect(page.get_by_text("Любит улун.").and_(page.locator("p"))).to_be_visible()
    await check_axe(page, "a customer")
    await windows.shot(page, "customer")
    await page.goto(f"{demo.api}/customers")
    await page.get_by_label("Имя, почта или телефон").fill("никто-такой")
    await expect(page.get_by_text("Никого не нашлось")).to_be_visible()
    assert "q=" in page.url
