"""The widget in Chromium: the mock's screens, axe, the loader on a hostile host, faults of server and network.

    python widget/checks/browser.py [FOLDER]     (after `npm run build -w widget`)

Prints a line a check, leaves screenshots in FOLDER (default `artefacts/widget`), exits 1 when one fails.
"""

from __future__ import annotations

import shutil
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright
from world import FLAGS, ROOT, World, chat_frame, check_axe, launcher, say, shown, texts, until

# ---- Mock -------------------------------------------------------------------------------------------------


def play_mock(world: World, name: str, locale: str, **options: Any) -> None:
    russian = locale == "ru"
    page = world.page(device_scale_factor=2, bypass_csp=True, **options)
    page.goto(f"{world.api}/widget/demo?mock=true&locale={locale}")
    expect(page.locator(".buttons button")).to_have_count(3)
    world.shot(page, f"mock-{name}-1-greeting")
    page.locator(".buttons button").first.click()
    page.locator(".sources summary").click()
    world.shot(page, f"mock-{name}-2-answer")
    check_axe(page, f"{name}, an answer with its source")
    say(page, "Почему error при оплате?" if russian else "Why an error in payment?")
    page.locator(".delivery").wait_for()
    world.shot(page, f"mock-{name}-3-retry")
    check_axe(page, f"{name}, a message that is tried again")
    page.locator(".sources").nth(1).wait_for(timeout=10_000)
    say(page, "Позовите оператора" if russian else "I want a person")
    page.locator(".typing .avatar.operator").wait_for(timeout=10_000)
    world.shot(page, f"mock-{name}-4-handoff")
    page.locator(".bubble .text").nth(7).wait_for(timeout=10_000)
    page.locator("textarea").fill("ы" * 8003)
    world.shot(page, f"mock-{name}-5-too-long")
    check_axe(page, f"{name}, an operator and a text too long")
    assert not [line for line in world.fake.requests if "/api/" in line], "the mock asked the server"


def mock_light(world: World) -> None:
    play_mock(world, "light", "ru")


def mock_dark(world: World) -> None:
    play_mock(world, "dark", "en", color_scheme="dark")


def mock_phone(world: World) -> None:
    phone = {"width": 390, "height": 844}
    play_mock(world, "phone", "ru", viewport=phone, is_mobile=True, has_touch=True)


def mock_keyboard_only(world: World) -> None:
    page = world.page(reduced_motion="reduce")
    page.goto(f"{world.api}/widget/demo?mock=true&locale=en")
    page.locator(".buttons button").first.wait_for()
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".buttons button").first).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".sources summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sources blockquote")).to_be_visible()
    moving = page.evaluate("() => document.getAnimations().length")
    assert moving == 0, f"{moving} animations although motion is reduced"


# ---- Loader -----------------------------------------------------------------------------------------------


def wide(world: World, **options: Any) -> Page:
    return world.page(viewport={"width": 1100, "height": 820}, locale="ru-RU", **options)


def loader_starts_late_and_creates_nothing(world: World) -> None:
    page = wide(world)
    page.goto(world.host)
    expect(launcher(page)).to_have_count(1)
    page.wait_for_timeout(300)
    assert not [line for line in world.fake.requests if "demo" in line], "the frame started by itself"
    launcher(page).hover()
    chat_frame(page)
    page.wait_for_timeout(400)
    assert not [line for line in world.fake.requests if "sessions" in line], "a hover began a session"
    launcher(page).click()
    frame = chat_frame(page)
    expect(frame.locator(".buttons button")).to_have_count(2)
    expect(frame.locator("textarea")).to_be_focused()
    assert world.fake.visitor.conversation is None
    world.shot(page, "host-open")
    check_axe(page, "the host page with the widget open")
    frame.locator("textarea").press("Escape")
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    expect(launcher(page)).to_be_focused()
    world.shot(page, "host-closed")


def loader_commands_and_events(world: World) -> None:
    page = wide(world)
    page.goto(world.host)
    page.evaluate("() => { omni('identify', {name: ' Иван ', email: 5, phone: '+7'}); omni('open'); }")
    frame = chat_frame(page)
    say(frame, "привет")
    shown(frame, "привет", "Ответ: привет")
    until(page, lambda: world.fake.visitor.identity == {"name": "Иван", "phone": "+7"}, "identify")
    page.evaluate("() => omni('setLocale', 'en')")
    expect(frame.locator("h1")).to_have_text("Tea House")
    expect(launcher(page)).to_have_attribute("aria-label", "Close chat")
    page.evaluate("() => { omni('close'); omni('nonsense'); omni('identify'); omni('on', 'open', 5); }")
    world.errors.clear()  # The mistakes just made are told in the console.
    world.fake.say("Вы ещё здесь?")
    expect(page.locator("omni-widget span")).to_have_text("1")
    expect(launcher(page)).to_have_attribute("aria-label", "Open chat, unread: 1")
    world.shot(page, "host-unread")
    names = page.evaluate("() => seen.map(([name]) => name)")
    assert names[:2] == ["open", "ready"], names
    assert {"close", "message", "unread"} <= set(names), names
    told = page.evaluate("() => JSON.stringify(seen)")
    assert "Вы ещё здесь" not in told, "the host page was told the text"
    launcher(page).click()
    expect(page.locator("omni-widget span")).to_be_hidden()
    until(page, lambda: {"type": "seen", "seq": 3} in world.fake.visitor.frames, "seen")


def loader_remembers_between_pages(world: World) -> None:
    page = wide(world)
    page.goto(world.host)
    launcher(page).click()
    say(chat_frame(page), "раз")
    shown(chat_frame(page), "раз", "Ответ: раз")
    page.locator("a").click()
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    shown(chat_frame(page), "раз", "Ответ: раз")
    assert page.evaluate("() => document.activeElement.tagName") == "BODY", "reopening took the focus"
    page.evaluate("() => omni('close')")
    page.reload()
    # An earlier conversation: the chat starts unasked, an answer that comes now is counted.
    until(
        page,
        lambda: any("/widget/demo" in frame.url for frame in page.frames),
        "the frame of an earlier visitor",
    )
    until(page, lambda: len(world.fake.visitor.sockets) == 1, "its socket")
    world.fake.say("новое")
    expect(page.locator("omni-widget span")).to_have_text("1")


def loader_on_a_phone(world: World) -> None:
    phone = {"width": 390, "height": 844}
    page = world.page(viewport=phone, is_mobile=True, has_touch=True, device_scale_factor=2, locale="ru-RU")
    page.goto(world.host)
    launcher(page).tap()
    frame = chat_frame(page)
    expect(frame.locator(".buttons button")).to_have_count(2)
    box = page.locator("omni-widget section").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}, box
    expect(launcher(page)).to_be_hidden()
    world.shot(page, "host-phone")
    frame.get_by_role("button", name="Закрыть чат").tap()
    expect(launcher(page)).to_be_visible()
    assert page.evaluate("() => document.documentElement.style.overflow") == ""


# ---- Faults -----------------------------------------------------------------------------------------------


def open_page(world: World, **options: Any) -> Page:
    page = world.page(locale="ru-RU", **options)
    page.goto(f"{world.api}/widget/demo")
    page.locator(".buttons button").first.wait_for()
    return page


def a_busy_server_gets_the_message_once(world: World) -> None:
    page = open_page(world)
    world.fake.fail(2, 503, {"retry-after": "1"})
    say(page, "один")
    page.locator(".delivery").wait_for()
    say(page, "два")
    world.shot(page, "fault-busy")
    until(page, lambda: len(world.fake.visitor.rows) == 4, "two messages and their answers")
    shown(page, *[row["text"] for row in world.fake.visitor.rows])
    assert [row["text"] for row in world.fake.visitor.rows if row["direction"] == "inbound"] == [
        "один",
        "два",
    ]


def a_refused_message_comes_back(world: World) -> None:
    page = open_page(world)
    world.fake.fail(1, 422)
    say(page, "не то")
    page.locator(".delivery.failed").wait_for()
    world.shot(page, "fault-refused")
    page.locator(".delivery button").nth(1).click()
    expect(page.locator("textarea")).to_have_value("не то")
    assert texts(page)[1:] == []


def a_broken_socket_loses_nothing(world: World) -> None:
    page = open_page(world)
    say(page, "привет")
    shown(page, "привет", "Ответ: привет")
    world.fake.sockets_allowed = False
    world.fake.drop_sockets()
    until(page, lambda: not world.fake.visitor.sockets, "the socket's end")
    world.fake.add(world.fake.visitor, {"text": "тайна", "direction": "note", "kind": "operator"})
    world.fake.say("пока вас не было")
    shown(page, "привет", "Ответ: привет", "пока вас не было")
    world.fake.sockets_allowed = True
    until(page, lambda: bool(world.fake.visitor.sockets), "a new socket", 20)
    world.fake.lose_next_frame = True
    world.fake.say("потерян")
    world.fake.say("после потери")
    shown(page, "привет", "Ответ: привет", "пока вас не было", "потерян", "после потери")
    assert "тайна" not in page.content()


def two_tabs_show_the_same(world: World) -> None:
    one = open_page(world)
    other = world.watch(one.context.new_page())
    other.goto(f"{world.api}/widget/demo")
    other.locator(".buttons button").first.wait_for()
    assert len(world.fake.visitors) == 1, "two tabs became two visitors"
    say(one, "из первой")
    say(other, "из второй")
    until(one, lambda: len(world.fake.visitor.rows) == 4, "four rows")
    order = [row["text"] for row in world.fake.visitor.rows]
    shown(one, *order)
    shown(other, *order)
    one.reload()
    shown(one, *order)


def a_refused_token_keeps_the_text(world: World) -> None:
    page = open_page(world)
    say(page, "до")
    shown(page, "до", "Ответ: до")
    page.locator("textarea").fill("не пропади")
    world.fake.refuse_tokens()
    page.locator("textarea").press("Enter")
    shown(page, "не пропади", "Ответ: не пропади")
    expect(page.locator(".earlier")).to_have_text(
        "Прежняя переписка больше не открывается. Начался новый разговор."
    )
    world.shot(page, "fault-forgotten")


def another_conversation_starts_at_its_first_row(world: World) -> None:
    page = open_page(world)
    say(page, "старое")
    shown(page, "старое", "Ответ: старое")
    world.fake.switch_conversation()
    say(page, "новое")
    shown(page, "старое", "Ответ: старое", "новое", "Ответ: новое")
    expect(page.locator(".earlier")).to_have_count(1)
    page.reload()
    shown(page, "новое", "Ответ: новое")


def offline_keeps_and_sends_later(world: World) -> None:
    page = open_page(world)
    page.context.set_offline(True)
    page.locator(".banner").wait_for()
    say(page, "из тоннеля")
    page.locator(".delivery").wait_for()
    world.shot(page, "fault-offline")
    page.context.set_offline(False)
    shown(page, "из тоннеля", "Ответ: из тоннеля")
    page.locator(".banner").wait_for(state="hidden")


def a_reload_sends_what_was_waiting(world: World) -> None:
    page = open_page(world)
    world.fake.fail(1, 503, {"retry-after": "60"})
    say(page, "ждёт")
    page.locator(".delivery").wait_for()
    page.reload()
    shown(page, "ждёт", "Ответ: ждёт")


def only_the_newest_buttons_work(world: World) -> None:
    page = open_page(world)
    say(page, "меню")
    shown(page, "меню", "Ответ: меню")
    expect(page.locator(".buttons button")).to_have_count(2)
    page.get_by_role("button", name="Второй").click()
    until(page, lambda: len(world.fake.visitor.rows) == 4, "the press")
    expect(page.locator(".buttons button")).to_have_count(0)


def strange_texts_are_only_text(world: World) -> None:
    page = open_page(world)
    say(page, "x")
    shown(page, "x", "Ответ: x")
    for text in (
        "<img src=x onerror=alert(1)>",
        "مرحبا بالعالم \u202eevil",
        "\u200b\u200b",
        "👩‍👩‍👧‍👦" * 40,
        "а" * 400,
    ):
        world.fake.say(text, kind="operator", name="Анна")
    world.fake.say("[жми](javascript:alert(1)) и https://example.com/a_(b).", kind="assistant")
    until(page, lambda: len(texts(page)) == 8, "all of them")
    expect(page.locator(".bubble .muted")).to_have_text("Пустое сообщение")
    assert page.locator(".log img").count() == 0
    hrefs = page.locator(".log a").evaluate_all("(links) => links.map((link) => link.href)")
    assert hrefs == ["https://example.com/a_(b)"], hrefs
    wide_by = page.evaluate(
        "() => { const e = document.querySelector('.log'); return e.scrollWidth - e.clientWidth; }"
    )
    assert wide_by <= 0, f"a text made the log {wide_by} px wider"
    world.shot(page, "texts-strange")


def an_unknown_tenant_is_told(world: World) -> None:
    page = world.page(locale="ru-RU", bypass_csp=True)
    page.goto(f"{world.api}/widget/nobody")
    page.locator(".notice").wait_for()
    check_axe(page, "an unknown tenant")
    world.shot(page, "gone")


def a_server_that_is_away_is_told(world: World) -> None:
    page = world.page(locale="ru-RU", bypass_csp=True, color_scheme="dark")
    page.route("**/sessions", lambda route: route.abort())
    page.goto(f"{world.api}/widget/demo")
    page.locator(".notice").wait_for()
    check_axe(page, "a server that is away")
    world.shot(page, "fault-away")
    say(page, "напишу заранее")
    page.locator(".delivery").wait_for()
    world.shot(page, "fault-away-written")
    page.unroute("**/sessions")
    page.get_by_role("button", name="Повторить").click()
    shown(page, "напишу заранее", "Ответ: напишу заранее")


def a_page_of_its_own(world: World) -> None:
    page = world.page(viewport={"width": 1200, "height": 820}, locale="en-US")
    page.goto(f"{world.api}/widget/demo?mock=true")
    page.locator(".buttons button").first.click()
    page.locator(".sources").wait_for()
    world.shot(page, "page-wide")


CHECKS: list[Callable[[World], None]] = [
    mock_light,
    mock_dark,
    mock_phone,
    mock_keyboard_only,
    loader_starts_late_and_creates_nothing,
    loader_commands_and_events,
    loader_remembers_between_pages,
    loader_on_a_phone,
    a_busy_server_gets_the_message_once,
    a_refused_message_comes_back,
    a_broken_socket_loses_nothing,
    two_tabs_show_the_same,
    a_refused_token_keeps_the_text,
    another_conversation_starts_at_its_first_row,
    offline_keeps_and_sends_later,
    a_reload_sends_what_was_waiting,
    only_the_newest_buttons_work,
    strange_texts_are_only_text,
    an_unknown_tenant_is_told,
    a_server_that_is_away_is_told,
    a_page_of_its_own,
]


def run(browser: Browser, check: Callable[[World], None], out: Path) -> bool:
    world = World(browser, out)
    start = time.monotonic()
    try:
        check(world)
        assert not world.errors, f"in the console: {world.errors}"
    except Exception:
        sys.stdout.write(f"FAILED {check.__name__}\n{traceback.format_exc()}")
        return False
    else:
        sys.stdout.write(f"ok     {check.__name__} ({time.monotonic() - start:.1f} s)\n")
        return True
    finally:
        sys.stdout.flush()
        world.close()


def main() -> int:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "artefacts" / "widget"
    wanted = sys.argv[2:]
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.stdout.write("no Chromium on this machine: install the package `chromium`\n")
        return 1
    checks = [check for check in CHECKS if not wanted or check.__name__ in wanted]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        results = [run(browser, check, out) for check in checks]
        browser.close()
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
