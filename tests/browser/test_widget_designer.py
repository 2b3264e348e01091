"""The widget's designer: each change stands in the widget beside it at once, and after saving in the shop."""

from __future__ import annotations

from playwright.async_api import StorageState, expect

from tests.browser.axe import check_axe
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.windows import PHONE, Windows

AT = "/settings/channels/widget"


async def test_a_change_is_seen_at_once_and_in_the_shop_once_it_is_saved(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, AT)
    page = desk.page
    preview = page.frame_locator("iframe.widget-preview")
    await expect(preview.get_by_role("log")).to_contain_text("Здравствуйте")
    await page.get_by_label("Название, по-русски").fill("Чайный клуб")
    await page.get_by_text("Слева", exact=True).click()
    await page.get_by_text("Со словами", exact=True).click()
    await page.get_by_label("Слова на кнопке, по-русски").fill("Спросить")
    await expect(preview.get_by_role("heading", level=1)).to_have_text("Чайный клуб")
    await windows.shot(page, "widget-designer")
    await check_axe(page, "the designer")
    await page.get_by_role("button", name="Сохранить").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.or_(page.get_by_text("Сохранено", exact=False)).first).to_be_visible()
    if await dialog.is_visible():  # he signed in too long ago for this
        await dialog.get_by_label("Пароль", exact=True).fill(demo.owner.password)
        await dialog.get_by_role("button", name="Продолжить").click()
    await expect(page.get_by_role("button", name="Сохранить")).to_have_count(0)
    try:
        shop = await windows.page()
        await shop.goto(demo.shop)
        await expect(shop.locator("omni-widget .launcher")).to_have_text("Спросить")
        await expect(shop.locator("omni-widget")).to_have_attribute("left", "")
        narrow = await Desk.at(windows, demo, owner, AT, viewport=PHONE, color_scheme="dark")
        await expect(narrow.page.get_by_label("Название, по-русски")).to_have_value("Чайный клуб")
        await windows.shot(narrow.page, "widget-designer-dark-phone")
        await check_axe(narrow.page, "the designer, dark, on a phone")
    finally:
        async with demo.operator() as operator:
            channels = (await operator.request("GET", "/channels")).json()["items"]
            widget = next(each for each in channels if each["type"] == "widget")
            title = {"ru": "Чайная лавка", "en": "Tea Shop"}
            body = {"theme": {"accent": "#1f7a4d"}, "title": title}
            await operator.request("PATCH", f"/channels/widget/{widget['id']}", json=body)
