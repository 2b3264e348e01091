"""The filters of texts: how a value reads in a language. All formatting is ours, so it is the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from omnisupport.scenario_dsl.calendar import parse_date, parse_time, zone
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.funcs import checked_text, join_texts, mismatch
from omnisupport.scenario_dsl.expr.funcs import text as text_of
from omnisupport.scenario_dsl.formats import (
    DATE_PATTERN,
    DATETIME_PATTERN,
    TIME_PATTERN,
    format_date,
    format_moment,
    format_money,
    format_number,
    plural_form,
)
from omnisupport.scenario_dsl.sinks import Link, make_link


class Surroundings(NamedTuple):
    """What a filter may know besides its value."""

    locale: str
    zone: str


Filter = Callable[..., Any]


def _default(value: Any, around: Surroundings, fallback: Any) -> Any:
    return fallback if value is None or value == "" else value


def _upper(value: Any, around: Surroundings) -> str:
    return checked_text(_text("upper", value).upper())


def _lower(value: Any, around: Surroundings) -> str:
    return _text("lower", value).lower()


def _title(value: Any, around: Surroundings) -> str:
    """Capital first letters of words; the rest stays, so `iPhone` does not become `Iphone`."""
    words = _text("title", value).split(" ")
    return " ".join(word[:1].upper() + word[1:] for word in words)


def _truncate(value: Any, around: Surroundings, limit: int) -> str:
    text = _text("truncate", value)
    return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"


def _join(value: Any, around: Surroundings, separator: str = ", ") -> str:
    return join_texts(value, separator)


def _list(value: Any, around: Surroundings) -> str:
    """`чай, кофе и сахар`."""
    if type(value) is not list:
        raise mismatch("list", value)
    items = [text_of(item) for item in value]
    if len(items) < 2:
        return "".join(items)
    conjunction = " и " if around.locale.startswith("ru") else " and "
    return checked_text(", ".join(items[:-1]) + conjunction + items[-1])


def _date(value: Any, around: Surroundings, pattern: str = "") -> str:
    """A date, or the day of a moment in the scenario's time zone."""
    chosen = pattern or DATE_PATTERN
    if type(value) is int:
        return format_moment(value, chosen, around.locale, around.zone)
    date = parse_date(value) if type(value) is str else None
    if date is None:
        raise mismatch("date", value)
    return format_date(date, chosen, around.locale)


def _datetime(value: Any, around: Surroundings, pattern: str = "", zone_name: str = "") -> str:
    if type(value) is not int:
        raise mismatch("datetime", value)
    if zone_name and zone(zone_name) is None:
        raise ExprError("expr.value", "datetime: unknown time zone")
    return format_moment(
        value, pattern or DATETIME_PATTERN[around.locale[:2] == "ru"], around.locale, zone_name or around.zone
    )


def _time(value: Any, around: Surroundings, pattern: str = "") -> str:
    """A time of day, or that of a moment in the scenario's time zone."""
    chosen = pattern or TIME_PATTERN
    if type(value) is int:
        return format_moment(value, chosen, around.locale, around.zone)
    time = parse_time(value) if type(value) is str else None
    if time is None:
        raise mismatch("time", value)
    return format_date(time, chosen, around.locale)


def _number(value: Any, around: Surroundings, digits: int = -1) -> str:
    if type(value) not in (int, float):
        raise mismatch("number", value)
    return format_number(value, digits if digits >= 0 else None, around.locale)


def _money(value: Any, around: Surroundings) -> str:
    amount = value.get("amount") if type(value) is dict else None
    currency = value.get("currency") if type(value) is dict else None
    if type(amount) is not int or type(currency) is not str:
        raise mismatch("money", value)
    return format_money(amount, currency, around.locale)


def _plural(value: Any, around: Surroundings, *forms: str) -> str:
    """The form of a word that goes with the count: `{{ n }} {{ n | plural('день', 'дня', 'дней') }}`."""
    if type(value) not in (int, float):
        raise mismatch("plural", value)
    return plural_form(value, forms, around.locale)


def _mask(value: Any, around: Surroundings) -> str:
    """`i•••@mail.ru` of an address, else all but the last four characters hidden (two of short ones)."""
    text = _text("mask", value)
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    shown = 4 if len(text) > 8 else 2 if len(text) > 4 else 0
    return "•" * (len(text) - shown) + text[len(text) - shown :]


def _link(value: Any, around: Surroundings, title: str = "") -> Link:
    """An address with words to show for it, where the channel can: `{{ vars.invoice | link('Счёт') }}`."""
    if type(value) is not str:
        raise mismatch("link", value)
    return make_link(value, title)


def _text(name: str, value: Any) -> str:
    if value is None or type(value) in (list, dict):
        raise mismatch(name, value)
    return text_of(value)


FILTERS: dict[str, Filter] = {
    "default": _default,
    "upper": _upper,
    "lower": _lower,
    "title": _title,
    "truncate": _truncate,
    "join": _join,
    "list": _list,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "number": _number,
    "money": _money,
    "plural": _plural,
    "mask": _mask,
    "link": _link,
}
