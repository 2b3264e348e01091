"""The widget's designer: each change stands in the widget beside it at once, and after saving in the shop."""

from __future__ import annotations

from playwright.async_api import Page, StorageState, expect

from tests.browser.axe import check_axe
from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.windows import PHONE, Windows
from tests.support.widgets import change_widget, png

AT = "/settings/channels/widget"


async def save(page: Page, demo: Demo) -> None:
    """Save, with the password where it is asked for."""
    await page.get_by_role("button", name="Сохранить").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.or_(page.get_by_text("Сохранено", exact=False)).first).to_be_visible()
    if await dialog.is_visible():  # he signed in too long ago for this
        await dialog.get_by_label("Пароль", exact=True).fill(demo.owner.password)
        await dialog.get_by_role("button", name="Продолжить").click()
    await expect(page.get_by_role("button", name="Сохранить")).to_have_count(0)


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
    await save(page, demo)
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


async def test_forms_openings_and_a_logo_made_here_are_what_a_visitor_meets(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, AT)
    page = desk.page
    logo = {"name": "logo.png", "mimeType": "image/png", "buffer": png()}
    await page.locator("input[type=file]").set_input_files([logo])
    await expect(page.frame_locator("iframe.widget-preview").locator("header .mark img")).to_have_count(1)
    form = page.get_by_role("region", name="Форма перед чатом")
    await form.get_by_label("Спрашивать перед диалогом").check()
    await expect(form).to_contain_text("Полей пока нет")
    await form.get_by_role("button", name="Добавить поле").click()
    await form.get_by_label("Подпись, по-русски").fill("Как вас зовут")
    await form.get_by_role("button", name="Добавить поле").click()
    topic = form.get_by_role("group").last
    await topic.get_by_label("Что спросить").select_option("Одно из нескольких")
    await expect(page.locator(".save-bar__text")).to_contain_text("нужна подпись")
    await topic.get_by_label("Подпись, по-русски").fill("О чём вопрос")
    await topic.get_by_label("Вариант 1, по-русски").fill("О чае")
    await topic.get_by_label("Обязательно").check()
    await form.get_by_role("button", name="Выше: О чём вопрос").press("Enter")
    openings = page.get_by_role("region", name="Обращения")
    await openings.get_by_role("button", name="Добавить обращение").click()
    await openings.get_by_label("Слова, по-русски").fill("Подсказать чай?")
    await openings.get_by_label("Секунд на странице").fill("0")
    await windows.shot(page, "widget-designer-openings")
    await form.scroll_into_view_if_needed()
    await windows.shot(page, "widget-designer-forms")
    await check_axe(page, "the designer of forms and openings")
    try:
        await save(page, demo)
        chat = Chat(await windows.page(), demo)
        await chat.page.goto(demo.shop)
        await chat.page.locator("omni-widget").get_by_text("Подсказать чай?").click()
        frame = await chat.frame()
        await expect(frame.locator(".form label").first).to_have_text("О чём вопрос")
        await frame.get_by_label("О чём вопрос").select_option("О чае")
        await frame.get_by_label("Как вас зовут").fill("Мария")
        picture = frame.locator("header .mark img")
        assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 8
        narrow = await Desk.at(windows, demo, owner, AT, viewport=PHONE, color_scheme="dark")
        await narrow.page.get_by_label("Вариант 1, по-русски").scroll_into_view_if_needed()
        await windows.shot(narrow.page, "widget-designer-forms-dark-phone")
        await check_axe(narrow.page, "the designer of forms, dark, on a phone")
    finally:
        async with demo.operator() as operator:
            await change_widget(operator, theme={"accent": "#1f7a4d"}, pre_chat=None, openings=None)
