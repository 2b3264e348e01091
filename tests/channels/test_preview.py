"""What an operator is shown before he sends is what the customer gets: the payloads themselves, read back."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.channels.base import Account
from omnisupport.channels.preview import Shown, Span, preview, spans_of_html, spans_of_stars, takes
from omnisupport.channels.rendering import LOSSES
from omnisupport.domain.message import Outbound
from omnisupport.texts import LOCALES, TEXTS
from tests.channels.conformance import Kit
from tests.channels.test_api import KIT as API
from tests.channels.test_email import KIT as EMAIL
from tests.channels.test_max import KIT as MAX
from tests.channels.test_meta import KIT as META
from tests.channels.test_telegram import KIT as TELEGRAM
from tests.channels.test_twilio import SMS, WHATSAPP
from tests.channels.test_vk import KIT as VK

KITS: dict[str, Kit] = {
    "telegram": TELEGRAM,
    "meta": META,
    "twilio": WHATSAPP,
    "sms": SMS,
    "vk": VK,
    "max": MAX,
    "email": EMAIL,
    "api": API,
}
BOLD = "Ваш **заказ** готов: [детали](https://shop.example/1)"
BUTTONS = [{"id": "a", "label": "Да"}, {"id": "b", "label": "Нет"}]
PHOTO = {"kind": "image", "url": "https://cdn.example/a.png", "name": "a.png", "alt": "Схема"}
PLACE = {"lat": 55.7, "lon": 37.6, "title": "Лавка", "address": "Тверская, 1"}
PERSON = {"name": "Пётр", "phone": "+79161234567", "email": None}


def seen(kit: Kit, message: Outbound, account: Account | None = None) -> list[Shown]:
    """What its customer will see."""
    return [each.shown for each in preview(message, account or kit.account(), kit.chat())]


def whole(kit: Kit, text: str = "x", *, author: str = "scenario", **content: Any) -> list[Shown]:
    """The same of a text with a content."""
    message = kit.message(text, **content)
    return seen(kit, Outbound(**{**_fields(message), "author_kind": author}))


def _fields(message: Outbound) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}


def formed(kit: Kit, form: str, value: Any) -> list[Shown]:
    """A message with a form of a scenario."""
    return whole(kit, "x", forms={form: value}, plain="Вот")


@pytest.mark.parametrize("name", KITS)
def test_every_channel_shows_the_words_of_a_plain_text(name: str) -> None:
    shown = whole(KITS[name], "Здравствуйте! 2 < 3 & *нет*", author="operator")
    words = "".join(each.text for each in shown)
    assert words.startswith("Здравствуйте! 2 < 3 & ")
    assert [each.kind for each in shown] == ["mail" if name == "email" else "text"]


@pytest.mark.parametrize(
    ("name", "spans"),
    [
        ("telegram", (Span("заказ", strong=True), Span("детали", url="https://shop.example/1"))),
        ("max", (Span("заказ", strong=True), Span("детали", url="https://shop.example/1"))),
        ("email", (Span("заказ", strong=True), Span("детали", url="https://shop.example/1"))),
        ("meta", (Span("заказ", strong=True), Span("https://shop.example/1", url="https://shop.example/1"))),
        (
            "twilio",
            (Span("заказ", strong=True), Span("https://shop.example/1", url="https://shop.example/1")),
        ),
        ("vk", (Span("https://shop.example/1", url="https://shop.example/1"),)),
        ("sms", (Span("https://shop.example/1", url="https://shop.example/1"),)),
    ],
)
def test_a_bots_formatting_is_shown_where_the_channel_shows_it(name: str, spans: tuple[Span, ...]) -> None:
    [shown] = whole(KITS[name], BOLD)
    assert tuple(span for span in shown.spans if span.strong or span.url) == spans
    assert ("formatting_lost" in shown.lossy) is (name in ("vk", "sms"))


def test_whatsapp_makes_bold_what_an_operator_puts_between_stars_and_telegram_does_not() -> None:
    [starred] = whole(META, "Это *важно*", author="operator")
    assert starred.spans == (Span("Это "), Span("важно", strong=True))
    [plain] = whole(TELEGRAM, "Это *важно* **и это**", author="operator")
    assert plain.spans == (Span("Это *важно* **и это**"),)


@pytest.mark.parametrize("name", KITS)
def test_buttons_are_shown_as_buttons_or_as_numbers_and_then_it_says_so(name: str) -> None:
    [shown] = whole(KITS[name], "Подходит?", buttons=BUTTONS)
    if name in ("sms", "email", "twilio"):
        assert shown.buttons == () and "1) Да" in shown.text and "choices_numbered" in shown.lossy
    else:
        assert [each.label for each in shown.buttons] == ["Да", "Нет"]
        assert shown.layout == "buttons" and "choices_numbered" not in shown.lossy


def test_more_than_three_choices_are_a_list_of_whatsapp_behind_a_button() -> None:
    several = [{"id": str(number), "label": f"Вариант {number}"} for number in range(5)]
    [shown] = whole(META, "Что?", buttons=several)
    assert (shown.layout, shown.opens, len(shown.buttons)) == ("list", "Выбрать", 5)


def test_a_menu_of_twilio_is_shown_as_its_text_and_buttons() -> None:
    account = WHATSAPP.account(content={"2": "HX" + "0" * 32})
    [shown] = seen(WHATSAPP, WHATSAPP.message("Подходит?", buttons=BUTTONS), account)
    assert (shown.text, [each.label for each in shown.buttons]) == ("Подходит?", ["Да", "Нет"])


@pytest.mark.parametrize("name", ["telegram", "meta", "twilio", "max", "vk"])
def test_a_picture_is_shown_with_the_words_below_it(name: str) -> None:
    [shown] = formed(KITS[name], "media", PHOTO)
    assert shown.kind in ("image", "file") and shown.url == PHOTO["url"] and shown.text == "Вот"


def test_a_picture_that_a_channel_does_not_take_is_a_link_and_named_as_lost() -> None:
    [shown] = formed(KITS["sms"], "media", PHOTO)
    assert shown.kind == "text" and PHOTO["url"] in shown.text and "media_as_link" in shown.lossy


@pytest.mark.parametrize("name", ["telegram", "meta", "twilio", "vk", "max"])
def test_a_place_is_shown_as_one(name: str) -> None:
    place = next(each for each in formed(KITS[name], "location", PLACE) if each.kind == "location")
    assert "55.7" in str(place.url) and "Лавка" in f"{place.title} {place.note}"


@pytest.mark.parametrize("name", ["telegram", "meta", "max"])
def test_a_person_is_shown_as_one(name: str) -> None:
    person = next(each for each in formed(KITS[name], "contact", PERSON) if each.kind == "contact")
    assert person.title == "Пётр" and "+79161234567" in str(person.note)


def test_a_template_is_shown_in_its_words() -> None:
    words = {"text": "Заказ *7* готов", "header": "Лавка", "footer": "Не отвечайте", "buttons": ["Спасибо"]}
    form = {"name": "order_ready", "language": "ru", "params": ["7"], "shown": words}
    for kit in (META, WHATSAPP):
        [shown] = whole(kit, "Заказ 7 готов", forms={"template": form}, plain="")
        assert (shown.kind, shown.text, shown.title, shown.note) == (
            "template",
            "Заказ 7 готов",
            "Лавка",
            "Не отвечайте",
        )
        assert [each.label for each in shown.buttons] == ["Спасибо"]
    [unknown] = whole(META, "Слова", forms={"template": {**form, "shown": None}}, plain="")
    assert unknown.text == "Слова" and unknown.title == "order_ready"


def test_a_mail_is_shown_with_its_subject_signature_and_paragraphs() -> None:
    account = EMAIL.account(signature="Лавка\nhttps://shop.example")
    message = Outbound(**{**_fields(EMAIL.message("Раз\n\nДва")), "author_kind": "operator"})
    [shown] = seen(EMAIL, message, account)
    assert shown.text == "Раз\n\nДва\n\n-- \nЛавка\nhttps://shop.example"
    assert shown.title


def test_an_sms_is_counted_in_the_parts_that_are_charged() -> None:
    for text, parts in (("a" * 160, 1), ("a" * 161, 2), ("я" * 71, 2)):
        [counted] = preview(SMS.message(text), SMS.account(), SMS.chat())
        assert (counted.length, counted.sms_parts) == (len(text), parts)
    [telegram] = preview(TELEGRAM.message("😀"), TELEGRAM.account(), TELEGRAM.chat())
    assert (telegram.length, telegram.sms_parts) == (2, None)


@pytest.mark.parametrize("name", KITS)
def test_what_is_shown_is_in_no_part_longer_than_the_channel_takes(name: str) -> None:
    kit = KITS[name]
    found = preview(kit.message("Слово и ещё слово. " * 420), kit.account(), kit.chat())
    most = takes(kit.account()).text
    assert all(most is None or each.length <= most for each in found)
    losses = {loss for each in found for loss in each.shown.lossy}
    assert (len(found) > 1) is ("text_split" in losses) is (name not in ("email", "api"))


def test_every_loss_has_its_words_in_every_language() -> None:
    for loss in LOSSES:
        assert set(TEXTS[f"lost.{loss}"]) == set(LOCALES)


def test_html_of_ours_is_read_back_and_stars_only_where_whatsapp_reads_them() -> None:
    assert spans_of_html("<p>a &lt;b&gt;<br>\nc</p>\n<p><b>d</b></p>") == (
        Span("a <b>\nc\n\n"),
        Span("d", strong=True),
    )
    assert spans_of_stars("2*3*4 * нет * *да*") == (Span("2*3*4 * нет * "), Span("да", strong=True))
