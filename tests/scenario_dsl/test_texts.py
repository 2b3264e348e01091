"""Texts with holes: filters, formats of both languages, and that a value stays a value."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.errors import ExprError, ExprSyntaxError
from omnisupport.scenario_dsl.filters import FILTERS, Surroundings
from omnisupport.scenario_dsl.render import compile_text
from omnisupport.scenario_dsl.template import parse_template, segments_to_json
from tests.scenario_dsl.support import NOW, Chat, codes, document, scenario

VALUES: dict[str, Any] = {
    "vars": {
        "name": "анна",
        "count": 5,
        "price": 1299.5,
        "total": {"amount": 129_900, "currency": "RUB"},
        "eta": "2026-03-05",
        "at": NOW,
        "time": "09:30",
        "items": ["чай", "кофе", "сахар"],
        "mail": "ivan@example.com",
        "phone": "+79161234567",
        "nothing": None,
        "flag": True,
        "long": "слово " * 50,
    }
}


def write(text: str, locale: str = "ru", zone: str = "Europe/Moscow") -> str:
    segments = segments_to_json(parse_template(text))
    return compile_text(segments)({**VALUES, "$": allowance()}, Surroundings(locale, zone))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("без подстановок", "без подстановок"),
        ("{{ vars.name }}!", "анна!"),
        ("{{vars.name}}{{ vars.count }}", "анна5"),
        ("{{ vars.name | title }} {{ vars.name | upper }} {{ 'ЭЙ' | lower }}", "Анна АННА эй"),
        ("{{ vars.nothing | default('нет') }}", "нет"),
        ("{{ '' | default('нет') }}", "нет"),
        ("{{ vars.nothing | date | default('скоро') }}", "скоро"),
        ("{{ vars.nothing | default(vars.name) | upper }}", "АННА"),
        ("{{ vars.long | truncate(12) }}", "слово слово…"),
        ("{{ vars.name | truncate(12) }}", "анна"),
        ("{{ vars.items | join }} / {{ vars.items | join('; ') }}", "чай, кофе, сахар / чай; кофе; сахар"),
        ("{{ vars.items | list }}", "чай, кофе и сахар"),
        ("{{ ['чай'] | list }}", "чай"),
        ("{{ vars.eta | date('d MMMM') }}", "5 марта"),
        ("{{ vars.eta | date }}", "5 марта 2026"),
        ("{{ vars.eta | date('EEEE, dd.MM.yy') }}", "четверг, 05.03.26"),
        ("{{ vars.at | datetime }}", "2 марта 2026, 11:00"),
        ("{{ vars.at | datetime('d MMM, HH:mm', 'Asia/Vladivostok') }}", "2 марта, 18:00"),
        ("{{ vars.at | date('d.M.yyyy') }}", "2.3.2026"),
        ("{{ vars.at | time }} {{ vars.time | time('H:mm') }}", "11:00 9:30"),
        ("{{ vars.at | datetime(\"HH 'ч'\") }}", "11 ч"),
        ("{{ vars.price | number }} {{ vars.count | number(2) }}", "1\u00a0299,5 5,00"),
        ("{{ 1234567 | number }} {{ -0.5 | number }}", "1\u00a0234\u00a0567 -0,5"),
        ("{{ 2.345 | number(2) }} {{ 2.5 | number(0) }}", "2,35 3"),
        ("{{ vars.total | money }}", "1\u00a0299\u00a0₽"),
        ("{{ vars.count }} {{ vars.count | plural('день', 'дня', 'дней') }}", "5 дней"),
        ("{{ vars.mail | mask }} {{ vars.phone | mask }}", "i•••@example.com ••••••••4567"),
        ("{{ '1234' | mask }} {{ '123456' | mask }}", "•••• ••••56"),
        ("{{ vars.flag }} {{ vars.price }}", "да 1\u00a0299,5"),
        ("{{ '}}' }} {{ \"{{\" }}", "}} {{"),
        ("{{ {'a': 'б'}.a }}", "б"),
        ("{{ vars.name == 'анна' || false ? 'да' : 'нет' }}", "да"),
    ],
)
def test_texts_in_russian(text: str, said: str) -> None:
    assert write(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ vars.eta | date('MMMM d') }}", "March 5"),
        ("{{ vars.at | datetime }}", "March 2, 2026, 11:00"),
        ("{{ vars.at | time('h:mm a') }}", "11:00 AM"),
        ("{{ vars.price | number }}", "1,299.5"),
        ("{{ vars.total | money }}", "₽1,299"),
        ("{{ vars.items | list }}", "чай, кофе and сахар"),
        ("{{ vars.count | plural('day', 'days') }} {{ 1 | plural('day', 'days') }}", "days day"),
        ("{{ vars.flag }}", "yes"),
    ],
)
def test_texts_in_english(text: str, said: str) -> None:
    assert write(text, "en") == said


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (0, "дней"),
        (1, "день"),
        (2, "дня"),
        (5, "дней"),
        (11, "дней"),
        (12, "дней"),
        (21, "день"),
        (22, "дня"),
        (111, "дней"),
        (1.5, "дня"),
    ],
)
def test_russian_plurals(count: float, form: str) -> None:
    assert FILTERS["plural"](count, Surroundings("ru", "UTC"), "день", "дня", "дней") == form


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "said"),
    [
        (129_950, "RUB", "ru", "1\u00a0299,50\u00a0₽"),
        (-5, "USD", "en", "-$0.05"),
        (1_000, "JPY", "en", "1,000\u00a0JPY"),
        (1_500, "KWD", "ru", "1,500\u00a0KWD"),
        (100, "XTS", "en", "1\u00a0XTS"),
    ],
)
def test_money_knows_its_minor_units(amount: int, currency: str, locale: str, said: str) -> None:
    assert FILTERS["money"]({"amount": amount, "currency": currency}, Surroundings(locale, "UTC")) == said


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ vars.nothing }}", "expr.null"),
        ("{{ vars.nothing | upper }}", "expr.null"),
        ("{{ vars.total }}", "expr.type"),
        ("{{ vars.name | number }}", "expr.type"),
        ("{{ vars.name | date }}", "expr.type"),
        ("{{ vars.eta | date('HH:mm') }}", "expr.type"),
        ("{{ vars.time | time('d MMMM') }}", "expr.type"),
        ("{{ vars.at | datetime('d', 'Moscow') }}", "expr.value"),
        ("{{ 99999999999999999 | datetime }}", "expr.value"),
    ],
)
def test_what_a_text_cannot_show_is_a_typed_error(text: str, code: str) -> None:
    with pytest.raises(ExprError) as caught:
        write(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("Привет {{ vars.name", "E203", 7),
        ("{{ }}", "E203", 2),
        ("{{ vars.name | }}", "E203", 14),
        ("{{ vars.name upper }}", "E203", 13),
        ("ab {{ 1 + # }}", "E202", 10),
    ],
)
def test_a_hole_that_cannot_be_read_has_its_place_in_the_text(text: str, code: str, position: int) -> None:
    with pytest.raises(ExprSyntaxError) as caught:
        parse_template(text)
    assert (caught.value.key.split(".")[0], caught.value.position) == (code, position)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ event.text | uper }}", "E215"),
        ("{{ event.text | truncate(vars.count) }}", "E216"),
        ("{{ event.text | truncate }}", "E213"),
        ("{{ event.text | date }}", "E213"),
        ("{{ vars.total }}", None),
        ("{{ vars.total | upper }}", "E213"),
        ("{{ vars.eta | date('d MMMM b') }}", "E007"),
        ("{{ vars.order }}", "E213"),
        ("{{ customer.name | upper }}", "E312"),
        ("{{ customer.name | upper | default('друг') }}", None),
        ("{{ customer.name | default(customer.email) }}", "E312"),
        ("{{ conversation.tags | default('нет') }}", None),
    ],
)
def test_filters_are_checked_by_type(text: str, found: str | None) -> None:
    variables = (
        "  count: {type: int, default: 1}\n"
        "  total: {type: money, default: {amount: 100, currency: RUB}}\n"
        "  eta: {type: date, default: '2026-03-05'}\n"
        "  order: {type: object, fields: {id: int}, default: {id: 1}}\n"
    )
    nodes = f'  first:\n    type: message\n    text: "{text}"\n    next: bye\n'
    assert codes(document(nodes, variables=variables)) == ([] if found is None else [found])


def test_dates_and_money_are_formatted_without_being_asked() -> None:
    chat = Chat(
        scenario(
            "  first:\n    type: message\n    next: bye\n"
            "    text: '{{ vars.eta }}, {{ vars.total }}, {{ vars.at }}, {{ vars.tags }}'\n",
            variables="  eta: {type: date, default: '2026-03-05'}\n"
            "  total: {type: money, default: {amount: 129900, currency: RUB}}\n"
            "  at: {type: datetime, default: '2026-03-02T11:00:00+03:00'}\n"
            "  tags: {type: list, of: string, default: [чай, кофе]}\n",
        )
    )
    assert chat.start().said == ["5 марта 2026, 1\u00a0299\u00a0₽, 2 марта 2026, 11:00, чай и кофе"]


def test_what_a_customer_types_is_never_read_as_a_text_with_holes() -> None:
    chat = Chat(scenario("  first:\n    type: message\n    text: '{{ event.text }}'\n    next: bye\n"))
    assert chat.start("{{ tenant.name }} {{ 1 / 0 }}").said == ["{{ tenant.name }} {{ 1 / 0 }}"]


def test_the_locale_falls_back_to_the_scenarios_own() -> None:
    ir = scenario("  first:\n    type: message\n    text: {ru: Привет}\n    next: bye\n")
    assert Chat(ir, locale="de").start().said == ["Привет"]
