"""The widget beside the talk: files, voice, earlier conversations, without a network; and how its views look."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.axe import check_axe
from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.windows import FLAGS, PHONE, Windows

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
TOO_LARGE = 25 * 2**20 + 1


def given(name: str, content: bytes, kind: str) -> dict[str, object]:
    """A file as the browser's chooser gives it."""
    return {"name": name, "mimeType": kind, "buffer": content}


async def test_files_go_with_a_message_and_are_there_on_the_next_visit(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo)
    frame = await chat.frame()
    await frame.set_input_files(
        "input[type=file]",
        [given("чайник.png", PNG, "image/png"), given("письмо.txt", "Где заказ?".encode(), "text/plain")],
    )
    await expect(frame.locator(".tray li.ready")).to_have_count(2)
    await chat.say("вот фото")
    await expect(chat.log.locator(".picture img")).to_be_visible()
    await expect(chat.log.locator(".file")).to_contain_text("письмо.txt")
    stored = (await chat.stored())["messages"]
    sent = next(message for message in stored if message["text"] == "вот фото")
    assert [each["name"] for each in sent["attachments"]] == ["чайник.png", "письмо.txt"]
    await chat.page.reload()
    await chat.open()
    picture = chat.log.locator(".picture img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(image) => image.complete && image.naturalWidth") == 1
    await windows.shot(chat.page, "widget-files")
    await check_axe(chat.page, "files in the chat")


async def test_a_file_that_cannot_be_taken_says_why_and_stays_out(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo)
    frame = await chat.frame()
    await frame.evaluate(
        """(size) => {
          const field = document.querySelector('input[type=file]');
          const files = new DataTransfer();
          files.items.add(new File([new Uint8Array(size)], 'фильм.mp4', {type: 'video/mp4'}));
          files.items.add(new File(['<svg/>'], 'picture.svg', {type: 'image/svg+xml'}));
          files.items.add(new File(['no picture'], 'fake.png', {type: 'image/png'}));
          field.files = files.files;
          field.dispatchEvent(new Event('change', {bubbles: true}));
        }""",
        TOO_LARGE,
    )
    told = frame.locator(".tray .failed small")
    await expect(told).to_have_text(
        ["Файл слишком большой.", "Файлы такого типа не принимаются.", "Файлы такого типа не принимаются."]
    )
    for _ in range(3):
        await frame.locator(".tray .failed .tool").first.click()
    await expect(frame.locator(".tray li")).to_have_count(0)
    await expect(chat.field).to_be_focused()


async def test_without_a_network_messages_wait_in_order_over_a_reload_and_arrive_once(
    windows: Windows, demo: Demo
) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.ask("сколько стоит доставка?", "290")
    frame = await chat.frame()
    await frame.page.route("**/api/v1/widget/**", lambda route: route.abort())
    words = ["первое", "второе", "третье"]
    for word in words:
        await chat.say(word)
    await expect(chat.mine).to_have_text(["сколько стоит доставка?", *words])
    await expect(chat.log.locator(".delivery button").first).to_be_visible()
    await windows.shot(chat.page, "widget-waiting")
    await chat.page.reload()
    await chat.page.unroute("**/api/v1/widget/**")
    await chat.open()
    await expect(chat.mine).to_have_text(["сколько стоит доставка?", *words])
    await expect(chat.log.locator(".delivery")).to_have_count(0)
    rows = [row["text"] for row in (await chat.stored())["messages"] if row["direction"] == "inbound"]
    assert rows == ["сколько стоит доставка?", *words]


@pytest.fixture
async def speaking(chromium: str) -> AsyncIterator[Browser]:
    """A browser with a microphone of its own making; the tests' own has none."""
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(
            executable_path=chromium,
            args=[*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
        )
        yield made
        await made.close()


async def test_a_voice_message_is_recorded_sent_and_played(speaking: Browser, demo: Demo) -> None:
    windows = Windows(speaking)
    chat = await Chat.begin(windows, demo, permissions=["microphone"])
    frame = await chat.frame()
    await frame.get_by_role("button", name="Записать голосовое сообщение").click()
    await expect(frame.locator(".voice time")).to_have_text("0:02 из 5:00")
    await windows.shot(chat.page, "widget-voice")
    await check_axe(chat.page, "a voice message being recorded")
    await frame.get_by_role("button", name="Удалить запись").click()
    await expect(chat.field).to_be_focused()
    await frame.get_by_role("button", name="Записать голосовое сообщение").click()
    await expect(frame.locator(".voice time")).to_have_text("0:02 из 5:00")
    await frame.get_by_role("button", name="Отправить голосовое сообщение").click()
    sound = chat.log.locator("audio")
    await expect(sound).to_have_count(1)
    await chat.page.reload()
    await chat.open()
    played = await sound.evaluate(
        "(sound) => { sound.muted = true; return sound.play().then(() => !sound.error, String); }"
    )
    assert played is True
    [sent] = [row for row in (await chat.stored())["messages"] if row["attachments"]]
    assert [(each["voice"], each["duration_ms"] > 1000) for each in sent["attachments"]] == [(True, True)]
    await windows.close()
    assert windows.troubles == []


async def test_without_the_right_to_a_microphone_it_says_so(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo, permissions=[])
    frame = await chat.frame()
    await frame.get_by_role("button", name="Записать голосовое сообщение").click()
    await expect(frame.get_by_role("alert")).to_contain_text("Микрофон")
    await frame.get_by_role("button", name="Закрыть", exact=True).click()
    await expect(chat.field).to_be_focused()


async def walk(page: Page, windows: Windows, demo: Demo, look: str) -> None:
    """Through the views of the mock by keyboard alone, a picture and axe at each."""
    await page.goto(f"{demo.api}/widget/{demo.owner.slug}?mock=true&locale=ru")
    await page.get_by_role("button", name="Статьи помощи").press("Enter")
    await expect(page.get_by_label("Искать в статьях")).to_be_focused()
    await expect(page.locator(".list li")).to_have_count(2)
    await windows.shot(page, f"widget-articles-{look}")
    await check_axe(page, f"articles, {look}")
    await page.locator(".list button").first.press("Enter")
    await expect(page.locator("article h2")).to_be_focused()
    await windows.shot(page, f"widget-article-{look}")
    await check_axe(page, f"an article, {look}")
    await page.get_by_role("button", name="Спросить об этой статье").press("Enter")
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.goto(f"{demo.api}/widget/{demo.owner.slug}/form?mock=true&form&locale=ru")
    await page.get_by_role("button", name="Отправить").press("Enter")
    await expect(page.get_by_label("Как вас зовут")).to_be_focused()
    await windows.shot(page, f"widget-form-{look}")
    await check_axe(page, f"a form, {look}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_views_look_right_and_need_no_mouse(windows: Windows, demo: Demo, scheme: str) -> None:
    wide = await windows.page(color_scheme=scheme)
    await walk(wide, windows, demo, f"{scheme}-wide")
    narrow = await windows.page(color_scheme=scheme, viewport=PHONE)
    await walk(narrow, windows, demo, f"{scheme}-phone")
