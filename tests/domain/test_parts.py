"""What a channel has no form for is written out: every kind of it, and nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.domain.message import TEXT_MAX
from omnisupport.domain.parts import in_words, pressable

LINK = {"id": "open", "label": "Каталог", "url": "https://shop.example/all"}
PRESS = {"id": "1.1.a", "label": "Да"}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"text": "Привет"}, "Привет"),
        (
            {"text": "Вот:", "media": {"kind": "image", "url": "https://x/a.png", "alt": "Схема"}},
            "Вот:\nСхема: https://x/a.png",
        ),
        (
            {"text": "", "media": {"kind": "file", "url": "https://x/a.pdf", "name": None, "alt": None}},
            "https://x/a.pdf",
        ),
        (
            {"text": "Мы здесь", "location": {"lat": 55.75, "lon": 37.61, "title": "Офис", "address": None}},
            "Мы здесь\nОфис: https://www.openstreetmap.org/?mlat=55.75&mlon=37.61",
        ),
        (
            {"text": "", "contact": {"name": "Анна", "phone": "+79161234567", "email": None}},
            "Анна, +79161234567",
        ),
        (
            {"text": "Смотрите", "open_url": {"url": "https://x/", "label": "Сайт"}},
            "Смотрите\nСайт: https://x/",
        ),
        ({"text": "Выберите", "buttons": [PRESS, LINK]}, "Выберите\nКаталог: https://shop.example/all"),
        (
            {
                "text": "",
                "carousel": [
                    {"title": "Пуэр", "text": "Чёрный", "image": "https://x/p.png", "buttons": [LINK]},
                    {"title": "Улун", "text": None, "image": None, "buttons": []},
                ],
            },
            "• Пуэр\nЧёрный\nhttps://x/p.png\nКаталог: https://shop.example/all\n• Улун",
        ),
        (
            {"text": "", "template": {"name": "order_sent", "language": "ru", "params": ["17", "завтра"]}},
            "17, завтра",
        ),
    ],
)
def test_a_part_is_written_out(part: dict[str, Any], said: str) -> None:
    assert in_words(part) == said


def test_what_may_be_dropped_is_left_out_and_the_text_stays() -> None:
    part = {"text": "Вот:", "media": {"kind": "image", "url": "https://x/a.png"}}
    assert in_words(part, forms=False) == "Вот:"
    assert in_words({"text": "", "media": part["media"]}, forms=False) == ""


def test_only_what_comes_back_is_pressed() -> None:
    assert pressable({"buttons": [PRESS, LINK]}) == [PRESS]
    assert pressable({}) == []


def test_it_is_never_longer_than_a_message() -> None:
    cards = [{"title": "x" * 1_000, "text": "y" * 1_000} for _ in range(10)]
    assert len(in_words({"text": "", "carousel": cards})) == TEXT_MAX
