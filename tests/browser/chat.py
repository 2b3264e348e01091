"""The widget as a visitor sees it: in a page of the shop, behind the launcher, in its frame."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Frame, FrameLocator, Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.windows import Windows

GREETING = "Здравствуйте! Это «Чайная лавка»."
WATCH = """() => {
  const log = document.querySelector('[role=log]');
  const count = () => log.querySelectorAll('.row.theirs:not(.typing)').length;
  const before = count();
  const times = window.__times = {};
  addEventListener('keydown', (event) => { if (event.key === 'Enter') times.sent ??= performance.now(); }, true);
  new MutationObserver(() => { if (count() > before) times.shown ??= performance.now(); })
    .observe(log, {childList: true, subtree: true});
}"""


@dataclass
class Chat:
    """One page of the shop with its widget."""

    page: Page
    demo: Demo

    @classmethod
    async def visit(cls, windows: Windows, demo: Demo, path: str = "/", **options: Any) -> Chat:
        """Come to the shop as a new visitor; the widget is closed."""
        chat = cls(await windows.page(**options), demo)
        await chat.goto(path)
        return chat

    @classmethod
    async def begin(cls, windows: Windows, demo: Demo, path: str = "/", **options: Any) -> Chat:
        """Come to the shop as a new visitor and open the chat."""
        chat = await cls.visit(windows, demo, path, **options)
        await chat.open()
        return chat

    async def goto(self, path: str = "/") -> None:
        """Go to a page of the shop."""
        await self.page.goto(self.demo.shop + path)
        await expect(self.launcher).to_have_count(1)

    async def open(self) -> None:
        """Press the launcher and wait for the greeting's buttons or the conversation."""
        if await self.launcher.get_attribute("aria-expanded") != "true":
            await self.launcher.click()
        await expect(self.field).to_be_visible()
        await expect(self.bubbles.first).to_be_visible()

    @property
    def launcher(self) -> Locator:
        """The round button in the corner."""
        return self.page.locator("omni-widget button")

    @property
    def badge(self) -> Locator:
        """The number of unread messages on the launcher."""
        return self.page.locator("omni-widget button span")

    @property
    def field(self) -> Locator:
        """Where the visitor writes."""
        return self._frame.get_by_role("textbox")

    @property
    def title(self) -> Locator:
        """Whom the visitor writes to."""
        return self._frame.get_by_role("heading", level=1)

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self._frame.get_by_role("log")

    @property
    def bubbles(self) -> Locator:
        """Every message, the greeting first."""
        return self.log.locator(".bubble .text")

    @property
    def mine(self) -> Locator:
        """What the visitor said."""
        return self.log.locator(".row.mine .bubble .text")

    @property
    def theirs(self) -> Locator:
        """What was said to the visitor."""
        return self.log.locator(".row.theirs:not(.typing) .bubble .text")

    @property
    def buttons(self) -> Locator:
        """The answers that can be pressed now."""
        return self.log.locator("fieldset.buttons").get_by_role("button")

    @property
    def sources(self) -> Locator:
        """What an answer rests on, folded."""
        return self.log.locator("details.sources")

    @property
    def banner(self) -> Locator:
        """What is wrong with the connection."""
        return self._frame.locator(".banner")

    @property
    def typing(self) -> Locator:
        """Who is writing on the other side."""
        return self.log.locator(".typing .sr")

    async def say(self, text: str) -> None:
        """Write and send."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def press(self, label: str) -> None:
        """Press one of the offered answers."""
        await self.buttons.get_by_text(label, exact=True).click()

    async def press_tool(self, label: str) -> None:
        """Press a button of the chat's header."""
        await self._frame.get_by_role("button", name=label).click()

    async def hear(self, words: str | re.Pattern[str]) -> Locator:
        """Wait until the newest thing said to the visitor has these words."""
        await expect(self.theirs.last).to_contain_text(words)
        return self.theirs.last

    async def ask(self, text: str, words: str | re.Pattern[str]) -> Locator:
        """Send and wait for the answer."""
        await self.say(text)
        return await self.hear(words)

    async def texts(self) -> list[str]:
        """Every message as it reads, top to bottom."""
        return [" ".join(text.split()) for text in await self.bubbles.all_inner_texts()]

    async def time_reply(self, text: str) -> float:
        """Seconds from pressing Enter until the reply stands in the log."""
        frame = await self.frame()
        await frame.evaluate(WATCH)
        await self.say(text)
        await frame.wait_for_function("() => window.__times.shown !== undefined")
        times = await frame.evaluate("() => window.__times")
        return float(times["shown"] - times["sent"]) / 1000

    async def introduce(self, name: str) -> None:
        """Let the page of the shop tell who its visitor is."""
        await self.page.evaluate("(name) => omni('identify', {name})", name)

    async def visitor(self) -> dict[str, str]:
        """The headers that speak for this visitor to the api."""
        token = await (await self.frame()).evaluate(
            "(slug) => localStorage.getItem(`omnisupport:${slug}:token`)", self.demo.owner.slug
        )
        return {"Authorization": f"Bearer {token}"}

    async def stored(self) -> dict[str, Any]:
        """The conversation as the api gives it to this visitor: {conversation_id, messages, last_seq}."""
        answer = await self.page.request.get(
            f"{self.demo.api}/api/v1/widget/messages", headers=await self.visitor()
        )
        assert answer.ok, await answer.text()
        page: dict[str, Any] = await answer.json()
        return page

    async def conversation_id(self) -> str:
        """The conversation that this visitor is in."""
        found = (await self.stored())["conversation_id"]
        assert isinstance(found, str)
        return found

    async def frame(self) -> Frame:
        """The chat's own document."""
        handle = await self.page.locator("omni-widget iframe").element_handle()
        found = await handle.content_frame()
        assert found is not None
        return found

    @property
    def _frame(self) -> FrameLocator:
        return self.page.frame_locator("omni-widget iframe")
