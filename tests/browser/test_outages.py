"""What people keep while a part or the network is away (issue 2, points 4 and 5)."""

from __future__ import annotations

import re

from playwright.async_api import StorageState, expect

from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.windows import Windows

RECOVERY_MS = 40_000
"""From the worker's return until every backoff has run out."""


async def test_without_a_worker_both_sides_keep_what_they_wrote(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    held, asking = await Chat.begin(windows, demo), await Chat.begin(windows, demo)
    await held.ask("Позовите оператора", "Зову оператора")
    await asking.ask("сколько стоит доставка?", "290 ₽")
    desk = await Desk.at(windows, demo, owner, f"/inbox/{await held.conversation_id()}?view=all")
    await desk.reply("Добрый день")
    await held.hear("Добрый день")
    await demo.omni("dev", "stop", "worker")
    try:
        await desk.reply("Отправили вчера")
        await expect(desk.held).to_contain_text("Движок диалогов не отвечает. Текст сохранён")
        await expect(desk.held).to_contain_text("Отправили вчера")
        await asking.say("как заваривать улун?")
        await expect(asking.mine.last).to_have_text("как заваривать улун?")
        await expect(asking.log.locator(".row.mine").last.locator("time")).to_be_visible()
        await windows.shot(desk.page, "worker-down-console")
        await windows.shot(asking.page, "worker-down-widget")
        await desk.page.reload()
        await expect(desk.held).to_contain_text("Отправили вчера")
    finally:
        await demo.omni("dev", "start", "worker")
    sent = desk.messages.filter(has_text="Отправили вчера")
    await expect(sent).to_have_count(1, timeout=RECOVERY_MS)
    await expect(desk.held).to_have_count(0)
    await held.hear("Отправили вчера")
    await expect(asking.theirs.last).to_contain_text("Прогрейте", timeout=RECOVERY_MS)
    await desk.reply("Проверьте почту")
    await held.hear("Проверьте почту")
    assert (await held.texts()).count("Отправили вчера") == 1
    assert await asking.theirs.count() == 3, "the greeting and one answer to each question"


async def test_without_a_worker_an_action_waits_and_is_done_once(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.ask("Позовите оператора", "Зову оператора")
    conversation_id = await chat.conversation_id()
    desk = await Desk.at(windows, demo, owner, f"/inbox/{conversation_id}?view=all")
    await expect(desk.head).to_contain_text("Пока никто")
    await desk.act("t", "take-over")
    await demo.omni("dev", "stop", "worker")
    try:
        await desk.press("e")
        await expect(desk.held).to_contain_text("Движок диалогов не отвечает. Всё будет сделано по порядку")
        await expect(desk.held).to_contain_text("Завершить")
        await windows.shot(desk.page, "worker-down-action")
        await desk.page.reload()
        await expect(desk.held).to_contain_text("Завершить")
        await expect(desk.head).to_contain_text("Завершён")
        # What is wished next waits its turn.
        await desk.press("Shift+E")
        await expect(desk.held).to_contain_text("Открыть снова")
        await expect(desk.head).to_contain_text("Открыт")
    finally:
        await demo.omni("dev", "start", "worker")
    await expect(desk.held).to_have_count(0, timeout=RECOVERY_MS)
    await expect(desk.head).to_contain_text("Открыт")
    async with demo.operator() as operator:
        rows = await operator.messages(conversation_id)
    told = [row["content"]["event"]["type"] for row in rows if row["direction"] == "event"]
    assert told[-3:] == ["taken_over", "resolved", "reopened"]


async def test_an_offline_visitors_words_are_kept_and_sent_later(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.ask("сколько стоит доставка?", "290 ₽")
    await chat.page.context.set_offline(True)
    await expect(chat.banner).to_contain_text("Нет интернета")
    await chat.say("как заваривать улун?")
    await expect(chat.mine.last).to_have_text("как заваривать улун?")
    await expect(chat.log).to_contain_text(re.compile("пробуем ещё|Отправляется"))
    await windows.shot(chat.page, "visitor-offline")
    await chat.page.context.set_offline(False)
    await chat.hear("Прогрейте")
    await expect(chat.banner).to_have_count(0)
    inbound = [m["text"] for m in (await chat.stored())["messages"] if m["direction"] == "inbound"]
    assert inbound == ["сколько стоит доставка?", "как заваривать улун?"]


async def test_what_waited_is_sent_after_the_page_was_closed(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.ask("сколько стоит доставка?", "290 ₽")
    await chat.page.route("**/api/v1/widget/messages", lambda route: route.abort())
    await chat.say("как заваривать улун?")
    await expect(chat.log).to_contain_text("Пока не отправлено")
    again = Chat(await chat.page.context.new_page(), demo)
    await chat.page.close()
    await again.goto()
    await again.open()
    await again.hear("Прогрейте")
    assert (await again.texts()).count("как заваривать улун?") == 1
