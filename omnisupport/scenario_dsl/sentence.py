"""One sentence that a finding says, in both languages, with its hint."""

from __future__ import annotations

from typing import NamedTuple

COL_RU, COL_EN = " (символ {col} выражения)", " (col {col} of the expression)"


class Entry(NamedTuple):
    """A sentence with its hint; `{words}` are filled in by the check."""

    ru: str
    en: str
    fix_ru: str = ""
    fix_en: str = ""
