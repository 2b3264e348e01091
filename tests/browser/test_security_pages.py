"""Security, privacy and the platform in Chromium; the inbox that counts; a team that is told of elsewhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, StorageState, expect

from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.pages import see_pages
from tests.browser.test_keyboard import focus_is_drawn, tab_to
from tests.browser.test_looks import AUDITED, Look, name_of, see_at_once
from tests.browser.windows import Windows
from tests.support.visitor import Visitor

REASON = "Обращение 4711"


@pytest.fixture(scope="module")
async def root(demo: Demo) -> AsyncIterator[str]:
    """Ольга runs the platform too, as long as these tests last; the path of her own tenant there."""
    await demo.omni("platform", "grant", demo.owner.email, "--role", "admin")
    yield f"/platform/{demo.owner.id}"
    await demo.omni("platform", "grant", demo.owner.email, "--role", "user")


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_the_pages_of_security_and_of_the_platform(
    windows: Windows, demo: Demo, owner: StorageState, root: str, looks: list[Look]
) -> None:
    pages = {
        "settings-security": "/settings/security",
        "settings-privacy": "/settings/privacy",
        "platform": "/platform",
        "platform-one": root,
    }
    await see_at_once(looks, lambda look: see_pages(windows, demo, pages, look, owner))


async def test_a_signing_key_is_made_and_deleted_by_keyboard_alone(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, "/settings/security")
    page, keyboard = desk.page, desk.page.keyboard
    make = page.get_by_role("button", name="Создать ключ")
    await expect(make).to_be_visible()
    await tab_to(page, make)
    assert await focus_is_drawn(page)
    await keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Ключ подписи")).to_be_focused()
    secret = await dialog.get_by_label("Ключ подписи").input_value()
    await windows.shot(page, "identity-key-made")
    await keyboard.press("Escape")
    delete = page.get_by_role("button", name=f"Удалить: Ключ …{secret[-4:]}")
    await tab_to(page, delete)
    await keyboard.press("Enter")
    await tab_to(page, dialog.get_by_role("button", name="Удалить"))
    await keyboard.press("Enter")
    await expect(delete).to_have_count(0)


async def test_an_admin_acts_as_an_operator_and_comes_back(windows: Windows, demo: Demo, root: str) -> None:
    page = await windows.page()
    await Desk(page, demo).sign_in(demo.owner.email)
    await page.goto(demo.api + root)
    await page.get_by_role("button", name=re.compile("Действовать от имени: Анна")).click()
    await page.get_by_label("Причина").fill(REASON)
    await windows.shot(page, "impersonate-dialog")
    await page.get_by_role("button", name="Начать").click()
    bar = page.get_by_text("действует от чужого имени: Анна")
    await expect(bar).to_be_visible()
    await expect(page.get_by_role("timer")).to_contain_text(re.compile(r"Осталось (29|30):\d\d"))
    await windows.shot(page, "impersonating")
    await page.get_by_role("button", name="Вернуться к своему имени").click()
    await expect(page.get_by_label("Почта")).to_be_visible()
    assert page.url.endswith("/platform")


async def test_the_sidebar_counts_and_lists_a_department(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    async with Visitor(demo.api, "demo") as visitor, demo.operator() as operator:
        await visitor.connect()
        await visitor.ask("Позовите оператора", count=1)
        conversation_id = visitor.conversation_id or ""
        departments = (await operator.request("GET", "/team/departments")).json()["items"]
        await operator.act(conversation_id, "take-over")
        await operator.act(conversation_id, "transfer", department_id=departments[0]["id"])
        counts = (await operator.request("GET", "/conversations/counts")).json()
    desk = await Desk.at(windows, demo, owner)
    there = desk.page.get_by_role("link", name=re.compile(f"^{departments[0]['name']}"))
    await expect(there).to_contain_text(str(counts["departments"][departments[0]["id"]]))
    await there.click()
    await expect(desk.row(conversation_id)).to_be_visible()
    await expect(there).to_have_attribute("aria-current", "page")
    await windows.shot(desk.page, "inbox-department")
    rows = await desk.page.locator("a[data-conversation]").count()
    assert rows == counts["departments"][departments[0]["id"]]


async def test_what_a_colleague_changes_in_the_team_is_shown_without_a_reload(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, "/settings/tags")
    await expect(desk.page.get_by_role("heading", level=1, name="Теги")).to_be_visible()
    await live(desk.page)
    async with demo.operator() as colleague:
        made = await colleague.request(
            "POST", "/settings/tags", json={"key": "live_tag", "name": "Живой тег"}
        )
        assert made.status_code == 201, made.text
        await expect(desk.page.get_by_text("Живой тег")).to_be_visible()
        await colleague.request("DELETE", "/settings/tags/live_tag")
        await expect(desk.page.get_by_text("Живой тег")).to_have_count(0)


async def live(page: Page) -> None:
    """Until its socket is open nothing is heard."""
    await expect(page.locator(".user-button .avatar__presence[data-online='true']")).to_have_count(1)
