"""What people write down of a customer, as it is kept and compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from omnisupport.domain.people import has_unseen
from omnisupport.errors import Invalid

LONGEST_NAME = 200
LONGEST_EXTERNAL_ID = 200
LONGEST_TAG = 50
MOST_TAGS = 50
LONGEST_PHONE = 40
JOINERS = "\u200c\u200d"
REGION = "RU"
"""Whose number it is when no country is written."""
# Overrides of direction and invisible marks make one text look like another; joiners stay, names are written so.
TRICKS = frozenset(
    "\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def parse_line(text: str, field: str, longest: int) -> str:
    """One line of text in its composed form, without blanks around it.

    Raises:
        Invalid: it is empty or too long, or holds characters that are not seen (code `text_invalid`).
    """
    line = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(line) <= longest:
        raise Invalid(f"'{field}' has 1 to {longest} characters.", code="text_invalid", field=field)
    if any(char in TRICKS or unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") for char in line):
        raise Invalid(
            f"'{field}' holds characters that cannot be seen. Type it anew.",
            code="text_invalid",
            field=field,
        )
    return line


def clean_line(text: str) -> str:
    """What a page tells of its visitor as it is kept: composed, one line, without what nobody sees; it may be empty.

    A page is not asked to type anew: what it sends is no form, and its visitor has not written it.
    """
    seen = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or char in JOINERS or not has_unseen(char)
    )
    return " ".join(seen.split()).strip(JOINERS + " ")


def parse_phone(text: str, field: str = "phone") -> str:
    """E.164 of a number as a person writes it; without a country it is taken for a Russian one.

    Raises:
        Invalid: there is no such number (code `phone_invalid`).
    """
    import phonenumbers  # with the first number: it is 3 MiB

    try:
        number = phonenumbers.parse(text[: LONGEST_PHONE + 1], REGION) if len(text) <= LONGEST_PHONE else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid(
            f"'{text[:LONGEST_PHONE]}' is no phone number: write one such as +7 916 123-45-67.",
            code="phone_invalid",
            field=field,
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def parse_tags(tags: Sequence[str]) -> list[str]:
    """Tags in their order, each once.

    Raises:
        Invalid: there are too many, or one is no line of text.
    """
    if len(tags) > MOST_TAGS:
        raise Invalid(f"A customer has at most {MOST_TAGS} tags.", code="too_many_tags", field="tags")
    return list(dict.fromkeys(parse_line(tag, "tags", LONGEST_TAG) for tag in tags))
