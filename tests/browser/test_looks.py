"""How everything looks: both languages, light and dark, wide and on a phone; each picture is kept, axe is content."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
import pytest
from playwright.async_api import Page, StorageState, expect

from tests.browser.axe import check_axe
from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.windows import PHONE, WIDE, Windows
from tests.support.visitor import Visitor

QUESTION = {"ru": "сколько стоит доставка?", "en": "How much is delivery?"}
JOINED = {"ru": "Ольга подключается к диалогу", "en": "Ольга joined the conversation"}
VISITOR = "Мария Чайкина"
ACCENT = "rgb(31, 122, 77)"
"""Of the demo tenant; the shop's own style has an `--accent`, too."""
SIDEWAYS = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
DOWNWARDS = "() => document.scrollingElement.scrollHeight - document.scrollingElement.clientHeight"


Locale = Literal["ru", "en"]
Scheme = Literal["light", "dark"]
Size = Literal["wide", "phone"]
LOCALES: tuple[Locale, ...] = ("ru", "en")
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES: tuple[Size, ...] = ("wide", "phone")


@dataclass(frozen=True)
class Look:
    """One way to look at the product."""

    locale: Locale
    scheme: Scheme
    size: Size

    @property
    def is_audited(self) -> bool:
        """Each scheme at each size once, the languages taking turns: the rules look at colours and structure."""
        return (self.locale == "ru") == (self.scheme == "light")

    def __str__(self) -> str:
        return f"{self.locale}-{self.scheme}-{self.size}"

    @property
    def options(self) -> dict[str, Any]:
        """Of a browser context."""
        device: dict[str, Any] = {"viewport": WIDE}
        if self.size == "phone":
            device = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
        language = {"ru": "ru-RU", "en": "en-GB"}[self.locale]
        return {"locale": language, "color_scheme": self.scheme, "reduced_motion": "reduce", **device}


CHOOSE_LANGUAGE = """try {
  localStorage.setItem('omni.console.prefs', JSON.stringify({locale: 'LOCALE'}));
} catch {} // about:blank has no storage"""
LOOKS = [Look(locale, scheme, size) for locale in LOCALES for scheme in SCHEMES for size in SIZES]
BOTH_SIZES = [LOOKS[at : at + len(SIZES)] for at in range(0, len(LOOKS), len(SIZES))]
AUDITED = [looks for looks in BOTH_SIZES if looks[0].is_audited]


async def see_at_once(looks: list[Look], see: Callable[[Look], Coroutine[Any, Any, None]]) -> None:
    """Two windows side by side: while one waits for its answer, the other draws."""
    async with asyncio.TaskGroup() as group:
        for look in looks:
            group.create_task(see(look))


def name_of(looks: list[Look]) -> str:
    return f"{looks[0].locale}-{looks[0].scheme}"


@pytest.fixture(scope="session")
async def story(demo: Demo) -> str:
    """A conversation that has everything in it: buttons, an answer with its source, events, a note, an operator."""
    async with Visitor(demo.api, demo.owner.slug, locale="ru") as visitor, demo.operator() as operator:
        await visitor.connect()
        async with httpx2.AsyncClient(base_url=demo.api, headers=visitor.headers) as client:
            said = await client.post(
                "/api/v1/widget/identify", json={"name": VISITOR, "email": "m@tea.example"}
            )
            assert said.status_code == 204, said.text
        await visitor.ask(QUESTION["ru"])
        await visitor.ask("где мой заказ AB-123456", count=2)
        await visitor.ask("Позовите оператора", count=1)
        conversation_id = visitor.conversation_id or ""
        await operator.act(conversation_id, "take-over")
        await operator.reply(conversation_id, "Здравствуйте, Мария! Посылка уже в вашем городе.")
        await operator.reply(conversation_id, "проверить партию у курьера", note=True)
        await visitor.send("Спасибо! А можно доставить после 18:00?")
        return conversation_id


async def check_page(page: Page, where: str, look: Look) -> None:
    """What holds on every page: nothing sticks out sideways, and axe finds nothing."""
    assert await page.evaluate(SIDEWAYS) <= 0, f"{where}, {look}: the page scrolls sideways"
    if look.is_audited:
        await check_axe(page, f"{where}, {look}")


async def look_at_the_widget(windows: Windows, demo: Demo, look: Look) -> None:
    context = await windows.context(**look.options)
    chat = Chat(await context.new_page(), demo)
    await chat.goto("/" if look.locale == "ru" else "/en/")
    await expect(chat.launcher).to_have_css("background-color", ACCENT)
    await windows.shot(chat.page, f"shop-{look}")
    await chat.open()
    await expect(chat.launcher).to_have_css("background-color", ACCENT)
    await windows.shot(chat.page, f"widget-greeting-{look}")
    await chat.ask(QUESTION[look.locale], "290")
    await chat.sources.locator("summary").click()
    await expect(chat.sources.get_by_role("link")).to_be_in_viewport()
    await windows.shot(chat.page, f"widget-answer-{look}")
    await check_page(chat.page, "the widget in the shop", look)
    assert await (await chat.frame()).evaluate(DOWNWARDS) <= 0, "only the log scrolls in the chat"
    alone = await context.new_page()
    await alone.goto(f"{demo.api}/widget/{demo.owner.slug}")
    await expect(alone.locator(".row.theirs .text").last).to_contain_text("290")
    await windows.shot(alone, f"widget-page-{look}")
    await check_page(alone, "the widget's own page", look)


async def look_at_the_console(
    windows: Windows, demo: Demo, owner: StorageState, story: str, look: Look
) -> None:
    context = await windows.context(**look.options)
    desk = Desk(await context.new_page(), demo)
    await desk.page.goto(f"{demo.api}/")
    await expect(desk.page.get_by_role("textbox").first).to_be_focused()
    await windows.shot(desk.page, f"console-sign-in-{look}")
    await check_page(desk.page, "the sign-in page", look)

    await context.add_cookies(owner["cookies"])  # type: ignore[arg-type] # what it has given, it takes
    await context.add_init_script(script=CHOOSE_LANGUAGE.replace("LOCALE", look.locale))
    await desk.page.goto(f"{demo.api}/inbox?view=all")
    await expect(desk.row(story)).to_be_visible()
    await windows.shot(desk.page, f"console-inbox-{look}")
    await check_page(desk.page, "the inbox", look)
    await desk.open(story)
    await expect(desk.messages.last).to_contain_text("18:00")
    await expect(desk.messages.last).to_be_in_viewport()
    await expect(desk.notes).not_to_have_count(0)
    await expect(desk.events.last).to_contain_text(JOINED[look.locale])
    await windows.shot(desk.page, f"console-conversation-{look}")
    await check_page(desk.page, "an open conversation", look)


async def look_at_the_kit(windows: Windows, demo: Demo, look: Look) -> None:
    page = await windows.page(**look.options)
    await page.goto(f"{demo.api}/console/_kit")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.locator(".kit")).to_have_js_property("scrollTop", 0)
    assert await page.evaluate(DOWNWARDS) <= 0, "blank pages below the kit"
    await check_page(page, "the kit", look)
    # The kit scrolls in a box of its own, so the window is made as high as the box.
    height = await page.locator(".kit").evaluate("(kit) => kit.scrollHeight")
    await page.set_viewport_size({"width": look.options["viewport"]["width"], "height": height})
    await windows.shot(page, f"kit-{look}")


@pytest.mark.parametrize("looks", BOTH_SIZES, ids=name_of)
async def test_the_widget_in_the_shop_and_on_its_own_page(
    windows: Windows, demo: Demo, looks: list[Look]
) -> None:
    await see_at_once(looks, lambda look: look_at_the_widget(windows, demo, look))


@pytest.mark.parametrize("size", [(640, 400), (360, 225)], ids=str)
async def test_at_400_percent_the_console_scrolls_instead_of_squeezing(
    windows: Windows, demo: Demo, owner: StorageState, story: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    desk = await Desk.at(windows, demo, owner, f"/inbox/{story}?view=all", viewport=viewport)
    await expect(desk.messages.last).to_be_visible()
    assert await desk.page.locator(".thread__scroll").evaluate("(box) => box.clientHeight") > 120
    assert await desk.page.evaluate(SIDEWAYS) <= 0
    await desk.composer.scroll_into_view_if_needed()
    await expect(desk.composer).to_be_in_viewport()
    await windows.shot(desk.page, f"console-{size[0]}x{size[1]}")


@pytest.mark.parametrize("looks", BOTH_SIZES, ids=name_of)
async def test_the_console(
    windows: Windows, demo: Demo, owner: StorageState, story: str, looks: list[Look]
) -> None:
    await see_at_once(looks, lambda look: look_at_the_console(windows, demo, owner, story, look))


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_the_kit(windows: Windows, demo: Demo, looks: list[Look]) -> None:
    await see_at_once(looks, lambda look: look_at_the_kit(windows, demo, look))
