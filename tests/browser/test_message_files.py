"""Files in a conversation: a customer's are seen in the console, an operator's arrive."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, StorageState, expect

from tests.browser.axe import check_axe
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.test_simulator import open_channel, simulator_of
from tests.browser.windows import Windows


def picture(name: str, colour: str) -> FilePayload:
    """A picture as a file that is chosen."""
    made = BytesIO()
    Image.new("RGB", (320, 200), colour).save(made, "PNG")
    return FilePayload(name=name, mimeType="image/png", buffer=made.getvalue())


@pytest.fixture
async def phone(windows: Windows, demo: Demo) -> Page:
    """A customer of Telegram."""
    page = await windows.page()
    await page.goto(f"{simulator_of(demo)}?lang=ru")
    known = page.get_by_role("navigation").get_by_role("link", name="Telegram")
    if await known.count():
        await known.last.click()
    else:
        await open_channel(page, "Telegram")
    return page


async def test_a_customers_picture_is_seen_and_an_operators_file_arrives(
    windows: Windows, demo: Demo, owner: StorageState, phone: Page
) -> None:
    await phone.get_by_label("Сообщение").fill("Чашка пришла разбитой")
    await phone.locator("input[type=file]").set_input_files([picture("cup.png", "teal")])
    await phone.get_by_role("button", name="Отправить").click()
    async with demo.operator() as operator:
        for _ in range(60):
            conversation = next(
                (
                    each["id"]
                    for each in await operator.conversations()
                    if each["channel"]["type"] == "telegram"
                ),
                None,
            )
            if conversation is not None:
                break
            await phone.wait_for_timeout(500)
    desk = await Desk.at(windows, demo, owner, f"/inbox/{conversation}?view=all")
    page = desk.page
    shown = page.get_by_role("article").get_by_role("img", name="cup.png")
    await expect(shown).to_be_visible(timeout=60_000)
    assert await shown.evaluate("image => image.naturalWidth") == 320

    reply = page.get_by_role("textbox", name="Ответ клиенту", exact=False)
    await page.locator("input[type=file]").set_input_files([picture("instead.png", "orange")])
    picked = page.get_by_role("list", name="Файлы к ответу")
    await expect(picked).to_contain_text("instead.png")
    await expect(picked.get_by_text("загружается…")).to_have_count(0)
    await check_axe(page, "a conversation with files")
    await windows.shot(page, "conversation-files")
    await page.set_viewport_size({"width": 390, "height": 800})
    await windows.shot(page, "conversation-files-narrow")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await reply.fill("Пришлём такую")
    await reply.press("Enter")
    await expect(picked).to_have_count(0)
    await expect(page.get_by_role("article").get_by_role("img", name="instead.png")).to_be_visible()
    await expect(phone.get_by_role("log").get_by_role("img")).to_have_count(2, timeout=30_000)
