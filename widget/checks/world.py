"""What the checks of `browser.py` share: servers, pages, and how to look at them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fake_api import FakeApi, build_app, build_host, serve
from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe says of the host page is the host's; in the frame these concern whole pages only.
NOT_OURS = {"region", "landmark-one-main", "page-has-heading-one"}


class World:
    """One check's servers, browser and output."""

    def __init__(self, browser: Browser, out: Path) -> None:
        self.browser, self.out = browser, out
        self.fake = FakeApi()
        self.api, self._api_server = serve(build_app(self.fake), self.fake)
        self.host, self._host_server = serve(build_host(self.api))
        self.errors: list[str] = []
        self.contexts: list[BrowserContext] = []

    def page(self, **options: Any) -> Page:
        options.setdefault("viewport", {"width": 400, "height": 700})
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        return self.watch(context.new_page())

    def watch(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)
        page.on("request", self._request)
        return page

    def _console(self, message: Any) -> None:
        # Failed requests are what the fault checks provoke.
        provoked = ("Failed to load resource", "WebSocket connection")
        if message.type == "error" and not any(text in message.text for text in provoked):
            self.errors.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.api, self.host, self.api.replace("http", "ws"))):
            self.errors.append(f"third-party request {request.url}")

    def shot(self, page: Page, name: str) -> None:
        page.wait_for_timeout(350)
        page.screenshot(path=self.out / f"{name}.png")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self._api_server.should_exit = self._host_server.should_exit = True


def until(view: Page | Frame, condition: Callable[[], bool], what: str, seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        view.wait_for_timeout(50)  # Not `sleep`: Playwright hears of the browser only while it waits itself.


def chat_frame(page: Page) -> Frame:
    until(page, lambda: any("/widget/demo" in frame.url for frame in page.frames), "the chat's frame")
    return next(frame for frame in page.frames if "/widget/demo" in frame.url)


def texts(view: Page | Frame) -> list[str]:
    return [text.strip() for text in view.locator(".bubble .text").all_inner_texts()]


def say(view: Page | Frame, text: str) -> None:
    view.locator("textarea").fill(text)
    view.locator("textarea").press("Enter")


def shown(view: Page | Frame, *wanted: str) -> None:
    """Exactly these bubbles after the greeting, in this order."""
    try:
        until(view, lambda: texts(view)[1:] == list(wanted), "")
    except AssertionError:
        raise AssertionError(f"wanted {list(wanted)}, shown {texts(view)[1:]}") from None


def check_axe(view: Page | Frame, where: str) -> None:
    # Evaluated, not injected as an element: the page's CSP stays as it is.
    view.evaluate("(source) => { (0, globalThis['ev' + 'al'])(source); }", AXE.read_text())
    run = "(tags) => axe.run(document, {runOnly: tags, iframes: false})"
    found = view.evaluate(run, WCAG)
    bad = [item for item in found["violations"] if item["id"] not in NOT_OURS]
    lines = [f"{item['id']}: {item['help']} {[node['html'][:120] for node in item['nodes']]}" for item in bad]
    assert not lines, f"axe at {where}: {lines}"


def launcher(page: Page) -> Locator:
    return page.locator("omni-widget button")
