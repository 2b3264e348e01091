"""The whole way without a mouse: a visitor's conversation, an operator's work."""

from __future__ import annotations

from playwright.async_api import Frame, Locator, Page, expect

from tests.browser.chat import GREETING, Chat
from tests.browser.demo import SECOND_OPERATOR, Demo
from tests.browser.desk import Desk
from tests.browser.windows import Windows

MANY = 40
"""More presses of Tab than any of our pages has places to stop at."""


async def tab_to(page: Page, target: Locator, *, key: str = "Tab") -> None:
    """Press a key until the focus is there."""
    for _ in range(MANY):
        if await target.evaluate("(element) => element.matches(':focus')"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{key} never reached {target}")


async def focus_is_drawn(view: Frame | Page) -> bool:
    """Whether the focused control differs from what it looks like without focus."""
    return bool(
        await view.evaluate(
            """() => {
              const element = document.activeElement;
              const look = () => {
                const style = getComputedStyle(element), around = getComputedStyle(element.parentElement);
                return [style.outline, style.boxShadow, style.border, style.background, around.outline,
                  around.boxShadow, around.border].join();
              };
              const before = look();
              element.blur();
              const after = look();
              element.focus({focusVisible: true});
              return before !== after;
            }"""
        )
    )


async def test_a_visitor_talks_by_keyboard_alone(windows: Windows, demo: Demo) -> None:
    chat = await Chat.visit(windows, demo, "/help", reduced_motion="reduce")
    keyboard = chat.page.keyboard
    # The launcher is the last stop of the page, so backwards it is the first.
    await tab_to(chat.page, chat.launcher, key="Shift+Tab")
    await keyboard.press("Enter")
    await expect(chat.field).to_be_focused()
    await chat.hear(GREETING)
    await tab_to(chat.page, chat.buttons.get_by_text("Подобрать чай"), key="Shift+Tab")
    assert await focus_is_drawn(await chat.frame())
    await windows.shot(chat.page, "keyboard-button")
    await keyboard.press("Enter")
    await chat.hear("Какой чай вам ближе?")

    await tab_to(chat.page, chat.field)
    assert await focus_is_drawn(await chat.frame())
    await keyboard.type("сколько стоит доставка?")
    await keyboard.press("Enter")
    await expect(chat.sources).to_have_count(1)
    await expect(chat.field).to_be_focused()
    summary = chat.sources.locator("summary")
    await tab_to(chat.page, summary, key="Shift+Tab")
    await keyboard.press("Enter")
    await expect(chat.sources.locator("blockquote")).to_be_visible()
    await tab_to(chat.page, chat.sources.get_by_role("link"))
    assert await chat.sources.get_by_role("link").get_attribute("href") == f"{demo.shop}/help/delivery"

    await keyboard.press("Escape")
    await expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    await expect(chat.launcher).to_be_focused()


async def test_an_operator_works_by_keyboard_alone(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.introduce("Вера Клавишина")
    await chat.ask("Позовите оператора", "Зову оператора")
    conversation_id = await chat.conversation_id()

    page = await windows.page()
    desk, keyboard = Desk(page, demo), page.keyboard
    await page.goto(f"{demo.api}/")
    await expect(page.get_by_label("Почта")).to_be_focused()
    await keyboard.type(SECOND_OPERATOR)
    await keyboard.press("Tab")
    await keyboard.type(demo.owner.password)
    await keyboard.press("Enter")
    await expect(page.get_by_role("navigation", name="Разделы")).to_be_visible()

    await keyboard.press("2")
    await expect(desk.list_of("Без оператора")).to_be_visible()
    await expect(desk.row(conversation_id)).to_be_visible()
    for _ in range(MANY):
        await keyboard.press("j")
        await expect(desk.thread).to_be_visible()
        if conversation_id in page.url:
            break
    await expect(desk.head).to_contain_text("Вера Клавишина")

    await desk.act("Shift+A", "assign")
    await expect(desk.head).to_contain_text("Анна")
    await keyboard.press("r")
    await expect(desk.composer).to_be_focused()
    assert await focus_is_drawn(page)
    await keyboard.type("Здравствуйте, Вера")
    await keyboard.press("Enter")
    await chat.hear("Здравствуйте, Вера")
    await keyboard.press("Escape")
    await keyboard.press("n")
    await keyboard.type("вежливая")
    await keyboard.press("Enter")
    await expect(desk.notes).to_contain_text(["вежливая"])
    await keyboard.press("Escape")

    await keyboard.press("h")
    await expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    await keyboard.type("поздоровались")
    await keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(desk.head).not_to_contain_text("Анна")
    await desk.act("t", "take-over")
    await expect(desk.head).to_contain_text("Анна")
    await desk.act("e", "resolve")
    await expect(desk.head).to_contain_text("Завершён")
    await keyboard.press("Shift+Slash")
    await expect(page.get_by_role("dialog", name="Горячие клавиши")).to_be_visible()
    await windows.shot(page, "keyboard-help")
    await keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
