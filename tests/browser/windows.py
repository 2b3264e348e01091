"""Browser windows of one test: each in a context of its own, all watched, all photographed on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "artefacts" / "browser"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 20_000
"""Of an expectation: a loaded machine is slow, not broken."""
PROVOKED = ("Failed to load resource", "WebSocket connection", "net::ERR_")
"""What a browser itself writes of a refused request: tests provoke those, offline for one."""


class Windows:
    """Opens contexts and pages, and remembers what went wrong in those it watches."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    async def context(self, *, watched: bool = True, **options: Any) -> BrowserContext:
        """A browser of its own: no cookies and no storage but what `storage_state` brings.

        `watched` is for our own pages: a stranger's, as the Temporal UI's, may complain as they like.
        """
        options = {"locale": "ru-RU", "timezone_id": "Europe/Moscow", "viewport": WIDE} | options
        context = await self._browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        if watched:
            context.on("page", self._watch)
        self._contexts.append(context)
        return context

    async def page(self, **options: Any) -> Page:
        """A page in a context of its own."""
        return await (await self.context(**options)).new_page()

    async def shot(self, page: Page, name: str) -> None:
        """Keep a picture of what is on the screen."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=ARTEFACTS / f"{name}.png", animations="disabled")

    async def close(self, *, failed: str | None = None) -> None:
        """Close every window; `failed` names the test whose windows are worth a last look."""
        pages = [page for context in self._contexts for page in context.pages]
        if failed is not None:
            for number, page in enumerate(pages, 1):
                await self.shot(page, f"failed-{failed}-{number}")
        for context in self._contexts:
            await context.close()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("console", self._read_console)
        page.on("request", self._read_request)

    def _read_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in PROVOKED):
            self.troubles.append(f"console: {message.text}")

    def _read_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            self.troubles.append(f"a request to a third party: {request.url}")
