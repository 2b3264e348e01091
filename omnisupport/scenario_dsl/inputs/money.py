"""An amount of money."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import MONEY, Type
from omnisupport.scenario_dsl.fields import Int, Str, check_bounds
from omnisupport.scenario_dsl.formats import format_money, minor_digits
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed, stretches
from omnisupport.scenario_dsl.inputs.numerals import read_numeral
from omnisupport.scenario_dsl.keywords import fold
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings

_LONGEST = 60
_MOST = 10**15
_CURRENCIES = {
    word: code
    for code, words in {
        "RUB": "₽ р руб рубль рубля рублей рублях rub rur ruble rubles rouble roubles",
        "USD": "$ usd доллар доллара долларов бакс бакса баксов dollar dollars buck bucks us$",
        "EUR": "€ eur евро euro euros",
        "GBP": "£ gbp фунт фунта фунтов pound pounds",
        "CNY": "¥ cny юань юаня юаней yuan rmb",
        "KZT": "₸ kzt тенге tenge",
        "BYN": "byn br",
        "JPY": "jpy yen иена иены иен",
        "TRY": "₺ try лира лиры лир lira",
        "UAH": "₴ uah гривна гривны гривен",
        "AMD": "֏ amd драм драма драмов",
    }.items()
    for word in words.split()
}
_SMALL = frozenset(
    ["коп", "копейка", "копейки", "копеек", "копейку", "к", "cent", "cents", "цент", "цента", "центов"]
)
_SCALES = {
    word: factor
    for factor, words in {
        1_000: "тыс тысяча тысячи тысяч тысячу т k к thousand",
        1_000_000: "млн миллион миллиона миллионов m mln million",
    }.items()
    for word in words.split()
}
_AMOUNT = re.compile(r"[-+−]?[0-9](?:[0-9 \u00a0\u202f'’]{0,24}[0-9])?(?:[.,][0-9]{1,10}){0,4}")
_WORD = re.compile(r"[^\W\d_]+|[₽$€£¥₸₺₴֏]")


class MoneyInput(InputKind):
    """`{kind: money, currency: RUB, min, max}`: «1 500,50 ₽», «2 тыс», "$20"; bounds are in minor units.

    An amount in another currency is not understood. Without `currency` the one that is written counts, else RUB.
    """

    name = "money"
    fields = {
        "currency": Str(tuple(sorted(set(_CURRENCIES.values())))),
        "min": Int(-_MOST, _MOST),
        "max": Int(-_MOST, _MOST),
    }
    question = Both("Укажите сумму.", "What amount?")
    title = Both("Сумма", "Amount")

    def type(self, data: dict[str, Any]) -> Type:
        return MONEY

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        check_bounds(tree, data, site, "input.")

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        found = _read(answer.text, answer.locale, data.get("currency"))
        if found is None:
            return None
        amount, currency = found
        fits = data.get("min", amount) <= amount <= data.get("max", amount) and abs(amount) <= _MOST
        return Parsed({"amount": amount, "currency": currency}) if fits else None

    def find(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        for stretch in stretches(answer.text, 4):
            if any(word in _CURRENCIES for word in _WORD.findall(fold(stretch[:_LONGEST]))):
                found = self.parse(answer.of(stretch.strip(".,;:!?")), data)
                if found is not None:
                    return found
        return None

    def show(self, value: Any, around: Surroundings) -> str:
        return format_money(value["amount"], value["currency"], around.locale)


def _read(text: str, locale: str, wanted: str | None) -> tuple[int, str] | None:
    """Minor units and currency of a text that is an amount and nothing else."""
    if len(text) > _LONGEST:
        return None
    folded = fold(text).strip(" .!")
    amounts = _AMOUNT.findall(folded)
    rest = _AMOUNT.sub(" ", folded)
    words = _WORD.findall(rest)
    if not 1 <= len(amounts) <= 2 or re.sub(r"[\s.]", "", _WORD.sub("", rest)):
        return None
    currencies = {_CURRENCIES[word] for word in words if word in _CURRENCIES}
    scales = [word for word in words if word in _SCALES and not (word == "к" and len(amounts) == 2)]
    small = [word for word in words if word in _SMALL and word not in scales]
    if (
        len(currencies) > 1
        or len(scales) > 1
        or len(scales) + len(small) + sum(word in _CURRENCIES for word in words) != len(words)
    ):
        return None
    currency = next(iter(currencies), wanted or "RUB")
    if wanted is not None and currency != wanted:
        return None
    return _minor(amounts, _SCALES[scales[0]] if scales else 1, bool(small), currency, locale)


def _minor(
    amounts: list[str], scale: int, has_small: bool, currency: str, locale: str
) -> tuple[int, str] | None:
    """«1500 руб 50 коп» are two amounts, «50 коп» is one that is small."""
    numbers = [read_numeral(amount, locale) for amount in amounts]
    unit = 10 ** minor_digits(currency)
    if None in numbers or (has_small != (len(amounts) == 2) and not (has_small and len(amounts) == 1)):
        return None
    first, *rest = [number for number in numbers if number is not None]
    if rest:
        if scale != 1 or rest[0] != int(rest[0]) or not 0 <= rest[0] < unit or first != int(first):
            return None
        return int(first) * unit + int(rest[0]), currency
    minor = first * (Decimal(1) if has_small else Decimal(unit * scale))
    return (int(minor), currency) if minor == int(minor) else None


INPUT = MoneyInput()
