"""Dates, numbers and money as people write them in Russian and in English."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from omnisupport.scenario_dsl.calendar import local
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.funcs import round_half_up

NBSP = "\u00a0"
DATE_PATTERN = "d MMMM yyyy"
TIME_PATTERN = "HH:mm"
# By whether the language is Russian.
DATETIME_PATTERN = {True: "d MMMM yyyy, HH:mm", False: "MMMM d, yyyy, HH:mm"}


def _list(words: str) -> list[str]:
    return words.split()


_MONTHS = {
    "ru": (
        _list("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
        _list("янв. февр. марта апр. мая июня июля авг. сент. окт. нояб. дек."),
    ),
    "en": (
        _list("January February March April May June July August September October November December"),
        _list("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    ),
}
_DAYS = {
    "ru": (
        _list("понедельник вторник среда четверг пятница суббота воскресенье"),
        _list("пн вт ср чт пт сб вс"),
    ),
    "en": (
        _list("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        _list("Mon Tue Wed Thu Fri Sat Sun"),
    ),
}
# Letters as in Unicode's date patterns (CLDR); text between apostrophes stands for itself.
_PATTERN = re.compile(r"'((?:[^']|'')*)'|(yyyy|yy|MMMM|MMM|MM|M|dd|d|EEEE|EEE|HH|H|hh|h|mm|ss|a)")
_UNKNOWN = re.compile(r"[A-Za-z]")

_SYMBOLS = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "KZT": "₸", "BYN": "Br"}
# Minor units: two digits but for these (ISO 4217).
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}


def language(locale: str) -> str:
    """`ru` for Russian, `en` for everything else."""
    return "ru" if locale.startswith("ru") else "en"


def pattern_fault(pattern: str) -> str | None:
    """The first letter of a date pattern that means nothing, or None."""
    found = _UNKNOWN.search(_PATTERN.sub("", pattern))
    return found.group() if found else None


def format_date(moment: date | time | datetime, pattern: str, locale: str) -> str:
    """A date, a time or both by a pattern such as `d MMMM, HH:mm`.

    Raises:
        ExprError: the pattern asks a date for its hour, or a time for its day.
    """

    def replace(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[1].replace("''", "'") or "'"
        return _field(moment, match[2], language(locale))

    return _PATTERN.sub(replace, pattern)


def format_moment(moment: int, pattern: str, locale: str, zone_name: str) -> str:
    """A moment by a pattern, as the clocks of the zone show it."""
    try:
        return format_date(local(moment, zone_name), pattern, locale)
    except ValueError as error:
        raise ExprError("expr.value", f"the date is {error}") from error


def _field(at: date | time | datetime, letters: str, lang: str) -> str:
    kind, width = letters[0], len(letters)
    if kind in "yMdE" and isinstance(at, date):
        return _day_field(at, kind, width, lang)
    if kind in "yMdE" or not isinstance(at, time | datetime):
        raise ExprError("expr.type", f"the date pattern's '{letters}' asks for what the value has not")
    if kind == "a":
        return "AM" if at.hour < 12 else "PM"
    number = {"H": at.hour, "h": at.hour % 12 or 12, "m": at.minute, "s": at.second}[kind]
    return f"{number:02d}" if width == 2 else str(number)


def _day_field(at: date, kind: str, width: int, lang: str) -> str:
    if kind == "y":
        return f"{at.year:04d}" if width == 4 else f"{at.year % 100:02d}"
    if kind == "E":
        return _DAYS[lang][0 if width == 4 else 1][at.weekday()]
    if kind == "M" and width >= 3:
        return _MONTHS[lang][0 if width == 4 else 1][at.month - 1]
    number = at.month if kind == "M" else at.day
    return f"{number:02d}" if width == 2 else str(number)


def format_number(value: int | float, digits: int | None, locale: str) -> str:
    """`1 299,5` in Russian, `1,299.5` in English; with `digits`, exactly so many after the point."""
    if isinstance(value, float) and abs(value) >= 1e15:
        return repr(value)
    exact = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    rounded = exact if digits is None else round_half_up(value, min(digits, 10))
    sign, whole, fraction = _parts(rounded)
    if digits is None:
        fraction = fraction.rstrip("0")
    russian = language(locale) == "ru"
    grouped = _grouped(whole, NBSP if russian else ",")
    return sign + grouped + ((("," if russian else ".") + fraction) if fraction else "")


def _parts(value: Decimal) -> tuple[str, str, str]:
    whole, _, fraction = format(abs(value), "f").partition(".")
    return ("-" if value < 0 else "", whole, fraction)


def _grouped(digits: str, separator: str) -> str:
    head = len(digits) % 3
    groups = [digits[:head]] if head else []
    groups += [digits[index : index + 3] for index in range(head, len(digits), 3)]
    return separator.join(groups)


def format_money(amount: int, currency: str, locale: str) -> str:
    """Minor units as `1 299 ₽` or `₽1,299`; the fraction is left out when it is zero."""
    digits = _DIGITS.get(currency, 2)
    whole, fraction = divmod(abs(amount), 10**digits)
    russian = language(locale) == "ru"
    number = _grouped(str(whole), NBSP if russian else ",")
    if fraction:
        number += ("," if russian else ".") + f"{fraction:0{digits}d}"
    symbol, sign = _SYMBOLS.get(currency, currency), "-" if amount < 0 else ""
    if russian:
        return f"{sign}{number}{NBSP}{symbol}"
    return f"{sign}{symbol}{number}" if symbol != currency else f"{sign}{number}{NBSP}{currency}"


def plural_form(count: int | float, forms: tuple[str, ...], locale: str) -> str:
    """One of `forms`: one, few, many in Russian; one, other in English (CLDR plural rules)."""
    if not forms:
        raise ExprError("expr.value", "plural: no forms given")
    return forms[min(_plural_index(count, language(locale)), len(forms) - 1)]


def _plural_index(count: int | float, lang: str) -> int:
    if isinstance(count, float) and count != int(count):
        return 1
    number = abs(int(count))
    if lang == "en":
        return 0 if number == 1 else 1
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def minor_digits(currency: str) -> int:
    """How many digits the minor unit of a currency has: 2 for kopecks and cents."""
    return _DIGITS.get(currency, 2)
