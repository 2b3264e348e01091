"""An operator at the console, with a visitor on the other side (issue 2, point 4)."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from playwright.async_api import Page, Route, StorageState, expect

from tests.browser.chat import Chat
from tests.browser.demo import SECOND_OPERATOR, Demo
from tests.browser.desk import Desk
from tests.browser.windows import PHONE, Windows
from tests.support.visitor import Visitor

TALL = {"width": 700, "height": 4000}
"""High enough that the thread draws every row of a long conversation."""
MESSAGES_EACH = 10
LONG = 250
"""Rows; the console reads 80 at once."""
SHOWN = "(box) => [...box.querySelectorAll('[data-seq]')].map((row) => Number(row.dataset.seq))"
RECORD_ORDERS = """() => {
  window.__orders = [];
  let due = false;
  const top = (article) => article.getBoundingClientRect().top;
  const note = () => {
    due = false;
    const rows = [...document.querySelectorAll('article.message[data-seq]')].map((row) => [top(row), row.dataset.seq]);
    const order = rows.sort((a, b) => a[0] - b[0]).map((row) => row[1]).join(' ');
    if (window.__orders.at(-1) !== order) window.__orders.push(order);
  };
  const changed = () => {
    if (!due) requestAnimationFrame(note);
    due = true;
  };
  changed();
  new MutationObserver(changed).observe(document.querySelector('.thread__scroll'),
    {childList: true, subtree: true, attributes: true});
}"""
"""Notes what each frame after a change shows: the numbers of the rows from top to bottom."""


async def test_signing_in_with_a_wrong_password_says_so(windows: Windows, demo: Demo) -> None:
    page = await windows.page()
    await page.goto(f"{demo.api}/")
    await expect(page.get_by_label("Почта")).to_be_focused()
    await page.get_by_label("Почта").fill(SECOND_OPERATOR)
    await page.get_by_label("Пароль", exact=True).fill("не тот пароль")
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("alert")).to_contain_text("Неверная почта или пароль")
    await windows.shot(page, "sign-in-refused")


async def test_back_leads_to_the_list_before_a_filter(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner)
    await desk.page.get_by_role("button", name=re.compile("^Фильтр")).click()
    await desk.page.get_by_role("dialog", name="Фильтр").get_by_text("Завершён").click()
    await expect(desk.page).to_have_url(re.compile("status=resolved"))
    await desk.page.go_back()
    await expect(desk.page).to_have_url(re.compile(r"/inbox\?view=all$"))
    await expect(desk.page.get_by_role("navigation", name="Разделы")).to_be_visible()


async def test_search_finds_a_customer_of_another_list(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.introduce("Зинаида Поискова")
    await chat.ask("сколько стоит доставка?", "290 ₽")
    conversation_id = await chat.conversation_id()
    desk = await Desk.at(windows, demo, owner, "/inbox?view=mine")
    await expect(desk.page.get_by_role("link", name=re.compile("^У бота"))).to_contain_text(re.compile(r"\d"))
    await desk.press("/")
    await desk.page.keyboard.type("поиск")
    await desk.page.get_by_role("option", name=re.compile("Зинаида Поискова")).click()
    await expect(desk.page).to_have_url(re.compile(conversation_id))


async def test_what_was_refused_in_a_dialog_can_be_repeated_there(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.ask("Позовите оператора", "Зову оператора")
    conversation_id = await chat.conversation_id()
    desk = await Desk.at(windows, demo, owner, f"/inbox/{conversation_id}?view=all")
    await expect(desk.head).to_contain_text("Пока никто")
    async with demo.operator() as operator:
        await desk.press("h")
        await operator.act(conversation_id, "resolve")
        await desk.page.get_by_role("dialog").get_by_role("button", name="Вернуть боту").click()
        await expect(desk.page.get_by_role("dialog")).to_contain_text("Диалог завершён. Сначала откройте")
        await operator.act(conversation_id, "reopen")
        await desk.page.get_by_role("button", name="Повторить").click()
        await expect(desk.events.last).to_contain_text("Снова отвечает бот")


async def test_a_menu_opened_while_the_inbox_loads_stays_open(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    async with Visitor(demo.api, demo.owner.slug) as visitor:
        await visitor.send("сколько стоит доставка?")
    page = await windows.page(storage_state=owner)
    loaded = asyncio.Event()

    async def hold(route: Route) -> None:
        await loaded.wait()
        await route.continue_()

    await page.route(re.compile(r"/api/v1/(conversations\?|ws-ticket)"), hold)
    await page.goto(f"{demo.api}/inbox?view=all")
    await page.get_by_role("button", name="Профиль и настройки").click()
    await expect(page.get_by_role("menu")).to_be_visible()
    loaded.set()
    await expect(page.get_by_role("link", name=re.compile("^У бота"))).to_contain_text(re.compile(r"\d"))
    await expect(page.locator(".user-button [data-online='true']")).to_be_visible()
    await expect(page.get_by_role("menu")).to_be_visible()
    await page.get_by_role("menuitemradio", name="Тёмная").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_an_operator_takes_over_answers_and_hands_back(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, "/inbox?view=bot")
    chat = await Chat.begin(windows, demo)
    await chat.introduce("Мария Чайкина")
    await chat.ask("сколько стоит доставка?", "290 ₽")
    conversation_id = await chat.conversation_id()

    # It appears by itself, and grows by itself.
    await expect(desk.row(conversation_id)).to_contain_text("Мария Чайкина")
    await desk.open(conversation_id)
    await expect(desk.messages).to_have_count(2)
    await expect(desk.messages.first).to_have_text("сколько стоит доставка?")
    await chat.field.press_sequentially("а в Казань")
    await expect(desk.typing).to_contain_text("печатает")
    await chat.field.press("Enter")
    await expect(desk.messages.filter(has_text="а в Казань")).to_have_count(1)
    await expect(desk.messages).to_have_count(4)

    # She takes it over by a key, and the bot is silent from then on.
    await desk.act("t", "take-over")
    await expect(desk.head).to_contain_text("Ольга")
    await expect(desk.events).to_have_count(1)
    said = await chat.theirs.count()
    await chat.say("нужно к пятнице")
    await expect(desk.messages.filter(has_text="нужно к пятнице")).to_have_count(1)
    await desk.press("r")
    await expect(desk.composer).to_be_focused()
    await desk.composer.press_sequentially("Успеем, отправлю сегодня")
    await expect(chat.typing).to_have_text("Ольга печатает")
    await windows.shot(chat.page, "operator-is-typing")
    await desk.composer.press("Enter")
    await chat.hear("Успеем, отправлю сегодня")
    await expect(chat.typing).to_have_count(0)
    assert await chat.theirs.count() == said + 1, "the bot spoke while an operator held the conversation"

    # A long text takes its room from above, and what was said last stays in sight.
    await desk.press("r")
    await desk.composer.fill("Посылка в пути\n" * 8)
    await expect(desk.messages.last).to_be_in_viewport(ratio=1)
    await desk.composer.fill("")

    # A note stays among colleagues.
    await desk.press("n")
    await desk.reply("проверить склад в Казани")
    await expect(desk.notes).to_contain_text(["проверить склад в Казани"])
    await windows.shot(desk.page, "operator-holds")

    # Back to the bot with a word on what was agreed; it goes on.
    await desk.press("h")
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill("отправим сегодня")
    await windows.shot(desk.page, "hand-back")
    await dialog.get_by_role("textbox").press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(desk.notes).to_contain_text(["проверить склад в Казани", "отправим сегодня"])
    await chat.ask("как заваривать улун?", "Прогрейте")
    await expect(chat.sources.last).to_contain_text("Как заваривать улун")

    await desk.act("e", "resolve")
    await expect(desk.head).to_contain_text("Завершён")
    await windows.shot(desk.page, "resolved")
    await no_note_reached(chat, "склад", "отправим сегодня")


async def no_note_reached(chat: Chat, *secrets: str) -> None:
    """Neither the page nor the api has ever given the visitor these words."""
    seen = await (await chat.frame()).content() + str(await chat.stored())
    for secret in secrets:
        assert secret not in seen


async def test_a_resolved_conversation_opens_again_when_the_visitor_writes(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner)
    chat = await Chat.begin(windows, demo)
    await chat.ask("Позовите оператора", "Зову оператора")
    conversation_id = await chat.conversation_id()
    await desk.go_to("Без оператора")
    await desk.open(conversation_id)
    await desk.reply("Здравствуйте!")
    await chat.hear("Здравствуйте!")
    await desk.act("e", "resolve")
    await expect(desk.head).to_contain_text("Завершён")
    await expect(desk.row(conversation_id)).to_have_count(0)
    await chat.ask("как заваривать улун?", "Прогрейте")
    assert await chat.conversation_id() == conversation_id
    await expect(desk.head).to_contain_text("Открыт")


async def test_who_asks_for_a_person_is_taken_by_a_key_or_a_button(
    windows: Windows, demo: Demo, owner: StorageState, anna: StorageState
) -> None:
    for take in ("key", "button"):
        chat = await Chat.begin(windows, demo)
        await chat.ask("Позовите оператора", "Зову оператора")
        path = f"/inbox/{await chat.conversation_id()}?view=all"
        if take == "key":
            desk = await Desk.at(windows, demo, owner, path)
            await expect(desk.head).to_contain_text("Пока никто")
            await desk.act("t", "take-over")
        else:
            desk = await Desk.at(windows, demo, owner, path, viewport=PHONE)
            await desk.head.get_by_role("button", name="Взять").click()
        await expect(desk.head).to_contain_text("Ольга")
        await expect(desk.events.last).to_contain_text("Ольга подключается")
    colleague = await Desk.at(windows, demo, anna, path)
    await expect(colleague.thread).to_contain_text("Диалог ведёт Ольга")
    await expect(colleague.composer).to_have_count(0)
    await windows.shot(colleague.page, "anothers-conversation")
    await colleague.join()
    await colleague.reply("Добрый день, я помогу")
    await chat.hear("Добрый день, я помогу")
    await expect(colleague.head).to_contain_text("Ольга")


async def test_scrolling_up_a_long_conversation_skips_no_row(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    async with Visitor(demo.api, demo.owner.slug) as visitor, demo.operator() as operator:
        await visitor.send("Позовите оператора")
        conversation_id = visitor.conversation_id or ""
        await operator.act(conversation_id, "take-over")
        for number in range(LONG):
            await operator.reply(conversation_id, f"{number}: " + "слово " * (number % 25))
        rows = await operator.messages(conversation_id)
    said = {row["seq"] for row in rows if row["direction"] in ("inbound", "outbound")}
    desk = await Desk.at(windows, demo, owner, f"/inbox/{conversation_id}?view=all")
    await expect(desk.messages.last).to_be_in_viewport()
    scroller = desk.page.locator(".thread__scroll")
    seen: set[int] = set()
    while min(said) not in seen:
        before = len(seen)
        seen |= set(await scroller.evaluate(SHOWN))
        await scroller.evaluate("(box) => box.scrollBy(0, -500)")
        if await scroller.evaluate("(box) => box.scrollTop") == 0 and len(seen) == before:
            await desk.page.wait_for_timeout(100)  # an earlier page is on its way
    assert seen == said


async def write_ten(write: Any, who: str, box: list[str]) -> None:
    for number in range(MESSAGES_EACH):
        text = f"{who}-{number}"
        box.append(text)
        await write(text)


async def order_in(page: Page) -> list[str]:
    """The thread as it reads, top to bottom."""
    return [text.strip() for text in await page.locator("article.message .bubble").all_inner_texts()]


async def test_two_operators_side_by_side_see_one_order(
    windows: Windows, demo: Demo, owner: StorageState, anna: StorageState
) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.ask("Позовите оператора", "Зову оператора")
    conversation_id = await chat.conversation_id()
    path = f"/inbox/{conversation_id}?view=all"
    desks = [await Desk.at(windows, demo, state, path, viewport=TALL) for state in (owner, anna)]
    await expect(desks[0].messages).to_have_count(2)
    await desks[0].act("t", "take-over")
    await desks[1].join()
    for desk in desks:
        await expect(desk.messages).to_have_count(2)
        await desk.page.evaluate(RECORD_ORDERS)

    sent: list[str] = []
    await asyncio.gather(
        write_ten(chat.say, "visitor", sent),
        write_ten(desks[0].reply, "olga", sent),
        write_ten(desks[1].reply, "anna", sent),
    )
    for desk in desks:
        await expect(desk.messages).to_have_count(2 + 3 * MESSAGES_EACH)
        await expect(desk.page.locator(".message--pending")).to_have_count(0)
    await windows.shot(desks[0].page, "order")
    shown = [await order_in(desk.page) for desk in desks]
    assert shown[0] == shown[1]
    assert sorted(shown[0][2:]) == sorted(sent), "each text is there once"
    for who in ("visitor", "olga", "anna"):
        own = [text for text in shown[0] if re.fullmatch(rf"{who}-\d+", text)]
        assert own == [text for text in sent if text.startswith(who)], "each writer's own order is kept"
    for desk in desks:
        orders = await desk.page.evaluate("() => window.__orders")
        assert len(orders) > MESSAGES_EACH, "the thread was watched while it grew"
        for order in orders:
            seqs = [int(seq) for seq in order.split()]
            assert seqs == sorted(seqs), "at every moment the rows stood in the order of their numbers"
    await expect(chat.bubbles).to_have_count(3 + 3 * MESSAGES_EACH)
    texts = await chat.texts()
    assert texts[1:] == shown[0], "and the visitor saw the same"
