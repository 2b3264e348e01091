"""Addresses and names of people: one spelling each, and none that looks like another's."""

from __future__ import annotations

import re
import unicodedata

from omnisupport.errors import Invalid

ADDRESS = re.compile(r"(?=[^@]{1,64}@)[^\s@\x00-\x1f\x7f<>,;:\"]+@[\w-]+(?:\.[\w-]+)*")
LONGEST_ADDRESS = 254
LONGEST_NAME = 100

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks by their category, and yet nothing is drawn for them: fillers, joiners, variation selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def fold_address(email: str) -> str:
    """An address as it is compared: compatibility forms undone, without regard to case. It may be none."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def parse_address(email: str) -> str:
    """An e-mail address as it is kept and compared.

    Raises:
        Invalid: it is none, or holds what nobody sees (code `email_invalid`).
    """
    address = fold_address(email)
    if has_unseen(address):
        raise Invalid(
            "This e-mail address holds characters that cannot be seen. Type it anew.",
            code="email_invalid",
            field="email",
        )
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise Invalid(
            f"'{address[:80]}' is not an e-mail address: write one such as me@example.com.",
            code="email_invalid",
            field="email",
        )
    return address


def parse_name(name: str, *, field: str = "name") -> str:
    """A name of a person or a company as it is kept: composed, single spaces, 1 to 100 characters.

    Raises:
        Invalid: empty, too long, or with control, invisible or direction characters (code `name_invalid`).
    """
    if has_unseen(name):
        raise Invalid(
            "A name cannot hold control characters or invisible ones.", code="name_invalid", field=field
        )
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(kept) <= LONGEST_NAME:
        raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.", code="name_invalid", field=field)
    return kept


def has_unseen(text: str) -> bool:
    """Whether a text holds a character that draws nothing or turns the direction of others."""
    return bool(_UNSEEN.search(text)) or any(
        unicodedata.category(each) in _UNSEEN_CATEGORIES for each in text
    )
