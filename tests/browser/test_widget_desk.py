"""What a visitor fills in, answers and thinks, at the real server; and what his operator sees of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import StorageState, expect

from tests.browser.axe import check_axe
from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.windows import PHONE, Windows
from tests.support.operator import Operator
from tests.support.widgets import change_widget

FORM = {
    "intro": {"ru": "Расскажите, с чем помочь", "en": "Tell us what it is about"},
    "fields": [
        {"key": "name", "kind": "name", "label": {"ru": "Как вас зовут"}, "required": True},
        {
            "key": "topic",
            "kind": "select",
            "label": {"ru": "О чём вопрос"},
            "options": [{"value": "tea", "label": {"ru": "О чае"}}],
        },
    ],
    "consent": {"purpose": "personal_data", "text": {"ru": "Согласна на обработку данных"}},
}
AWAY = {"ru": "Мы ответим утром", "en": "We answer in the morning"}


@asynccontextmanager
async def widget_with(demo: Demo, **parts: Any) -> AsyncIterator[Operator]:
    """Settings of the demo's widget for a while; its owner."""
    async with demo.operator() as operator:
        await change_widget(operator, **parts)
        try:
            yield operator
        finally:
            await change_widget(operator, **dict.fromkeys(parts))


async def fill(chat: Chat, text: str) -> None:
    """Fill in the form that stands in the composer's place."""
    frame = await chat.frame()
    await frame.get_by_label("Как вас зовут").fill("Мария Чайкина")
    await frame.get_by_label("О чём вопрос").select_option("О чае")
    await frame.get_by_label("Ваше сообщение").fill(text)
    await frame.get_by_label("Согласна на обработку данных").check()
    await frame.get_by_role("button", name="Отправить").click()
    await expect(chat.mine.first).to_contain_text(text)


async def test_an_operator_reads_the_form_and_the_score_as_it_is_given(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    async with widget_with(demo, pre_chat=FORM, features={"csat": True}) as operator:
        chat = Chat(await windows.page(), demo)
        await chat.goto("/")
        await chat.launcher.click()
        await fill(chat, "Позовите оператора")
        conversation_id = await chat.conversation_id()
        desk = await Desk.at(windows, demo, owner, f"/inbox/{conversation_id}?view=all")
        facts = desk.messages.first.locator(".widget-facts")
        await expect(facts).to_contain_text("Форма перед чатом")
        await expect(facts.get_by_role("definition")).to_have_text(["Мария Чайкина", "О чае"])
        await expect(facts).to_contain_text("Согласна на обработку данных")
        await operator.act(conversation_id, "take-over")
        await operator.act(conversation_id, "resolve")
        frame = await chat.frame()
        await frame.get_by_label("4 звезды из 5").check(force=True)
        await frame.get_by_label("Что сделать лучше").fill("Отвечать быстрее")
        await windows.shot(chat.page, "widget-score")
        await check_axe(chat.page, "a score")
        await frame.locator(".csat").get_by_role("button", name="Отправить").click()
        rating = desk.page.locator(".rating")
        await expect(rating).to_contain_text("4 из 5")
        await expect(rating).to_contain_text("Отвечать быстрее")
        await windows.shot(desk.page, "console-form-and-score")
        await check_axe(desk.page, "a form and a score at the desk")
        narrow = await Desk.at(
            windows,
            demo,
            owner,
            f"/inbox/{conversation_id}?view=all",
            viewport=PHONE,
            color_scheme="dark",
        )
        await expect(narrow.messages.first).to_contain_text("О чае")
        await narrow.messages.first.scroll_into_view_if_needed()
        await windows.shot(narrow.page, "console-form-and-score-dark-phone")
        await check_axe(narrow.page, "a form and a score at the desk, dark, on a phone")


async def test_outside_the_hours_the_widget_says_so_and_takes_a_form(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    async with widget_with(demo, offline=FORM, away=AWAY):
        await demo.close_departments()
        try:
            chat = Chat(await windows.page(), demo)
            await chat.goto("/")
            await chat.launcher.click()
            await expect(chat.log).to_contain_text(AWAY["ru"])
            await windows.shot(chat.page, "widget-away")
            await check_axe(chat.page, "the widget outside the hours")
            await fill(chat, "Где мой заказ?")
            await expect(chat.log).to_contain_text("Ваше сообщение у нас")
            desk = await Desk.at(windows, demo, owner, f"/inbox/{await chat.conversation_id()}?view=all")
            await expect(desk.messages.first).to_contain_text("Форма в нерабочее время")
        finally:
            await demo.open_departments()


async def test_an_operator_sees_which_opening_is_answered(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    opening = {"id": "help", "text": {"ru": "Подсказать чай?"}, "when": {"after_s": 0}, "once": "visit"}
    async with widget_with(demo, openings=[opening]):
        chat = Chat(await windows.page(), demo)
        await chat.page.goto(demo.shop)
        await chat.page.locator("omni-widget").get_by_text("Подсказать чай?").click()
        await chat.hear("Подсказать чай?")
        await chat.say("Позовите оператора")
        await expect(chat.mine.first).to_contain_text("Позовите оператора")
        desk = await Desk.at(windows, demo, owner, f"/inbox/{await chat.conversation_id()}?view=all")
        await expect(desk.messages.first.locator("q")).to_have_text("Подсказать чай?")
        await windows.shot(desk.page, "console-opening")
