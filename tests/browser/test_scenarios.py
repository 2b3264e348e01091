"""The demo's scenarios as a visitor walks through them (issue 2, points 2 and 3)."""

from __future__ import annotations

import re

import httpx2
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.windows import Windows

MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)


async def notes_of(demo: Demo, conversation_id: str) -> list[str]:
    """What the team alone sees of a conversation."""
    async with demo.operator() as operator:
        rows = await operator.messages(conversation_id)
    return [row["text"] for row in rows if row["direction"] == "note"]


async def is_waiting_for_somebody(demo: Demo, conversation_id: str) -> bool:
    """Whether the conversation stands in the list of those that wait for an operator."""
    async with demo.operator() as operator:
        waiting = await operator.conversations(status="open", controller="operator", assigned_to="none")
    return conversation_id in [line["id"] for line in waiting]


async def test_the_greetings_buttons_lead_into_their_branches(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.press("Подобрать чай")
    await chat.hear("Какой чай вам ближе?")
    await expect(chat.mine).to_have_text(["Подобрать чай"])
    await chat.press("В подарок")
    await expect(chat.theirs.filter(has_text="В подарок берут набор")).to_have_count(1)
    await chat.hear("Помочь чем-нибудь ещё?")
    await chat.press("Показать меню")
    await chat.hear("Выберите тему")
    await chat.press("Доставка и оплата")
    await expect(chat.sources.first).to_contain_text(re.compile("доставк|оплат", re.IGNORECASE))
    await chat.hear("Помочь чем-нибудь ещё?")
    await chat.press("Показать меню")
    await chat.hear("Выберите тему")
    await chat.press("Где мой заказ?")
    await chat.hear("Пришлите номер заказа")
    await chat.ask("без номера", "Номер состоит из двух букв")
    await chat.say("ab-123457")
    await expect(chat.theirs.filter(has_text="Заказ AB-123457 собирается")).to_have_count(1)
    await chat.hear("Помочь чем-нибудь ещё?")
    await windows.shot(chat.page, "menu-branches")
    await chat.press("Спасибо, всё")
    await chat.hear("Хорошего дня и вкусного чая!")


async def test_the_order_status_is_what_the_shops_order_service_says(windows: Windows, demo: Demo) -> None:
    async with httpx2.AsyncClient() as client:
        order = (await client.get(f"{demo.shop}/orders/AB-123456")).json()
    assert order["status"] == "shipped"
    _, month, day = (int(part) for part in order["eta"].split("-"))
    arrives = f"{day} {MONTHS[month - 1]}"
    chat = await Chat.begin(windows, demo)
    await chat.say("где мой заказ AB-123456")
    await expect(chat.theirs.filter(has_text=f"Заказ AB-123456 в пути, ожидаем {arrives}.")).to_have_count(1)
    await windows.shot(chat.page, "order-status")
    page = await chat.page.context.new_page()
    await page.goto(f"{demo.shop}/order?number=AB-123456")
    await expect(page.get_by_text(f"Ожидаем: {arrives}")).to_be_visible()


async def test_an_unknown_order_is_asked_again_and_then_a_person_is_called(
    windows: Windows, demo: Demo
) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.say("где мой заказ ZZ-000000")
    await expect(chat.theirs.filter(has_text="Заказ ZZ-000000 не нашёлся")).to_have_count(1)
    await chat.hear("Пришлите номер заказа")
    await chat.say("ZZ-000001")
    await expect(chat.theirs.filter(has_text="этот номер не нашёлся")).to_have_count(1)
    await chat.hear("Зову оператора")
    assert await is_waiting_for_somebody(demo, await chat.conversation_id())


async def test_a_lead_with_a_wrong_phone_or_address_is_refused_with_a_hint(
    windows: Windows, demo: Demo
) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.say("Нужен чай оптом")
    await chat.hear("Для чего нужен чай?")
    await chat.press("Для кафе")
    await chat.hear("Как к вам обращаться?")
    await chat.ask("Пётр", "Пётр, по какому телефону с вами связаться?")
    await chat.ask("12345", "Не похоже на номер. Например: +7 916 123-45-67")
    await chat.ask("8 (916) 123-45-67", "На какой e-mail прислать прайс?")
    await chat.ask("пётр собака почта", "Проверьте адрес, например anna@example.com")
    await windows.shot(chat.page, "lead-refused")
    await chat.ask("petr@example.com", "Сколько человек в вашей компании?")
    await chat.ask("много", "Напишите число")
    await chat.ask("12", "Зову менеджера по опту")
    await windows.shot(chat.page, "lead-taken")
    conversation_id = await chat.conversation_id()
    assert await notes_of(demo, conversation_id) == [
        "Оптовая заявка: Пётр, +79161234567, petr@example.com, человек: 12, тема: cafe",
        "Сценарий «Оптовая заявка», шаг «Ждёт менеджера».\nemail: petr@example.com\nname: Пётр\n"
        "phone: +79161234567\nteam: 12\ntopic: cafe\nПоследнее сообщение: 12",
    ]
    async with demo.operator() as operator:
        line = await operator.conversation(conversation_id)
    assert line["department"]["name"] == "Отдел продаж"
    assert line["tags"] == ["wholesale"]


async def test_a_call_for_a_person_hands_off_in_opening_hours(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.ask("Позовите оператора", "Зову оператора, он ответит здесь.")
    assert await is_waiting_for_somebody(demo, await chat.conversation_id())
    await windows.shot(chat.page, "handoff-open")


async def test_outside_opening_hours_it_says_when_and_takes_a_contact(windows: Windows, demo: Demo) -> None:
    opens = await demo.close_departments()
    try:
        chat = await Chat.begin(windows, demo)
        await chat.say("Позовите оператора")
        back = f"Будем здесь {opens.day} {MONTHS[opens.month - 1]}, 09:00."
        await expect(chat.theirs.filter(has_text=back)).to_have_count(1)
        await chat.hear("Оставьте телефон или e-mail")
        await windows.shot(chat.page, "handoff-closed")
        await chat.say("какая погода на Марсе?")
        await expect(chat.theirs.filter(has_text="Передам это операторам.")).to_have_count(1)
        await chat.hear("Оставьте телефон или e-mail")
        await chat.ask("моя почта anna@example.com", "Спасибо! Передал вопрос операторам.")
    finally:
        await demo.open_departments()
    conversation_id = await chat.conversation_id()
    assert "Просит ответить: моя почта anna@example.com" in await notes_of(demo, conversation_id)
    assert await is_waiting_for_somebody(demo, conversation_id)


async def test_what_it_does_not_know_it_says_and_offers_a_person(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo)
    await chat.ask("какая сегодня погода на Марсе?", re.compile("не наш(ёл|ла)|нет точного|Точного ответа"))
    await expect(chat.buttons).to_have_text(["Позвать оператора", "Нет, спасибо"])
    await windows.shot(chat.page, "does-not-know")
    await chat.press("Позвать оператора")
    await chat.hear("Зову оператора")


async def test_an_english_visitor_is_answered_in_english(windows: Windows, demo: Demo) -> None:
    chat = await Chat.begin(windows, demo, "/en/", locale="en-GB")
    await chat.hear("Hello! This is the Tea Shop.")
    await chat.ask("How much is delivery?", "290")
    await expect(chat.sources).to_contain_text("Delivery")
    await chat.say("where is my order AB-123459")
    await expect(chat.theirs.filter(has_text="Order AB-123459 has been delivered")).to_have_count(1)
    await chat.ask("I want to talk to a human", "I am calling an operator")
    await windows.shot(chat.page, "english")
