"""Every other kind of answer, by tables."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl.filters import Surroundings
from omnisupport.scenario_dsl.inputs.base import Outside, Parsed
from omnisupport.scenario_dsl.inputs.misspelt import likely_domain
from omnisupport.scenario_dsl.registry import input_kinds
from tests.scenario_dsl.inputs.support import MOSCOW, NOTHING, found, is_refused, value
from tests.scenario_dsl.support import HOUR, NOW

RUB = "RUB"


def rub(minor: int) -> dict[str, Any]:
    return {"amount": minor, "currency": RUB}


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1 500,50 ₽", 150_050),
        ("1500.50", 150_050),
        ("1500", 150_000),
        ("1 500", 150_000),
        ("1\u00a0500\u00a0₽", 150_000),
        ("1500р", 150_000),
        ("1500 р.", 150_000),
        ("1500 руб", 150_000),
        ("1500 руб.", 150_000),
        ("1500 рублей", 150_000),
        ("1500 руб 50 коп", 150_050),
        ("1500 рублей 50 копеек", 150_050),
        ("50 коп", 50),
        ("2 тыс", 200_000),
        ("2 тыс. руб.", 200_000),
        ("1,5 тыс", 150_000),
        ("5к", 500_000),
        ("2 млн", 200_000_000),
        ("RUB 100", 10_000),
        ("0", 0),
        ("-100", -10_000),
        ("0,01", 1),
        ("12 345 678,90", 1_234_567_890),
    ],
)
def test_an_amount_in_rubles(text: str, minor: int) -> None:
    assert value("money", text, currency=RUB) == rub(minor)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$20", 2_000, "USD"),
        ("20$", 2_000, "USD"),
        ("20 долларов", 2_000, "USD"),
        ("20 dollars 50 cents", 2_050, "USD"),
        ("€1,500.50", 150_050, "EUR"),
        ("100 евро", 10_000, "EUR"),
        ("1000 тенге", 100_000, "KZT"),
        ("500 ¥", 50_000, "CNY"),
        ("500 yen", 500, "JPY"),
        ("300", 30_000, "RUB"),
    ],
)
def test_an_amount_in_the_currency_that_is_written(text: str, amount: int, currency: str) -> None:
    assert value("money", text, locale="en") == {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "много",
        "$20",
        "20 долларов",
        "100 руб 200 руб",
        "100-200",
        "100 чашек",
        "1,2,3",
        "0,001",
        "1500 руб 150 коп",
        "100 руб долларов",
        "1e5",
        "9" * 40,
        "тыс",
        "руб",
        "примерно 100",
    ],
)
def test_what_is_no_amount_in_rubles(text: str) -> None:
    assert value("money", text, currency=RUB) is NOTHING


def test_bounds_of_money_are_minor_units() -> None:
    assert value("money", "99,99", min=10_000) is NOTHING
    assert value("money", "100", min=10_000, max=10_000) == rub(10_000)


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("1 500,50", "ru", 1500.5),
        ("1500.5", "ru", 1500.5),
        ("1,500", "ru", 1.5),
        ("1,500", "en", 1500.0),
        ("1,500.50", "en", 1500.5),
        ("1.500,50", "ru", 1500.5),
        ("1,234,567", "en", 1234567.0),
        ("1.234.567", "ru", 1234567.0),
        ("−3,5", "ru", -3.5),
        ("-3.5", "en", -3.5),
        ("+7", "ru", 7.0),
        ("0", "ru", 0.0),
        ("12 000 000", "ru", 12e6),
    ],
)
def test_a_number(text: str, locale: str, number: float) -> None:
    assert value("number", text, locale=locale) == number


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1..2", "1,", ".5", "1 2", "1 50", "--3", "1-2", "1e5", "inf", "nan", "٣", "пять", "12 кг"],
)
def test_what_is_no_number(text: str) -> None:
    assert value("number", text) is NOTHING


def test_a_number_may_have_bounds_and_few_decimals() -> None:
    assert value("number", "1,55", decimals=1) is NOTHING
    assert value("number", "1,5", decimals=1) == 1.5
    assert value("number", "11", max=10.0) is NOTHING


YES = "да ага угу ок окей хорошо конечно верно правильно согласна давайте ДА! Да. yes y yeah yep sure ok correct + 👍"
NO = "нет не неа неверно no nope nah wrong - 👎 НЕТ! No."


@pytest.mark.parametrize(
    "text", [*YES.split(), "да, конечно", "всё верно", "так точно", "of course", "that's right"]
)
def test_yes(text: str) -> None:
    assert value("bool", text) is True


@pytest.mark.parametrize(
    "text", [*NO.split(), "не надо", "нет, спасибо", "не верно", "no thanks", "that's wrong"]
)
def test_no(text: str) -> None:
    assert value("bool", text) is False


@pytest.mark.parametrize(
    "text", ["", "может быть", "не знаю", "да нет наверное", "maybe", "1", "когда", "нетто", "данет"]
)
def test_neither_yes_nor_no(text: str) -> None:
    assert value("bool", text) is NOTHING


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("5", 5),
        ("пять", 5),
        ("five", 5),
        ("4 из 5", 4),
        ("4/5", 4),
        ("4 out of 5", 4),
        ("3 балла", 3),
        ("5 звёзд", 5),
        ("⭐⭐⭐", 3),
        ("★★★★☆", 4),
        ("5️⃣", 5),
        ("пятёрка", 5),
    ],
)
def test_a_rating(text: str, mark: int) -> None:
    assert value("rating", text) == mark


@pytest.mark.parametrize("text", ["0", "6", "4/10", "отлично", "", "5 5", "пять шесть", "⭐" * 9])
def test_no_rating(text: str) -> None:
    assert value("rating", text) is NOTHING


def test_a_scale_of_ten() -> None:
    assert value("rating", "10", min=0, max=10) == 10
    assert value("rating", "0", min=0, max=10) == 0
    assert value("rating", "🔟", max=10) == 10


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://Example.com/Path?q=1#x", "https://example.com/Path?q=1#x"),
        ("http://example.com", "http://example.com"),
        ("example.com", "https://example.com"),
        ("www.example.co.uk/a_b", "https://www.example.co.uk/a_b"),
        ("пример.рф/путь", "https://пример.рф/путь"),
        ("t.me/name", "https://t.me/name"),
        ("<https://example.com:8443/>", "https://example.com:8443/"),
    ],
)
def test_a_link(text: str, url: str) -> None:
    assert value("url", text) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example",
        "ftp://example.com",
        "javascript:alert(1)",
        "https://",
        "http://1.2.3.4",
        "a b.com",
        "x@y.ru",
        "https://example.com:99999",
        "https://exa mple.com",
        "https://-a.com",
        'https://a.com/"><script>',
        "a." * 3_000 + "com",
    ],
)
def test_no_link(text: str) -> None:
    assert value("url", text) is NOTHING


# Documents


@pytest.mark.parametrize(
    "text", ["7707083893", "ИНН 7707083893", "инн: 7707083893", "77 07 083 893", "500100732259"]
)
def test_a_taxpayers_number(text: str) -> None:
    assert value("inn", text) in ("7707083893", "500100732259")


@pytest.mark.parametrize(
    "text", ["7707083894", "500100732258", "0000000000", "123", "7707083893x", "", "7707083893 1"]
)
def test_no_taxpayers_number(text: str) -> None:
    assert value("inn", text) is NOTHING


def test_a_company_has_ten_digits_and_a_person_twelve() -> None:
    assert value("inn", "7707083893", who="company") == "7707083893"
    assert value("inn", "7707083893", who="person") is NOTHING
    assert value("inn", "500100732259", who="company") is NOTHING


@pytest.mark.parametrize("text", ["112-233-445 95", "11223344595", "СНИЛС 112 233 445 95"])
def test_an_insurance_number(text: str) -> None:
    assert value("snils", text) == "11223344595"


@pytest.mark.parametrize("text", ["112-233-445 96", "11223344594", "1122334459", "00000000000", "текст"])
def test_no_insurance_number(text: str) -> None:
    assert value("snils", text) is NOTHING


def test_control_digits_of_an_insurance_number_may_be_zero() -> None:
    """A sum of 100 or 101 gives 00."""
    assert value("snils", "087-654-303 00") == "08765430300"


@pytest.mark.parametrize("text", ["044525225", "БИК 044525225", "04 45 25 225"])
def test_a_banks_code(text: str) -> None:
    assert value("bik", text) == "044525225"


@pytest.mark.parametrize("text", ["144525225", "04452522", "0445252255", "", "банк"])
def test_no_banks_code(text: str) -> None:
    assert value("bik", text) is NOTHING


def test_an_account_must_be_the_banks() -> None:
    """The example of the Bank of Russia's own rule: 40602810К00000000025 at bank …746 has the key 7."""
    assert value("bik", "049805746", account="40602810700000000025") == "049805746"
    assert value("bik", "049805746", account="40602810600000000025") is NOTHING
    assert value("bik", "049805746", account="407") is NOTHING


# Addresses of mail, phones


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("mial.ru", "mail.ru"),
        ("mail.tu", "mail.ru"),
        ("yandx.ru", "yandex.ru"),
        ("yadnex.ru", "yandex.ru"),
        ("rambler.tu", "rambler.ru"),
        ("hotmial.com", "hotmail.com"),
        ("iclod.com", "icloud.com"),
        ("gmail.com", None),
        ("mail.ru", None),
        ("ymail.com", None),
        ("email.com", None),
        ("example.com", None),
        ("company.ru", None),
        ("bk.ru", None),
    ],
)
def test_a_slip_in_a_well_known_domain(domain: str, meant: str | None) -> None:
    assert likely_domain(domain) == meant


def test_a_doubtful_address_comes_with_what_was_meant() -> None:
    assert found("email", "Anna@Gmial.com") == Parsed("Anna@gmial.com", meant="Anna@gmail.com")


def test_a_domain_is_looked_up_only_where_asked() -> None:
    looked = found("email", "anna@example.com", check_mx=True)
    assert isinstance(looked, Outside)
    assert looked.request == {"kind": "email_domain", "address": "anna@example.com"}
    assert looked.otherwise == Parsed("anna@example.com")


def test_a_shared_contact_is_a_phone() -> None:
    result = found("phone", "", content={"contact": {"name": "Анна", "phone": "+79161234567", "own": True}})
    assert isinstance(result, Outside)
    assert result.request == {"kind": "phone", "text": "+79161234567", "region": "RU"}


# Files


def attachment(**changes: Any) -> dict[str, Any]:
    return {
        "id": "f1",
        "name": "a.pdf",
        "mime": "application/pdf",
        "size": 1_000,
        "kind": "file",
        "url": "u",
        "scan": "not_checked",
    } | changes


def sent(*attachments: dict[str, Any]) -> dict[str, Any]:
    return {"attachments": list(attachments)}


def test_a_file_that_nobody_scanned_is_taken() -> None:
    assert value("file", "", content=sent(attachment()))["scan"] == "not_checked"
    assert value("file", "", content=sent(attachment(scan=None)))["scan"] == "not_checked"


@pytest.mark.parametrize(
    ("files", "data"),
    [
        ([attachment(scan="infected")], {}),
        ([attachment(), attachment(scan="infected")], {"max": 3}),
        ([attachment()], {"mime": ["image/*"]}),
        ([attachment(size=2_000)], {"max_size": 1_500}),
        ([attachment(), attachment()], {}),
        ([attachment()], {"min": 2, "max": 3}),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_a_reason(
    files: list[dict[str, Any]], data: dict[str, Any]
) -> None:
    assert is_refused(found("file", "", content=sent(*files), **data))


def test_no_file_at_all() -> None:
    assert value("file", "вот файл") is NOTHING
    assert value("file", "", content={"attachments": "x"}) is NOTHING


def test_several_files_are_a_list() -> None:
    files = value("file", "", content=sent(attachment(), attachment(id="f2")), max=3)
    assert [file["id"] for file in files] == ["f1", "f2"]


def test_an_image_may_be_sent_as_a_photo_or_a_file() -> None:
    photo = attachment(kind="image", mime="image/jpeg")
    assert value("image", "", content=sent(photo))["kind"] == "image"
    assert value("image", "", content=sent(attachment(mime="image/png")))["mime"] == "image/png"
    assert is_refused(found("image", "", content=sent(attachment())))


def test_a_recording_may_be_written_down_by_the_host() -> None:
    voice = sent(attachment(kind="audio", mime="audio/ogg; codecs=opus"))
    assert value("audio", "", content=voice)["kind"] == "audio"
    asked = found("audio", "", content=voice, transcribe=True)
    assert isinstance(asked, Outside)
    assert asked.request["kind"] == "transcription"
    kind = input_kinds()["audio"]
    written, silent = (
        kind.heard("ok", "Привет", asked.otherwise),
        kind.heard("not_checked", None, asked.otherwise),
    )
    assert isinstance(written, Parsed)
    assert (written.value["text"], silent) == ("Привет", asked.otherwise)


# Places and contacts


def test_a_place_is_shared_typed_or_written_as_coordinates() -> None:
    shared = {"location": {"lat": 55.75, "lon": 37.61, "address": None}}
    assert value("location", "", content=shared) == {"lat": 55.75, "lon": 37.61, "address": None}
    assert value("location", "55.75, 37.61") == {"lat": 55.75, "lon": 37.61, "address": None}
    asked = found("location", "Москва, Тверская 1")
    assert isinstance(asked, Outside)
    assert asked.otherwise == Parsed({"lat": None, "lon": None, "address": "Москва, Тверская 1"})
    assert value("location", "Москва, Тверская 1", typed=False) is NOTHING
    assert value("location", "95.75, 37.61") is NOTHING


def test_a_contact_may_have_to_be_the_customers_own() -> None:
    content = {"contact": {"name": "Пётр", "phone": "+79161234567", "own": False}}
    assert value("contact", "", content=content) == {"name": "Пётр", "phone": "+79161234567", "own": False}
    assert is_refused(found("contact", "", content=content, own=True))
    assert value("contact", "+79161234567") is NOTHING


def test_anything_is_a_text_or_all_that_came() -> None:
    assert value("any", " слова ") == "слова"
    assert value("any", "вот", content=sent(attachment()))["attachments"][0]["id"] == "f1"
    assert value("any", "\u200b") is NOTHING


# Codes


def test_a_code_is_compared_by_the_host() -> None:
    asked = found("code", "12 34-56", to={})
    assert isinstance(asked, Outside)
    assert (asked.kind, asked.request["op"], asked.request["text"]) == ("code", "check", "123456")
    assert asked.hides_text
    assert value("code", "1234567", to={}) is NOTHING
    assert value("code", "слово", to={}) is NOTHING


# Reading back


@pytest.mark.parametrize(
    ("kind", "stored", "russian", "english"),
    [
        ("date", "2026-03-05", "5 марта 2026", "5 March 2026"),
        ("time", "15:30", "15:30", "15:30"),
        ("datetime", NOW, "2 марта 2026, 11:00", "March 2, 2026, 11:00"),
        ("duration", HOUR * 3 // 2, "1\u00a0ч 30\u00a0мин", "1\u00a0h 30\u00a0min"),
        ("money", {"amount": 150_050, "currency": "RUB"}, "1\u00a0500,50\u00a0₽", "₽1,500.50"),
        ("number", 1500.5, "1\u00a0500,5", "1,500.5"),
        ("bool", True, "Да", "Yes"),
        ("snils", "11223344595", "112-233-445 95", "112-233-445 95"),
        ("location", {"lat": 1.0, "lon": 2.0, "address": None}, "1.0, 2.0", "1.0, 2.0"),
        ("contact", {"name": "Анна", "phone": "+7916"}, "Анна +7916", "Анна +7916"),
        ("file", {"name": "a.pdf"}, "a.pdf", "a.pdf"),
        ("text", "чай", "чай", "чай"),
    ],
)
def test_a_value_is_read_back_as_people_write_it(kind: str, stored: Any, russian: str, english: str) -> None:
    shown = input_kinds()[kind].show
    assert (shown(stored, Surroundings("ru", MOSCOW)), shown(stored, Surroundings("en", MOSCOW))) == (
        russian,
        english,
    )
