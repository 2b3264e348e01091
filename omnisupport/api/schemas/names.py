"""Names and keys that people give to things."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from omnisupport.api.schemas.base import Input, Plain
from omnisupport.domain.naming import KEY, MOST_CHARS

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that nobody sees: they make two names look like one, or turn a line around."""


def _seen(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).strip()
    if not plain:
        raise ValueError("a name has a letter")
    if any(unicodedata.category(each) in UNSEEN for each in plain):
        raise ValueError("a name has no characters that nobody sees")
    return plain


Name = Annotated[Plain, Field(min_length=1, max_length=80), AfterValidator(_seen)]
"""What people read: one line, without characters that nobody sees."""
Key = Annotated[str, StringConstraints(pattern=KEY, max_length=MOST_CHARS)]
"""What documents and programs read; it never changes."""


class NameInput(Input):
    """A name in the languages of the product; one of them is enough, and then stands for the other."""

    ru: Name | None = None
    en: Name | None = None

    def both(self) -> dict[str, str] | None:
        """By language; None when no language has one."""
        found = {"ru": self.ru or self.en, "en": self.en or self.ru}
        return {locale: name for locale, name in found.items() if name is not None} or None
