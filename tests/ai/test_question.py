"""What is asked, of what is written around it."""

from __future__ import annotations

import pytest

from omnisupport.ai.knowledge.question import core_question


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Привет, сколько стоит доставка?", "сколько стоит доставка?"),
        ("привет сколько стоит доставка", "сколько стоит доставка"),
        ("Здравствуйте, а сколько стоит доставка?", "сколько стоит доставка?"),
        ("Добрый день! Сколько стоит доставка?", "Сколько стоит доставка?"),
        ("Скажите пожалуйста, у меня такой вопрос: где вы?", "где вы?"),
        ("Хотела бы узнать, как вернуть чай. Заранее спасибо!", "как вернуть чай"),
        ("Hi, how much is delivery?", "how much is delivery?"),
        ("hi there how much is delivery", "how much is delivery"),
        ("Good morning! Could you please tell me where you are?", "where you are?"),
        ("how do I return it please", "how do I return it"),
        ("я хочу отменить заказ AB-123456", "я хочу отменить заказ"),
    ],
)
def test_greetings_politeness_and_numbers_are_no_part_of_the_question(message: str, asked: str) -> None:
    assert core_question(message) == asked


@pytest.mark.parametrize(
    "message",
    [
        "Добрый вечер!",
        "спасибо большое",
        "ivan@example.com",
        "моя почта ivan@example.com",
        "+7 916 123-45-67",
        "оператор не нужен, спасибо",
    ],
)
def test_a_message_that_asks_nothing_leaves_nothing(message: str) -> None:
    assert core_question(message) == ""


@pytest.mark.parametrize(
    "message",
    [
        "как вернуть чай?",
        "андрей, где заказ",
        "sorted by price",
        "чай за 15 000 рублей",
        "prices of 2023-2024",
        "мой заказ",
    ],
)
def test_the_words_of_a_question_stay(message: str) -> None:
    assert core_question(message) == message
