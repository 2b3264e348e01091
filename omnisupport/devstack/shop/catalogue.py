"""What the shop sells, read once from `catalogue.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Locale = Literal["ru", "en"]
LOCALES: tuple[Locale, ...] = ("ru", "en")


@dataclass(frozen=True)
class Tea:
    """One product; texts by locale, price in roubles."""

    slug: str
    kind: str
    price: int
    grams: int
    liquor: str
    name: dict[Locale, str]
    notes: dict[Locale, str]
    text: dict[Locale, str]
    brewing: dict[Locale, str]


@dataclass(frozen=True)
class Catalogue:
    """All products, in the order in which they are shown, and the names of their kinds."""

    teas: tuple[Tea, ...]
    kinds: dict[str, dict[Locale, str]]

    def find(self, slug: str) -> Tea | None:
        """The tea of this slug."""
        return next((tea for tea in self.teas if tea.slug == slug), None)


@cache
def load_catalogue() -> Catalogue:
    """Read the file beside this module."""
    text = Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8")
    record = yaml.safe_load(text)
    return Catalogue(tuple(Tea(**tea) for tea in record["teas"]), record["kinds"])


def money(roubles: int, locale: Locale) -> str:
    """`1 290 ₽` in Russian, `1,290 ₽` in English; the spaces do not break."""
    grouped = f"{roubles:,}"
    return (grouped.replace(",", "\u00a0") if locale == "ru" else grouped) + "\u00a0₽"
