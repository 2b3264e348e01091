"""The simulator of `omni dev`: one is the customer of any channel, and the product answers by its real adapters."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.axe import check_axe
from tests.browser.demo import Demo
from tests.browser.windows import Windows

CONNECTED_MS = 60_000


def simulator_of(demo: Demo) -> str:
    """Where it is."""
    return str(demo.product.ready["urls"]["simulator"])


async def open_channel(page: Page, name: str) -> None:
    """Connect one and open its conversation, once it is listed."""
    await page.get_by_role("button", name=f"Подключить: {name}", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("Канал подключается")
    link = page.get_by_role("navigation").get_by_role("link", name=name).last
    for _ in range(CONNECTED_MS // 1000):
        if await link.count():
            break
        await page.wait_for_timeout(1000)
        await page.goto(page.url.replace("/connect", "/") + "?lang=ru")
    await link.click()
    await expect(page.get_by_role("heading", name="Переписка")).to_be_visible()


async def say(page: Page, text: str) -> None:
    """Write as the customer."""
    await page.get_by_label("Сообщение").fill(text)
    await page.get_by_role("button", name="Отправить").click()


async def test_a_customer_of_telegram_asks_presses_and_is_failed(demo: Demo, windows: Windows) -> None:
    page = await windows.page()
    await page.goto(f"{simulator_of(demo)}?lang=ru")
    await check_axe(page, "the simulator without a channel")
    await open_channel(page, "Telegram")
    log = page.get_by_role("log")
    await say(page, "Где мой заказ AB-123459?")
    await expect(log).to_contain_text("Заказ AB-123459 доставлен")
    await log.get_by_role("button", name="Спасибо, всё").click()
    await expect(log).to_contain_text("Хорошего дня!")
    await expect(log.get_by_role("listitem").filter(has_text="Спасибо, всё").last).to_contain_text(
        "доставлено"
    )
    await check_axe(page, "the simulator with a conversation, ru")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="Conversation: Telegram")).to_be_visible()
    await check_axe(page, "the simulator with a conversation, en")
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 390, "height": 800})
    await check_axe(page, "the simulator, dark and narrow")
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert wide is False


async def test_it_is_used_by_keyboard_and_a_provider_can_be_made_to_fail(
    demo: Demo, windows: Windows
) -> None:
    page = await windows.page()
    await page.goto(f"{simulator_of(demo)}?lang=ru")
    await open_channel(page, "SMS (Twilio)")
    await page.get_by_label("Как ведёт себя провайдер").select_option("blocked")
    await page.get_by_role("button", name="Применить").click()
    await page.get_by_label("Сообщение").focus()
    await page.keyboard.type("Где мой заказ?")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Где мой заказ?")
    async with demo.operator() as owner:
        for _ in range(60):
            failed = (await owner.request("GET", "/deliveries")).json()["items"]
            if any(each["code"] == "recipient_gone" for each in failed):
                break
            await page.wait_for_timeout(500)
        # Other tests share this tenant: what has not arrived of theirs is listed here too.
        blocked = [each for each in failed if each["code"] == "recipient_gone"]
        assert [each["message"]["text"][:8] for each in blocked] == ["Пришлите"]
    await page.get_by_label("Как ведёт себя провайдер").select_option("well")
    await page.get_by_role("button", name="Применить").click()
