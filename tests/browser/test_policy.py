"""Our pages under their own policy: nothing of theirs is refused, and what is planted does not run."""

from __future__ import annotations

import re

from playwright.async_api import Page, StorageState, expect

from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.test_host_page import Site, site  # noqa: F401 - a fixture
from tests.browser.windows import Windows

NOTE = """
  window.__refused = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    window.__refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
PLANTED = """() => {
  const script = document.createElement('script');
  try { script.textContent = 'window.__ran = true'; } catch {}
  document.head.append(script);
  try { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.__ran = true">'); } catch {}
  return new Promise((done) => setTimeout(() => done(window.__ran === true), 300));
}"""

FRAME = """(url) => {
  const frame = document.createElement('iframe');
  frame.src = url;
  frame.id = 'framed';
  document.body.append(frame);
}"""


async def refused(page: Page) -> list[str]:
    """What the policy has refused in a page."""
    found: list[str] = await page.evaluate("() => window.__refused")
    return found


async def test_the_console_and_the_reference_live_under_their_policy(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner)
    await desk.page.add_init_script(NOTE)
    for path in ("/inbox?view=all", "/kit", "/docs"):
        await desk.page.goto(f"{demo.api}{path}")
        await expect(desk.page.locator("main")).to_be_visible()
        await desk.page.wait_for_load_state("networkidle")
        assert await refused(desk.page) == [], path


async def test_the_chat_lives_under_its_policy_inside_a_foreign_page(
    site: Site,  # noqa: F811
    windows: Windows,
    demo: Demo,
) -> None:
    chat = await site.visit()
    await chat.open()
    await chat.ask("сколько стоит доставка?", "290 ₽")
    assert windows.troubles == []


async def test_a_planted_script_does_not_run(windows: Windows, demo: Demo) -> None:
    context = await windows.context(watched=False)
    page = await context.new_page()
    await page.add_init_script(NOTE)
    for path in ("/", f"/widget/{demo.owner.slug}", "/docs"):
        await page.goto(f"{demo.api}{path}")
        await expect(page.locator("body")).to_contain_text(re.compile(r"\S"))
        assert await page.evaluate(PLANTED) is False, path
        assert await refused(page) != [], path


async def test_a_foreign_page_cannot_frame_the_console(windows: Windows, demo: Demo, site: Site) -> None:  # noqa: F811
    context = await windows.context(watched=False)
    page = await context.new_page()
    chat = await site.visit()
    address = chat.page.url
    await page.goto(address)
    await page.evaluate(FRAME, f"{demo.api}/")
    frame = page.frame_locator("#framed")
    await page.wait_for_timeout(1000)
    assert await frame.locator("#root").count() == 0
