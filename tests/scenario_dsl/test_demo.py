"""The demo's scenarios and the system's own, as a customer meets them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from omnisupport.devstack.shop.orders import ORDERS, find_order
from omnisupport.scenario_dsl import End, Handoff, Human, Note, Tag, load_template, match_trigger
from tests.scenario_dsl.support import HOUR, NOW, Chat, context, example

ORDER = {
    "status": "shipped",
    "eta": "2026-03-05",
    "total": {"amount": 129_900, "currency": "RUB"},
    "items": [
        {"sku": "long-jing", "name": "Лун Цзин", "name_en": "Long Jing", "quantity": 1, "price": 78000},
        {"sku": "dian-hong", "name": "Дянь Хун", "name_en": "Dian Hong", "quantity": 2, "price": 52000},
    ],
}
TOMORROW = NOW + 22 * HOUR


def order(**changes: Any) -> dict[str, Any]:
    return {"status": 200, "json": {**ORDER, **changes}}


# Order status


def test_a_number_in_the_first_message_is_looked_up_at_once() -> None:
    chat = Chat(example("order_status")).start("Где мой заказ AB-123456?")
    assert chat.call.request["path"] == "/orders/AB-123456"
    chat.result("ok", order())
    assert chat.said == ["Заказ AB-123456 в пути, ожидаем 5 марта.", "Помочь чем-нибудь ещё?"]
    assert chat.press("nothing").said == ["Хорошего дня!"]
    assert chat.outcome == "resolved"


def test_without_a_number_it_asks_and_reminds() -> None:
    chat = Chat(example("order_status")).start("статус заказа")
    assert chat.said == ["Пришлите номер заказа, например AB-123456."]
    assert chat.wait_for("reminder0").said == ["Номер есть в письме с подтверждением заказа."]
    assert chat.say("ab - 123456").call.request["path"] == "/orders/AB-123456"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("статус заказа ab 123456", "AB-123456"),
        ("мой заказ АВ-123456", "AB-123456"),
        ("ав123456", "AB-123456"),
    ],
)
def test_a_number_is_understood_however_it_is_typed(text: str, number: str) -> None:
    assert Chat(example("order_status")).start(text).call.request["path"] == f"/orders/{number}"
    greeting = Chat(example("greeting")).start(silent=True).press("order").say(text.split(" ", 2)[-1])
    assert greeting.call.request["path"] == f"/orders/{number}"


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("AB-123456", True),
        ("мой заказ АВ-123456", True),
        ("Здравствуйте! Номер заказа: ab 123456.", True),
        ("my order is AB-123456", True),
        ("я хочу отменить заказ AB-123456", False),
        ("как вернуть AB-123456", False),
    ],
)
def test_a_number_among_words_that_only_name_it_is_looked_up(text: str, taken: bool) -> None:
    found = match_trigger(
        [example("order_status")],
        "message",
        text=text,
        event=None,
        first=True,
        reopened=False,
        context=context(),
    )
    assert (found is not None) is taken


def test_russian_letters_go_into_the_path_encoded() -> None:
    chat = Chat(example("order_status")).start("статус заказа").say("ЧЛ-000123")
    assert chat.call.request["path"] == "/orders/%D0%A7%D0%9B-000123"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"status": "new"},
            "Заказ AB-123456 собирается. Сумма: 1\u00a0299\u00a0₽. Напишем, когда он отправится.",
        ),
        (
            {"status": "packed", "total": None},
            "Заказ AB-123456 собирается. Сумма: в письме с подтверждением. Напишем, когда он отправится.",
        ),
        ({"eta": None}, "Заказ AB-123456 в пути, ожидаем в ближайшие дни."),
        ({"status": "delivered"}, "Заказ AB-123456 доставлен: Лун Цзин и Дянь Хун."),
        (
            {"status": "cancelled"},
            "Заказ AB-123456 отменён. Деньги возвращаются на карту за 3–10 рабочих дней. "
            "Если отменяли не вы, позовите оператора.",
        ),
    ],
)
def test_each_status_has_its_answer(changes: dict[str, Any], said: str) -> None:
    chat = Chat(example("order_status")).start("Где мой заказ AB-123456?").result("ok", order(**changes))
    assert chat.said[0] == said


def test_a_wrong_number_is_asked_again_once_and_then_a_person_looks() -> None:
    chat = Chat(example("order_status")).start("Где мой заказ AB-000000?")
    chat.result("http_error", {"status": 404, "json": None})
    assert chat.said == [
        "Заказ AB-000000 не нашёлся. Проверьте номер в письме с подтверждением.",
        "Пришлите номер заказа, например AB-123456.",
    ]
    chat.say("AB-000001").result("http_error", {"status": 404, "json": None})
    assert chat.said == ["И этот номер не нашёлся. Передаю вопрос оператору, он поищет вручную."]
    chat.result("open", {"next_open": None})
    assert chat.of(Handoff)[0].department == "support"


@pytest.mark.parametrize(
    ("exit", "value"),
    [("timeout", None), ("error", None), ("http_error", {"status": 503}), ("ok", {"json": 5})],
)
def test_a_shop_that_does_not_answer_is_no_silence(exit: str, value: Any) -> None:
    chat = Chat(example("order_status")).start("Где мой заказ AB-123456?").result(exit, value)
    assert chat.said == ["Служба заказов сейчас не отвечает. Передаю вопрос оператору."]
    chat.result("closed", {"next_open": TOMORROW, "timezone": "Europe/Moscow"})
    assert chat.said == ["Сейчас операторов нет на месте. Ответим здесь: 3 марта, 09:00."]
    assert chat.of(Note) == [Note("Заказ AB-123456, клиент ждёт ответа.")]
    assert [(item.department, item.wait_for) for item in chat.of(Handoff)] == [("support", "none")]


def test_a_person_may_be_called_at_any_question() -> None:
    chat = Chat(example("order_status")).start("статус заказа").say("Позовите оператора").result("open")
    assert chat.said == ["Зову оператора, он ответит здесь."]
    assert chat.operator("accepted").operator("closed").outcome == "resolved"


def test_another_question_is_answered_from_knowledge() -> None:
    chat = Chat(example("order_status")).start("Где мой заказ AB-123456?").result("ok", order())
    assert chat.say("А как вернуть чай?").call.request["question"] == "А как вернуть чай?"
    assert chat.result("no_answer").said == ["На это лучше ответит оператор."]


@pytest.mark.parametrize("number", sorted(ORDERS))
def test_every_order_of_the_demos_shop_is_answered(number: str) -> None:
    body = {"status": 200, "json": find_order(number, date(2026, 3, 2))}
    chat = Chat(example("order_status")).start(f"Где мой заказ {number}?").result("ok", body)
    assert chat.said[0].startswith(f"Заказ {number} ")
    greeted = Chat(example("greeting")).start("Привет").press("order").say(number).result("ok", body)
    assert greeted.said[0].startswith(f"Заказ {number} ")


# Greeting


def test_the_greeting_has_the_choices_of_the_shop() -> None:
    chat = Chat(example("greeting"), run=0).start()
    assert chat.buttons == [
        "Где мой заказ?",
        "Доставка и оплата",
        "Подобрать чай",
        "Оптовый заказ",
        "Позвать оператора",
    ]
    assert [button["id"] for button in chat.commands[0].to_dict()["parts"][0]["buttons"]][:2] == [
        "0.1.order",
        "0.1.delivery",
    ]
    english = Chat(example("greeting"), run=0, locale="en").start()
    assert english.buttons[0] == "Where is my order?"


def test_each_choice_of_the_greeting_leads_to_what_it_says() -> None:
    def clicked(option: str) -> Chat:
        return Chat(example("greeting"), run=0).start(silent=True).press_raw(f"0.1.{option}")

    assert clicked("order").said == [
        "Пришлите номер заказа, например AB-123456. Он есть в письме с подтверждением."
    ]
    assert clicked("delivery").call.request["question"] == "Сколько стоит доставка и как оплатить заказ?"
    assert clicked("pick").buttons[0] == "Чёрный и крепкий"
    assert clicked("wholesale").buttons == ["Показать меню"]
    assert clicked("human").commands == [Human()]


@pytest.mark.parametrize(
    ("channel", "said"),
    [("widget", "Чем помочь? Выберите"), ("telegram", "Здравствуйте! Это «Чайная лавка». Выберите")],
)
def test_hello_is_not_greeted_again_where_the_opening_has_greeted(channel: str, said: str) -> None:
    where = {"id": "c1", "type": channel, "name": "Чат"}
    assert Chat(example("greeting"), channel=where).start("hello", trigger="hello").said[0].startswith(said)
    opened = Chat(example("greeting"), channel=where).start(trigger="opened")
    assert opened.said[0].startswith("Здравствуйте!")
    asked = opened.say("Чай вкусный?").result("no_answer")
    assert asked.say("привет").said[0].startswith("Чем помочь?")


def test_a_typed_question_at_the_greeting_goes_to_knowledge() -> None:
    chat = Chat(example("greeting")).start("Привет").say("Чай вкусный?")
    assert (chat.call.kind, chat.call.request["question"]) == ("kb_answer", "Чай вкусный?")
    assert chat.result("no_answer").buttons == ["Позвать оператора", "Показать меню", "Нет, спасибо"]


def test_the_greeting_finds_an_order_by_itself() -> None:
    chat = Chat(example("greeting")).start("Привет").say("1").say("AB-123456").result("ok", order())
    assert chat.said[0] == "Заказ AB-123456 в пути, ожидаем 5 марта."
    assert chat.press("menu").buttons[0] == "Где мой заказ?"


def test_an_order_that_is_not_there_is_told() -> None:
    chat = Chat(example("greeting")).start("Привет").press("order").say("AB-999999")
    assert chat.result("http_error", {"status": 404}).buttons[0] == "Ввести снова"


def test_a_wholesale_click_ends_at_sales() -> None:
    chat = Chat(example("greeting")).start("Привет").press("wholesale").say("8 916 123-45-67")
    chat.result("ok", "+79161234567")
    chat.result("closed", {"next_open": TOMORROW})
    assert chat.said == ["Спасибо! Менеджер свяжется с вами, когда откроется отдел продаж: 3 марта, 09:00."]
    assert [(item.department, item.wait_for) for item in chat.of(Handoff)] == [("sales", "none")]


# Lead capture


def lead() -> Chat:
    chat = Chat(example("lead_capture")).start("Хочу опт").press("cafe").say("Анна").say("+7 916 123-45-67")
    return chat.result("ok", "+79161234567").say("anna@example.com").say("12")


def test_a_lead_is_noted_and_stored_with_all_answers() -> None:
    chat = lead()
    assert chat.of(Note) == [
        Note("Оптовая заявка: Анна, +79161234567, anna@example.com, человек: 12, тема: cafe")
    ]
    assert chat.of(Tag) == [Tag(["wholesale"], [])]
    assert chat.call.request["json"] == {
        "name": "Анна",
        "phone": "+79161234567",
        "email": "anna@example.com",
        "team": 12,
        "topic": "cafe",
        "channel": "widget",
    }


def test_in_opening_hours_a_lead_meets_a_manager() -> None:
    chat = lead().result("ok", {"status": 201, "json": {}}).result("open", {"next_open": None})
    assert chat.said == ["Спасибо! Зову менеджера по опту, он ответит здесь."]
    assert chat.of(Handoff)[0].department == "sales"
    assert chat.operator("accepted").outcome == "converted"


def test_outside_them_a_lead_gets_a_promise() -> None:
    chat = lead().result("ok", {"status": 201}).result("closed", {"next_open": TOMORROW})
    assert chat.said == ["Спасибо! Отдел продаж сейчас закрыт. Менеджер ответит 3 марта, 09:00."]
    assert chat.outcome == "converted"


@pytest.mark.parametrize(
    ("exit", "value"), [("timeout", None), ("http_error", {"status": 500}), ("error", None)]
)
def test_a_lead_is_not_lost_when_its_system_is_down(exit: str, value: Any) -> None:
    chat = lead().result(exit, value)
    assert chat.of(Note)[0].text.startswith("Система заявок недоступна")
    assert chat.call.kind == "business_hours"


def test_the_email_may_be_skipped_and_a_known_name_is_not_asked() -> None:
    chat = Chat(example("lead_capture"), customer={"name": "Пётр"}).start("опт").press("office")
    assert chat.said == ["Пётр, по какому телефону с вами связаться?"]
    chat.say("89161234567").result("ok", "+79161234567").press("skip").say("3")
    assert "без e-mail" in chat.of(Note)[0].text


def test_an_answer_of_one_letter_is_asked_again() -> None:
    chat = Chat(example("lead_capture")).start("опт").press("cafe").say("Я")
    assert chat.said == ["Нужно хотя бы две буквы."]


def test_an_abandoned_lead_is_marked() -> None:
    chat = Chat(example("lead_capture")).start("опт").wait_for("timeout")
    assert (chat.of(Tag), chat.outcome) == ([Tag(["lead_abandoned"], [])], "abandoned")


# The system's own


def test_the_default_answer_is_a_passage_with_its_source() -> None:
    source = {"title": "Доставка", "url": None, "document_id": "d1", "quote": "От 300 ₽"}
    chat = Chat(load_template("default_answer")).start("Сколько стоит доставка?")
    assert chat.call.request == {
        "knowledge": [],
        "question": "Сколько стоит доставка?",
        "min_score": None,
        "cite": True,
    }
    chat.result("answered", {"text": "От 300 рублей.", "sources": [source], "confidence": 0.9})
    assert chat.commands[0].to_dict()["parts"][0]["sources"] == [source]
    assert chat.commands[1] == End("answered")


@pytest.mark.parametrize("exit", ["no_answer", "error"])
def test_without_an_answer_it_says_so_and_offers_a_person(exit: str) -> None:
    chat = Chat(load_template("default_answer")).start("Кто вы?").result(exit)
    assert "не нашёл точного ответа" in chat.said[0]
    assert chat.buttons == ["Позвать оператора", "Нет, спасибо"]
    assert chat.press("human").commands == [Human()]


def test_at_that_offer_free_text_is_a_new_question() -> None:
    chat = Chat(load_template("default_answer")).start("Кто вы?").result("no_answer").say("Что вы продаёте?")
    assert chat.call.request["question"] == "Что вы продаёте?"
    declined = Chat(load_template("default_answer")).start("Кто?").result("no_answer").say("нет")
    assert declined.outcome == "declined"
    assert (
        Chat(load_template("default_answer")).start("Кто?").result("no_answer").say("да").outcome == "human"
    )


def test_in_opening_hours_a_person_is_called() -> None:
    chat = Chat(load_template("handoff")).start("Позовите оператора")
    assert chat.call.request == {"calendar": "support"}
    chat.result("open", {"next_open": None, "timezone": "Europe/Moscow"})
    assert chat.said == ["Зову оператора, он ответит здесь."]
    assert chat.of(Handoff)[0].wait_for == "closed"
    assert chat.operator("accepted").operator("closed", summary="Решено").outcome == "helped"


def test_the_handoffs_calendar_is_an_input() -> None:
    assert Chat(load_template("handoff"), inputs={"calendar": "sales"}).start("?").call.request == {
        "calendar": "sales"
    }


def closed(locale: str = "ru") -> Chat:
    chat = Chat(load_template("handoff"), locale=locale).start("Оператор")
    return chat.result("closed", {"next_open": TOMORROW, "timezone": "Europe/Moscow"})


def test_outside_opening_hours_it_says_when_and_takes_a_contact() -> None:
    chat = closed()
    assert chat.said[0] == "Сейчас операторов нет на месте. Будем здесь 3 марта, 09:00."
    chat.say("anna@example.com")
    assert chat.said == ["Спасибо! Передал вопрос операторам."]
    assert chat.of(Note) == [Note("Просит ответить: anna@example.com")]
    assert chat.of(Handoff)[0].wait_for == "none"
    assert "We will be back on March 3, 09:00." in closed("en").said[0]


@pytest.mark.parametrize(
    "contact",
    [
        "+7 916 123-45-67",
        "8(916)123-45-67",
        "ivan.petrov@mail.example.org",
        "мой мейл ivan@example.com",
        "мой номер 8 916 123-45-67, Иван",
        "８９１６１２３４５６７",
    ],
)
def test_a_phone_or_an_email_is_a_contact(contact: str) -> None:
    assert closed().say(contact).of(Note) == [Note(f"Просит ответить: {contact}")]


@pytest.mark.parametrize("way", ["skip", "silence"])
def test_without_a_contact_the_question_still_reaches_people(way: str) -> None:
    chat = closed()
    if way == "skip":
        chat.press("skip")
    else:
        assert chat.state["timers"][0]["at"] == NOW + HOUR / 12
        chat.wait_for("timeout")
    assert chat.of(Handoff)
    assert chat.outcome == "queued"


def test_a_question_instead_of_a_contact_is_answered_or_noted_and_the_contact_asked_for_again() -> None:
    chat = closed().say("А сколько стоит доставка?")
    assert chat.call.request["question"] == "А сколько стоит доставка?"
    chat.result("answered", {"text": "290 ₽", "sources": []})
    assert chat.said[0] == "290 ₽"
    assert chat.said[1].startswith("Оставьте телефон или e-mail")
    chat.say("А в Париж?").result("no_answer")
    assert chat.said[0] == "Передам это операторам."
    assert chat.of(Note) == [Note("Ждёт ответа: А в Париж?")]
    assert chat.say("anna@example.com").outcome == "queued"


def test_asking_for_a_person_again_is_answered_and_not_begun_anew() -> None:
    chat = closed().say("позовите оператора!")
    assert chat.said[0].startswith("Вопрос уже передан.")
    assert chat.outcome is None


def test_a_handoff_without_a_calendar_reaches_people_all_the_same() -> None:
    chat = Chat(load_template("handoff")).start("Оператор").result("error")
    assert chat.of(Handoff)
    assert chat.outcome == "queued"
    never = Chat(load_template("handoff")).start("Оператор").result("closed", {"next_open": None})
    assert never.said[0] == "Сейчас операторов нет на месте."


def test_people_who_stay_busy_are_told_about() -> None:
    chat = Chat(load_template("handoff")).start("Оператор").result("open").wait_for("queue")
    assert chat.said == ["Операторы пока заняты. Ваш вопрос остаётся в очереди, ответ придёт сюда."]


def test_a_template_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_template("nothing")
