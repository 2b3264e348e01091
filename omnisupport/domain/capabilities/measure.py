"""The length of a text as a channel counts it, and what an SMS costs."""

from __future__ import annotations

from typing import Literal

Unit = Literal["characters", "utf16", "bytes"]

# 3GPP TS 23.038, 6.2.1: the default alphabet, and those of its extension, which take two places.
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENSION = frozenset("^{}\\[~]|€\f")
_GSM_ONE, _GSM_MANY = 160, 153
_UCS_ONE, _UCS_MANY = 70, 67


def measure(text: str, unit: Unit) -> int:
    """The length in code points, in UTF-16 units or in bytes of UTF-8."""
    if unit == "characters":
        return len(text)
    return len(text.encode("utf-8")) if unit == "bytes" else len(text.encode("utf-16-le")) // 2


def sms_parts(text: str) -> int:
    """How many SMS a text is sent and charged as; one letter outside GSM-7 makes all of it UCS-2."""
    if all(letter in _GSM7 or letter in _GSM7_EXTENSION for letter in text):
        size = sum(2 if letter in _GSM7_EXTENSION else 1 for letter in text)
        one, many = _GSM_ONE, _GSM_MANY
    else:
        size, one, many = measure(text, "utf16"), _UCS_ONE, _UCS_MANY
    return 1 if size <= one else -(-size // many)
