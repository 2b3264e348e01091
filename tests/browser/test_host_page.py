"""The widget on pages that are not ours to write: their language, their styles, their windows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.windows import Windows

SNIPPET = """(function(w,d,s,o,f,js,fjs){w['OmniSupport']=o;w[o]=w[o]||function(){(w[o].q=w[o].q||[]).push(arguments)};
js=d.createElement(s),fjs=d.getElementsByTagName(s)[0];js.id=o;js.src=f;js.async=1;fjs.parentNode.insertBefore(js,fjs);
}(window,document,'script','omni','HOST/widget/loader.js'));omni('init','SLUG');"""


class Site:
    """Another shop: every address has the same page, with the snippet in it."""

    def __init__(self, windows: Windows, demo: Demo) -> None:
        self._windows, self._demo = windows, demo
        self._html = b""
        self._server: asyncio.Server | None = None

    async def visit(self, *, lang: str = "ru", style: str = "", body: str = "", **options: Any) -> Chat:
        """Come to a page in this language, with these styles and contents; `options` are the browser's."""
        snippet = SNIPPET.replace("HOST", self._demo.api).replace("SLUG", self._demo.owner.slug)
        self._html = (
            f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'><title>Elsewhere</title>"
            "<link rel='icon' href='data:,'>"
            "<meta name='viewport' content='width=device-width, initial-scale=1'>"
            f"<style>{style}</style></head><body>{body}<script>{snippet}</script></body></html>"
        ).encode()
        # A server, not a route of the browser: Chromium lets a page of no address load nothing from loopback.
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        chat = Chat(await self._windows.page(**options), self._demo)
        await self.goto(chat)
        return chat

    async def goto(self, chat: Chat) -> None:
        """Go to the next page."""
        assert self._server is not None
        await chat.page.goto(f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/")
        await expect(chat.launcher).to_have_count(1)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(self._html)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + self._html)
        writer.close()

    async def close(self) -> None:
        """The shop is gone."""
        if self._server is not None:
            self._server.close()


@pytest.fixture
async def site(windows: Windows, demo: Demo) -> AsyncIterator[Site]:
    """A shop that is not ours."""
    site = Site(windows, demo)
    yield site
    await site.close()


@pytest.mark.parametrize(
    ("lang", "preferred", "spoken"), [("en", "ru-RU", "en"), ("ru", "en-GB", "ru"), ("de", "ru-RU", "ru")]
)
async def test_launcher_and_chat_speak_one_language(
    site: Site, lang: str, preferred: str, spoken: str
) -> None:
    words = {
        "en": ("Open chat", "Message", "Tea Shop"),
        "ru": ("Открыть чат", "Сообщение", "Чайная лавка"),
    }
    chat = await site.visit(lang=lang, locale=preferred)
    await expect(chat.launcher).to_have_attribute("aria-label", words[spoken][0])
    await chat.open()
    await expect(chat.field).to_have_accessible_name(words[spoken][1])
    await expect(chat.title).to_have_text(words[spoken][2])


async def test_a_language_chosen_in_the_chat_is_the_launchers_too(site: Site) -> None:
    chat = await site.visit()
    await chat.open()
    await chat.press_tool("EN: switch to English")
    await expect(chat.launcher).to_have_attribute("aria-label", "Close chat")
    await chat.field.press("Escape")
    await expect(chat.launcher).to_have_attribute("aria-label", "Open chat")
    await site.goto(chat)
    await expect(chat.launcher).to_have_attribute("aria-label", "Open chat")
    await chat.open()
    await expect(chat.field).to_have_accessible_name("Message")


async def test_the_launcher_stays_in_its_corner_beside_a_body_that_holds_what_is_fixed(site: Site) -> None:
    style = "body { filter: grayscale(0); transform: translateZ(0) } * { position: static !important }"
    chat = await site.visit(style=style, body="<div style='height: 3000px'>Tea</div>")
    host = chat.page.locator("omni-widget")
    corner = await host.bounding_box()
    assert corner is not None
    size = chat.page.viewport_size
    assert size is not None
    assert (corner["x"] + corner["width"], corner["y"] + corner["height"]) == (
        size["width"] - 20,
        size["height"] - 20,
    )
    await chat.page.evaluate("() => scrollTo(0, 1500)")
    await chat.open()
    assert await host.bounding_box() == corner


@pytest.mark.parametrize("size", [(568, 320), (640, 400), (390, 844)], ids=str)
async def test_the_chat_fills_a_small_window_and_gives_the_page_back(
    site: Site, windows: Windows, size: tuple[int, int]
) -> None:
    width, height = size
    chat = await site.visit(viewport={"width": width, "height": height})
    await chat.open()
    panel = chat.page.locator("omni-widget section")
    await expect(panel).to_have_css("transform", "none")
    assert await panel.bounding_box() == {"x": 0, "y": 0, "width": width, "height": height}
    await expect(panel).to_have_attribute("aria-modal", "true")
    await expect(chat.launcher).to_be_hidden()
    await windows.shot(chat.page, f"small-{width}x{height}")
    await chat.press_tool("Закрыть чат")
    await expect(chat.launcher).to_be_visible()
    assert await chat.page.evaluate("() => document.documentElement.style.overflow") == ""


async def test_where_colours_are_forced_edges_and_focus_are_drawn(site: Site, windows: Windows) -> None:
    clear = re.compile(r"^rgba\(0, 0, 0, 0\)$")
    chat = await site.visit(forced_colors="active", color_scheme="dark")
    await expect(chat.launcher).not_to_have_css("border-top-color", clear)
    await chat.open()
    await expect(chat.page.locator("omni-widget section")).not_to_have_css("outline-color", clear)
    await expect(chat.field).to_be_focused()
    await expect(chat.field.locator("..")).to_have_css("outline-style", "solid")
    await windows.shot(chat.page, "forced-colors")


async def test_what_the_page_tells_of_its_visitor_is_kept_with_him_once_he_has_a_session(
    site: Site, demo: Demo
) -> None:
    name = f"cart.filled.{uuid4().hex[:8]}"
    chat = await site.visit(body=f"<script>window.omni=function(){{(omni.q=omni.q||[]).push(arguments)}};"
        f"omni('track', '{name}', {{items: 3}})</script>")  # fmt: skip
    await chat.open()
    await chat.page.evaluate("name => omni('track', name, {items: 4})", name)
    async with demo.operator() as owner, asyncio.timeout(15):
        while True:
            answer = await owner.request("GET", "/events", params={"name": name})
            events = answer.json()["items"]
            if len(events) == 2:
                break
            await asyncio.sleep(0.1)
    assert sorted(event["data"]["items"] for event in events) == [3, 4]
    assert {event["source"] for event in events} == {"widget"}
    assert len({event["customer_id"] for event in events}) == 1
