"""Triggers choose the scenario; patterns know what people say to any of them."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from omnisupport.scenario_dsl import IR, match_pattern, match_trigger
from omnisupport.scenario_dsl.keywords import keyword_matcher
from tests.scenario_dsl.support import compiled, context, document, example

MESSAGE = "  first: {type: message, text: Да, next: bye}\n"


def triggered(name: str, triggers: str) -> IR:
    text = document(MESSAGE, head=f"triggers: [{triggers}]\n").replace("[widget]\n", "[widget, telegram]\n")
    return compiled(text.replace("id: under_test", f"id: {name}"))


def chosen(irs: list[IR], text: str | None = None, **more: Any) -> tuple[str, str] | None:
    kind: Literal["event", "message"] = "event" if "event" in more else "message"
    given = {"event": None, "first": False, "reopened": False, "context": context()} | more
    found = match_trigger(irs, kind, text=text, **given)
    return None if found is None else (found.ir["id"], found.trigger_id)


@pytest.mark.parametrize(
    ("match", "keyword", "text", "found"),
    [
        ("exact", "привет", "Привет!", True),
        ("exact", "привет", "Привет, сколько стоит?", False),
        ("exact", "ещё", "ЕЩЕ", True),
        ("exact", "?", " ? ", True),
        ("word", "опт", "Хочу опт.", True),
        ("word", "опт", "оптика", False),
        ("word", "опт", "кооптация", False),
        ("word", "где заказ", "а  где   заказ?", True),
        ("word", "c++", "люблю c++ очень", True),
        ("word", "ёлка", "ЕЛКА", True),
        ("contains", "достав", "Сколько стоит доставка?", True),
        ("contains", "достав", "Сколько стоит чай?", False),
        ("regex", "^заказ [0-9]+$", "Заказ 15", True),
        ("regex", "^заказ [0-9]+$", "заказ пятнадцать", False),
        ("word", "чай", "ч\u200bай", True),
        ("word", "чай", "чаи\u0306", True),
    ],
)
def test_keywords_know_russian(match: str, keyword: str, text: str, found: bool) -> None:
    assert keyword_matcher([keyword], match)(text) is found


def test_a_list_of_two_hundred_keywords_is_no_problem() -> None:
    words = [f"слово{number}" for number in range(200)]
    assert keyword_matcher(words, "word")("тут слово199 есть")
    assert not keyword_matcher(words, "word")("тут слово1990 есть")


def test_a_message_goes_to_the_first_scenario_that_takes_it() -> None:
    irs = [
        triggered("a", "{id: w, type: keyword, any: [чай]}"),
        triggered("b", "{id: w, type: keyword, any: [чай]}"),
    ]
    assert chosen(irs, "чай") == ("a", "w")
    assert chosen(list(reversed(irs)), "чай") == ("b", "w")


def test_a_higher_priority_comes_first() -> None:
    any_message = triggered("a", "{id: any, type: message}")
    keyword = triggered("b", "{id: w, type: keyword, any: [чай], priority: 5}")
    assert chosen([any_message, keyword], "чай") == ("b", "w")
    assert chosen([any_message, keyword], "кофе") == ("a", "any")


def test_first_and_reopening_messages() -> None:
    irs = [triggered("a", "{id: f, type: message, match: first}, {id: r, type: message, match: reopen}")]
    assert chosen(irs, "Эй") is None
    assert chosen(irs, "Эй", first=True) == ("a", "f")
    assert chosen(irs, "Эй", reopened=True) == ("a", "r")


def test_events_go_to_event_triggers_only() -> None:
    irs = [triggered("a", "{id: m, type: message}, {id: o, type: event, event: widget.opened}")]
    assert chosen(irs, event="widget.opened") == ("a", "o")
    assert chosen(irs, event="conversation.resolved") is None


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        ("channels: [widget]", True),
        ("channels: [telegram]", False),
        ("locale: ru", True),
        ("locale: en", False),
        ('when: "event.text.size() > 2"', True),
        ('when: "event.text.size() > 20"', False),
        ("when: \"customer.name.orValue('') == 'Анна'\"", False),
        ("when: \"'vip' in conversation.tags.orValue([])\"", False),
        ('when: "1 / 0 == 1"', False),
    ],
)
def test_a_trigger_may_have_conditions(limit: str, found: bool) -> None:
    irs = [triggered("a", "{id: m, type: message, " + limit + "}")]
    assert (chosen(irs, "чайник") is not None) is found


def test_a_scenario_works_on_its_channels_only() -> None:
    irs = [triggered("a", "{id: m, type: message}")]
    assert chosen(irs, "Эй", context=context(channel={"type": "vk"})) is None


def test_the_demos_scenarios_take_what_is_theirs() -> None:
    irs = [example("greeting"), example("order_status"), example("lead_capture")]
    assert chosen(irs, event="widget.opened") == ("greeting", "opened")
    assert chosen(irs, "Здравствуйте!") == ("greeting", "hello")
    assert chosen(irs, "Где мой заказ AB-123456?") == ("order_status", "words")
    assert chosen(irs, "AB-123456") == ("order_status", "number")
    assert chosen(irs, "Where is my order?") == ("order_status", "words")
    assert chosen(irs, "Хочу купить оптом") == ("lead_capture", "words")
    assert chosen(irs, "wholesale prices please") == ("lead_capture", "words")


@pytest.mark.parametrize(
    "text",
    [
        "сколько стоит доставка?",
        "Привет, сколько стоит доставка?",
        "как заваривать улун",
        "Вернуть заказ можно?",
        "How long does delivery take?",
        "оптика",
    ],
)
def test_a_question_is_answered_not_greeted(text: str) -> None:
    irs = [example("greeting"), example("order_status"), example("lead_capture")]
    assert chosen(irs, text, first=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "Позовите оператора",
        "позовите, пожалуйста, оператора!!!",
        "Оператор",
        "ОПЕРАТОРА",
        "соедините меня с живым человеком",
        "Хочу поговорить с менеджером",
        "дайте человека",
        "мне нужен оператор срочно",
        "Можно оператора?",
        "не хочу говорить с роботом",
        "свяжите с поддержкой",
        "Call an operator please",
        "I want to talk to a human",
        "human",
        "Can I speak with someone?",
        "agent",
        "connect me with support",
        "I need a human being",
        "позавите оператора",
        "позовите опреатора",
        "операттор",
        "call an operater",
    ],
)
def test_a_wish_for_a_person_is_understood(text: str) -> None:
    assert match_pattern(text, "ru") == "human"
    assert match_pattern(text, "en") == "human"


@pytest.mark.parametrize(
    "text",
    [
        "оператор вчера обещал перезвонить",
        "Сколько человек у вас работает?",
        "есть ли у вас менеджер по опту и какой у него телефон",
        "помогите выбрать чай",
        "live chat",
        "мне нужна помощь с заказом",
        "Анна",
        "человек-паук",
        "отменить заказ",
        "как отменить доставку",
        "назад дороги нет",
        "сначала хочу узнать цену",
        "",
        "?!",
        "а" * 5_000,
        "can you help me choose",
        "оперетта",
        "позвоните оператору на склад",
        "manage",
        "people",
    ],
)
def test_other_words_are_no_pattern(text: str) -> None:
    assert match_pattern(text, "ru") is None


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Отмена", "cancel"),
        ("не надо", "cancel"),
        ("Cancel!", "cancel"),
        ("never mind", "cancel"),
        ("не нужен оператор", "cancel"),
        ("Оператор уже не нужен", "cancel"),
        ("не зовите оператора", "cancel"),
        ("I don't need an operator", "cancel"),
        ("Назад", "back"),
        ("go back", "back"),
        ("Начать сначала", "restart"),
        ("заново", "restart"),
        ("start over", "restart"),
        ("/start", "restart"),
    ],
)
def test_the_other_patterns_are_whole_phrases(text: str, pattern: str) -> None:
    assert match_pattern(text, "ru") == pattern
