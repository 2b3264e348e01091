"""Words, languages and quotes: what is done without a model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisupport.ai.knowledge.extract import MAX_QUOTE, best_sentence, shorten
from omnisupport.ai.knowledge.language import (
    MAX_QUESTION,
    canonical_question,
    clean_question,
    is_question,
    language_of,
)
from omnisupport.ai.knowledge.lexical import coverage, likeness, topic_words, words
from omnisupport.ai.knowledge.sparse import encode_passage, encode_question


@pytest.mark.parametrize(
    ("one", "other"),
    [("доставка", "доставки"), ("заварить", "заваривать"), ("returns", "returned"), ("даставка", "доставка")],
)
def test_forms_and_misspellings_of_a_word_are_alike(one: str, other: str) -> None:
    assert likeness(one, other) >= 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [("чай", "чат"), ("1234567", "123456"), ("банк", "банан"), ("weather", "leather shoes"[:4])],
)
def test_different_words_are_not(one: str, other: str) -> None:
    assert likeness(one, other) == 0.0


def test_coverage_is_the_share_of_the_topic_that_is_found() -> None:
    passage = words("Доставка по Москве стоит 290 ₽")
    assert coverage(topic_words("сколько стоит доставка по Москве?"), passage) > 0.95
    assert coverage(topic_words("доставка на Луну"), passage) == pytest.approx(8 / 12)
    assert coverage(topic_words("what is the weather"), passage) == 0.0
    assert coverage((), passage) == 0.0


def test_yo_and_capitals_do_not_matter() -> None:
    assert words("Зелёный ЧАЙ") == words("зеленый чай")


def test_topic_words_leave_out_what_says_nothing() -> None:
    assert topic_words("а где можно купить этот чай, и сколько он стоит?") == ("купить", "чай", "стоит")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Где мой заказ?", "ru"),
        ("where is it", "en"),
        ("12345 ???", None),
        ("заказ TS-10482", "ru"),
        ("👍", None),
    ],
)
def test_language_is_told_by_the_letters(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "typed",
    [
        "сколько стоит доставка",
        "Сколько стоит доставка?",
        "сколько стоит доставка???",
        "сколько стоит доставка.",
        "СКОЛЬКО СТОИТ ДОСТАВКА",
    ],
)
def test_a_question_is_searched_for_in_one_form_however_it_was_typed(typed: str) -> None:
    assert canonical_question(clean_question(typed)) == "Сколько стоит доставка?"


def test_invisible_characters_and_line_breaks_are_cleaned_away() -> None:
    assert clean_question("где\u200b \u202eмой\n\n\tзаказ\x00 ") == "где мой заказ"
    assert clean_question("ｄｅｌｉｖｅｒｙ") == "delivery"


@given(st.text(max_size=3_000))
def test_cleaning_accepts_anything(text: str) -> None:
    cleaned = clean_question(text)
    assert len(cleaned) <= MAX_QUESTION
    assert "\x00" not in cleaned
    assert clean_question(cleaned) == cleaned
    canonical_question(cleaned)
    topic_words(cleaned)


@pytest.mark.parametrize(
    ("text", "asked"), [("", False), ("?", False), ("👍👍", False), ("ы", False), ("ок", True)]
)
def test_there_must_be_something_to_search_for(text: str, asked: bool) -> None:
    assert is_question(text) is asked


def test_russian_and_english_words_meet_only_their_own_stems() -> None:
    passage = encode_passage("Доставка заказов в WhatsApp, deliveries")
    assert set(encode_question("доставки")) <= set(passage)
    assert set(encode_question("delivery")) <= set(passage)
    assert set(encode_question("whatsapp")) <= set(passage)
    assert not set(encode_question("возврат refund")) & set(passage)


def test_a_question_of_stop_words_has_no_word_vector() -> None:
    assert encode_question("и как же так") == {}
    assert encode_question("🙂") == {}


def test_the_quote_is_the_sentence_that_answers() -> None:
    text = "Мы любим чай. Доставка по Москве стоит 290 ₽. Курьер звонит за час."
    assert (
        best_sentence(topic_words("цена доставки"), "цена доставки", text)
        == "Доставка по Москве стоит 290 ₽."
    )


def test_a_question_for_an_amount_is_quoted_with_the_figure() -> None:
    text = "Доставка бывает разной.\n• Курьер — доставка за 290 ₽\n• Самовывоз"
    question = "сколько стоит доставка"
    assert best_sentence(topic_words(question), question, text) == "Курьер — доставка за 290 ₽"


def test_without_a_common_word_the_first_sentence_is_quoted() -> None:
    assert best_sentence(topic_words("how much"), "how much is it", "Первое. Второе.") == "Первое."


def test_a_long_quote_is_cut_at_a_word() -> None:
    cut = shorten("слово " * 100, MAX_QUOTE)
    assert len(cut) <= MAX_QUOTE
    assert cut.endswith("слово…")
