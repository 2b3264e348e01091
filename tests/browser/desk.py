"""The console as an operator sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, Response, StorageState, expect

from tests.browser.demo import Demo
from tests.browser.windows import Windows


@dataclass
class Desk:
    """One page of the console."""

    page: Page
    demo: Demo

    @classmethod
    async def at(
        cls, windows: Windows, demo: Demo, state: StorageState, path: str = "/inbox?view=all", **options: Any
    ) -> Desk:
        """Somebody who has signed in before comes back to work."""
        desk = cls(await windows.page(storage_state=state, **options), demo)
        await desk.page.goto(demo.api + path)
        await expect(desk.page.get_by_role("main")).to_be_visible()
        return desk

    async def sign_in(self, email: str) -> None:
        """Sign in by the form."""
        await self.page.goto(f"{self.demo.api}/")
        await self.page.get_by_label("Почта").fill(email)
        await self.page.get_by_label("Пароль", exact=True).fill(self.demo.owner.password)
        await self.page.get_by_role("button", name="Войти").click()
        await expect(self.page.get_by_role("navigation", name="Разделы")).to_be_visible()

    async def go_to(self, view: str) -> None:
        """Open one of the lists by its name."""
        await (
            self.page.get_by_role("navigation", name="Разделы")
            .get_by_role("link", name=re.compile(f"^{view}"))
            .click()
        )
        await expect(self.list_of(view)).to_be_visible()

    def list_of(self, view: str) -> Locator:
        """A list by its name, when it is the one shown."""
        return self.page.get_by_role("region", name=f"Диалоги: {view}")

    def row(self, conversation_id: str) -> Locator:
        """A conversation's line in the list."""
        return self.page.locator(f"a[data-conversation='{conversation_id}']")

    async def open(self, conversation_id: str) -> None:
        """Open a conversation from the list."""
        await self.row(conversation_id).click()
        await expect(self.thread).to_be_visible()

    @property
    def thread(self) -> Locator:
        """The open conversation: head, messages, composer."""
        return self.page.get_by_role("region", name=re.compile("^(Диалог: |Conversation with )")).filter(
            has=self.page.locator(".composer-area")
        )

    @property
    def messages(self) -> Locator:
        """What customer, bot and operators said; no notes, no events, nothing that is on its way."""
        return self.thread.locator("article.message[data-seq] .bubble")

    @property
    def notes(self) -> Locator:
        """What only the team sees."""
        return self.thread.locator("article.note:not(.note--pending)")

    @property
    def events(self) -> Locator:
        """Takeovers, hand-backs and other turns of the story."""
        return self.thread.locator(".event")

    @property
    def head(self) -> Locator:
        """Name, state and actions of the open conversation."""
        return self.thread.locator("header.thread-head")

    @property
    def composer(self) -> Locator:
        """Where a reply or a note is written."""
        return self.thread.get_by_role("textbox")

    @property
    def held(self) -> Locator:
        """Texts that could not be sent yet."""
        return self.page.get_by_test_id("held-texts")

    @property
    def typing(self) -> Locator:
        """Who is writing."""
        return self.thread.locator(".typing-line")

    async def reply(self, text: str) -> None:
        """Write to the customer and send."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def join(self) -> None:
        """Write into a conversation that a colleague holds."""
        await self.thread.get_by_role("button", name="Всё равно ответить").click()
        await expect(self.composer).to_be_focused()

    async def press(self, key: str) -> None:
        """Press a shortcut outside of every field."""
        await self.page.keyboard.press("Escape")
        await self.page.keyboard.press(key)

    async def act(self, key: str, action: str) -> None:
        """Press a shortcut that acts on the open conversation, and wait until the server has done it."""
        async with self.page.expect_response(re.compile(rf"/{action}$")) as answer:
            await self.press(key)
        await self._settle(await answer.value)

    async def _settle(self, answer: Response) -> None:
        assert answer.ok, await answer.text()
        # Until the page has read the answer it takes no other action on this conversation.
        await self.page.evaluate("() => new Promise((go) => requestIdleCallback(go))")
