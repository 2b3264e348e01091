"""What an operator sees before he types into a channel that has limits and a window, and a template on its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import StorageState, expect

from omnisupport.domain.template import Template
from omnisupport.storage.queries.template_sync import TemplateSync
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation
from tests.browser.axe import check_axe
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.windows import PHONE, Windows
from tests.support.written import written

READY = Template(
    name="order_ready",
    language="ru",
    status="approved",
    category="utility",
    text="Здравствуйте, {{1}}! Заказ {{2}} готов.",
    holes=("1", "2"),
    header="text",
    header_text="Чайная лавка",
    footer="Отвечать не нужно",
    buttons=("Спасибо",),
    provider_id="5",
    sent_as="order_ready",
)
LATE = timedelta(hours=30)


async def planted(demo: Demo, type: str, *, ago: timedelta = timedelta(hours=1)) -> str:
    """A conversation on a channel, whose customer wrote so long ago."""
    provider = {"whatsapp": "meta", "sms": "twilio"}.get(type)
    at = datetime.now(UTC) - ago
    found = await written(
        demo.product.settings(), demo.owner, type, provider=provider, last_in_at=at, text="Где мой заказ?"
    )
    return str(found)


async def with_templates(demo: Demo, conversation_id: str, *templates: Template) -> None:
    """Templates of the conversation's channel, as its provider would have listed them."""
    database = Database(demo.product.settings().database_url or "", pool_size=1)
    try:
        async with database.session(demo.owner.id) as session:
            row = await session.get_one(Conversation, (demo.owner.id, conversation_id))
        await TemplateSync(database).keep(demo.owner.id, row.channel_id, templates)
    finally:
        await database.close()


async def test_the_end_of_a_window_stands_above_the_field_and_a_preview_beside_it(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    here = await planted(demo, "whatsapp")
    desk = await Desk.at(windows, demo, owner, f"/inbox/{here}?view=all")
    await expect(desk.thread.get_by_text("Свободный текст принимается до")).to_be_visible()
    await expect(desk.thread.get_by_test_id("window-left")).to_contain_text("ч")
    await desk.composer.fill("Ваш заказ *готов*")
    await desk.page.get_by_role("button", name="Показать, как увидит клиент").click()
    preview = desk.page.get_by_role("dialog", name="В канале «WhatsApp»")
    await expect(preview.locator("strong", has_text="готов")).to_be_visible()
    frame, bubble = await preview.bounding_box(), await preview.locator(".shown__bubble").bounding_box()
    assert frame and bubble and bubble["x"] + bubble["width"] <= frame["x"] + frame["width"]
    await windows.shot(desk.page, "reply-preview")
    await check_axe(desk.page, "a reply with its preview")


async def test_sms_is_counted_in_its_parts_on_a_dark_phone(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    here = await planted(demo, "sms")
    phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
    desk = await Desk.at(windows, demo, owner, f"/inbox/{here}?view=all", **phone)
    await desk.composer.fill("я" * 71)
    await expect(desk.thread.get_by_text("2 СМС")).to_be_visible()
    await windows.shot(desk.page, "reply-sms-phone")
    await check_axe(desk.page, "an SMS on a dark phone")


async def test_a_template_is_found_filled_and_sent_by_keyboard_once_the_window_is_closed(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    here = await planted(demo, "whatsapp", ago=LATE)
    await with_templates(demo, here, READY)
    desk = await Desk.at(windows, demo, owner, f"/inbox/{here}?view=all")
    await expect(desk.thread.get_by_text("только одобренные шаблоны")).to_be_visible()
    await expect(desk.composer).to_have_count(0)
    await windows.shot(desk.page, "reply-template-only")
    await check_axe(desk.page, "a closed window")

    await desk.thread.get_by_role("button", name="Выбрать шаблон").focus()
    await desk.page.keyboard.press("Enter")
    dialog = desk.page.get_by_role("dialog")
    await expect(dialog.get_by_label("Поиск по названию или тексту")).to_be_focused()
    await desk.page.keyboard.type("заказ")
    one = dialog.get_by_role("button", name="order_ready")
    await expect(one).to_be_visible()
    await windows.shot(desk.page, "reply-templates")
    await check_axe(desk.page, "the list of templates")
    await one.focus()
    await desk.page.keyboard.press("Enter")
    await expect(dialog.get_by_label("Значение для 1")).to_be_focused()
    await desk.page.keyboard.type("Анна")
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.type("№7")
    await expect(dialog.get_by_text("Отвечать не нужно")).to_be_visible()
    await expect(dialog.get_by_text("Здравствуйте, Анна! Заказ №7 готов.")).to_be_visible()
    await windows.shot(desk.page, "reply-template-filled")
    await check_axe(desk.page, "a template that is filled in")
    await desk.page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(desk.messages.filter(has_text="Здравствуйте, Анна! Заказ №7 готов.")).to_be_visible()
