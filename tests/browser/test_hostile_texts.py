"""What a customer, a bot or a colleague wrote is text, in widget and console: nothing of it runs or loads."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.windows import Windows
from tests.support.operator import Operator
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

ELSEWHERE = "http://elsewhere.test"
HOSTILE = [
    "<script>window.__ran = 1</script>",
    f"<img src={ELSEWHERE}/a.png onerror='window.__ran = 2'>",
    f"![picture]({ELSEWHERE}/b.png)",
    f"![picture][far]\n\n[far]: {ELSEWHERE}/c.png",
    f"[press](javascript:window.__ran=3) [data](data:text/html,<script>window.__ran=4</script>) {ELSEWHERE}/d",
    "[press](JaVaScRiPt:window.__ran=5)",
    "[press](java\tscript:window.__ran=6)",
    "[press](vbscript:window.__ran=7) [x](file:///etc/passwd) [y](blob:null/1)",
    "<svg/onload=window.__ran=8><svg><script>window.__ran=9</script></svg>",
    f"<iframe src='{ELSEWHERE}/e' srcdoc='<script>parent.__ran=10</script>'></iframe>",
    f"<link rel=stylesheet href={ELSEWHERE}/f.css><style>@import '{ELSEWHERE}/g.css'</style>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}/h'><base href='{ELSEWHERE}/'>",
    f"<form action={ELSEWHERE}/i><input autofocus onfocus=window.__ran=11><button>go</button></form>",
    "<details open ontoggle=window.__ran=12><summary>x</summary></details>",
    f"<video autoplay src={ELSEWHERE}/j.mp4 onerror=window.__ran=13></video><audio src={ELSEWHERE}/k>",
    f"<object data={ELSEWHERE}/l></object><embed src={ELSEWHERE}/m>",
    '"><a href="javascript:window.__ran=14" autofocus tabindex=1 onfocus=window.__ran=15>x</a>',
    "</textarea></title></style></script><script>window.__ran=16</script>",
    "{{constructor.constructor('window.__ran=17')()}} ${window.__ran=18} <%= 7*7 %> #{7*7}",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.__ran=19>",
    "<noscript><p title='</noscript><img src=x onerror=window.__ran=20>'>",
    "**<b onclick=window.__ran=21>bold</b>** `<script>window.__ran=22</script>` # <h1>",
    f"https://user:pass@elsewhere.test/\u202egnp.exe {ELSEWHERE}/n?q=<script>window.__ran=23</script>",
    "\u0000<\u200bscript>window.__ran=24</script>\u2028\u2029".replace("\u0000", ""),
]
ASKED = [text for text in HOSTILE if len(text) < 8000]
DRAWN = """(bubbles) => bubbles.flatMap((bubble) => [...bubble.querySelectorAll('*')].map((each) => ({
  tag: each.tagName, href: each.getAttribute('href'), rel: each.getAttribute('rel'),
  on: [...each.attributes].map((a) => a.name).filter((name) => name.startsWith('on') || name === 'src')})))"""
HARMLESS = {"A", "BR", "P", "STRONG", "UL", "OL", "LI", "SPAN", "DIV", "H3", "H4"}


@pytest.fixture(scope="module")
async def tenant(demo: Demo) -> TestTenant:
    """A tenant whose bot says again what a customer says."""
    return await make_tenant(demo.product.settings(), ECHO)


async def watch(page: Page) -> list[str]:
    """What a page asks of others, and the dialogs that it opens, from now on."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if "elsewhere" in request.url else None)
    page.on("dialog", lambda dialog: seen.append(f"dialog {dialog.message}"))
    page.on("popup", lambda popup: seen.append(f"popup {popup.url}"))
    return seen


async def check_drawn(bubbles: Locator, page: Page) -> int:
    """Hold what was drawn of the texts to plain elements and harmless links; how many elements there were."""
    drawn: list[dict[str, Any]] = await bubbles.evaluate_all(DRAWN)
    for each in drawn:
        assert each["tag"] in HARMLESS, each
        assert each["on"] == [], each
        if each["tag"] == "A":
            assert each["href"].startswith(("http://", "https://", "mailto:", "tel:")), each
            assert "noopener" in each["rel"] or "noreferrer" in each["rel"], each
    for frame in page.frames:
        assert await frame.evaluate("() => window.__ran") is None
    return len(drawn)


async def test_hostile_texts_are_shown_and_do_nothing(
    windows: Windows, demo: Demo, tenant: TestTenant
) -> None:
    """24 texts, each said by a customer, a bot and a colleague, drawn by the widget and by the console."""
    async with Visitor(demo.api, tenant.slug) as visitor, Operator(demo.api, tenant) as colleague:
        await visitor.identify(name="<img src=x onerror=window.__ran=30>", email="a@elsewhere.test")
        await visitor.connect()
        for text in ASKED:
            await visitor.ask(text)
        conversation_id = visitor.conversation_id or ""
        await colleague.act(conversation_id, "take-over")
        for text in ASKED:
            await colleague.reply(conversation_id, text)
        for text in ASKED[:6]:
            await colleague.reply(conversation_id, text, note=True)

        page = await windows.page()
        asked = await watch(page)
        stored = f"localStorage.setItem('omnisupport:{tenant.slug}:token', '{visitor.token}')"
        await page.add_init_script(stored)
        await page.goto(f"{demo.api}/widget/{tenant.slug}")
        bubbles = page.locator("[role=log] .bubble .text")
        await expect(bubbles.nth(3 * len(ASKED) - 1)).to_be_attached()
        assert await check_drawn(bubbles, page) > 0

        desk = await windows.page()
        asked += await watch(desk)
        await desk.goto(f"{demo.api}/")
        await desk.get_by_label("Почта").fill(tenant.email)
        await desk.get_by_label("Пароль", exact=True).fill(tenant.password)
        await desk.get_by_role("button", name="Войти").click()
        await expect(desk.get_by_role("navigation", name="Разделы")).to_be_visible()
        await desk.goto(f"{demo.api}/inbox/{conversation_id}?view=all")
        drawn = desk.locator("article .bubble, article.note")
        await expect(drawn.last).to_be_visible()
        await drawn.last.hover()
        read: set[str] = set()
        for _ in range(40):  # what is far from sight is not drawn
            await check_drawn(desk.locator(".rich-text"), desk)
            read |= set(await desk.locator(".rich-text").all_inner_texts())
            await desk.mouse.wheel(0, -500)
        assert len(read) >= 20
        assert asked == []


def test_the_table_is_long_enough() -> None:
    assert len(set(HOSTILE)) >= 20
