"""Names and keys that people give to things."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from omnisupport.api.schemas.base import Input, Plain
from omnisupport.domain.naming import KEY, MOST_CHARS
from omnisupport.domain.people import has_unseen


def seen(text: str) -> str:
    """A name composed and trimmed, all of which is seen: nothing in it makes two names look like one.

    Raises:
        ValueError: it is empty, or holds characters that draw nothing or turn the direction of others.
    """
    plain = unicodedata.normalize("NFC", text).strip()
    if not plain:
        raise ValueError("it has no letter")
    if has_unseen(plain):
        raise ValueError("it has characters that nobody sees")
    return plain


Name = Annotated[Plain, Field(min_length=1, max_length=80), AfterValidator(seen)]
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
