"""The settings and the team in Chromium: by keyboard, in both schemes, wide and on a phone; axe is content."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import StorageState, expect

from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.pages import see_pages
from tests.browser.test_keyboard import focus_is_drawn, tab_to
from tests.browser.test_looks import AUDITED, Look, name_of, see_at_once
from tests.browser.windows import Windows

PAGES = (
    "tags",
    "attributes",
    "calendars",
    "members",
    "departments",
    "skills",
    "availability",
    "roles",
    "roles/operator",
    "connections",
    "webhooks",
    "audit",
)


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_the_settings(windows: Windows, demo: Demo, owner: StorageState, looks: list[Look]) -> None:
    pages = {f"settings-{path.replace('/', '-')}": f"/settings/{path}" for path in PAGES}
    await see_at_once(looks, lambda look: see_pages(windows, demo, pages, look, owner))


async def test_a_tag_is_made_and_deleted_by_keyboard_alone(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner)
    page, keyboard = desk.page, desk.page.keyboard
    await tab_to(page, page.get_by_role("link", name="Настройки"))
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Теги")).to_be_visible()
    await tab_to(page, page.get_by_role("button", name="Добавить тег"))
    assert await focus_is_drawn(page)
    await keyboard.press("Enter")
    await expect(page.get_by_label("Название")).to_be_focused()
    await keyboard.type("Срочный возврат")
    await expect(page.get_by_label("Ключ")).to_have_value("srochnyy_vozvrat")
    await windows.shot(page, "settings-tag-dialog")
    await keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    delete = page.get_by_role("button", name="Удалить: Срочный возврат")
    await tab_to(page, delete)
    await keyboard.press("Enter")
    await tab_to(page, page.get_by_role("button", name="Удалить", exact=True))
    await keyboard.press("Enter")
    await expect(delete).to_have_count(0)


async def test_a_calendar_keeps_two_spans_and_a_holiday(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, "/settings/calendars")
    page = desk.page
    await page.get_by_role("button", name="Добавить календарь").click()
    await page.get_by_label("Название по-русски").fill("Склад")
    await page.get_by_role("button", name="Создать и настроить часы").click()
    await expect(page.get_by_role("heading", level=1, name="Склад")).to_be_visible()
    await page.get_by_role("button", name="Добавить часы: Суббота").click()
    await page.get_by_role("button", name="Добавить часы: Суббота").click()
    await page.get_by_label("Суббота, до (2)").fill("00:00")
    await page.get_by_role("button", name="Добавить день").click()
    await page.get_by_label("Дата").fill("2027-01-01")
    await page.get_by_label("Название", exact=True).fill("Новый год")
    await windows.shot(page, "settings-calendar-editor")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("button", name="Сохранить")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_label("Суббота, до (2)")).to_have_value("00:00")
    await expect(page.get_by_label("Название", exact=True)).to_have_value("Новый год")


async def test_an_operator_reads_what_he_may_not_change(
    windows: Windows, demo: Demo, anna: StorageState
) -> None:
    desk = await Desk.at(windows, demo, anna, "/settings/members")
    page = desk.page
    await expect(page.get_by_text("anna@tea.example")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("^Действия: "))).to_have_count(0)
    nav = page.get_by_role("navigation", name="Настройки")
    await expect(nav.get_by_role("link", name="Теги")).to_be_visible()
    await expect(nav.get_by_role("link", name="Вебхуки")).to_have_count(0)
    await expect(nav.get_by_role("link", name="Журнал действий")).to_have_count(0)
    await page.goto(f"{demo.api}/settings/audit")
    await expect(page.get_by_role("heading", name="Ваша роль не открывает эту страницу")).to_be_visible()
