"""Pages one after the other in one look: each is kept as a picture, fits its window, and axe is content with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.async_api import StorageState, expect

from tests.browser.demo import Demo
from tests.browser.test_looks import CHOOSE_LANGUAGE, Look, check_page
from tests.browser.windows import Windows

OVERFLOWS = (
    "() => [...document.querySelectorAll('.page')].some((page) => page.scrollWidth > page.clientWidth)"
)
UNFOLD = "() => [...document.querySelectorAll('main details')].slice(0, 3).forEach((fold) => { fold.open = true; })"


async def see_pages(
    windows: Windows, demo: Demo, pages: Mapping[str, str], look: Look, who: StorageState | None = None
) -> None:
    """See pages, paths by name, as `who` is signed in; a person's own language is the look's."""
    options: dict[str, Any] = look.options if who is None else look.options | {"storage_state": who}
    context = await windows.context(**options)
    if who is not None:
        await context.add_init_script(script=CHOOSE_LANGUAGE.replace("LOCALE", look.locale))
    page = await context.new_page()
    for name, path in pages.items():
        await page.goto(demo.api + path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator("main .skeleton, [aria-busy='true']")).to_have_count(0)
        assert await page.locator("html").get_attribute("lang") == look.locale
        await page.evaluate(UNFOLD)
        await windows.shot(page, f"{name}-{look}")
        await check_page(page, name, look)
        assert not await page.evaluate(OVERFLOWS), f"{name}, {look}: something sticks out of the page"
        assert "token" not in page.url
