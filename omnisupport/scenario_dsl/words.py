"""A word in both languages of the interface."""

from __future__ import annotations

from typing import NamedTuple


class Both(NamedTuple):
    """The same word in Russian and in English."""

    ru: str
    en: str

    def pick(self, locale: str) -> str:
        """The word of a locale; whatever is not Russian reads English."""
        return self.ru if locale.startswith("ru") else self.en
