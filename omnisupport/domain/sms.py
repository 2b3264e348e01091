"""How an SMS is counted: the alphabet that a text needs, and how many parts it is sent and charged as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# 3GPP TS 23.038, 6.2.1: the default alphabet, and those of its extension, which take two places.
GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = frozenset("^{}\\[~]|€\f")

# Places of a message that is alone, and of each part of a longer one, whose header takes the rest.
_PLACES: dict[str, tuple[int, int]] = {"gsm7": (160, 153), "ucs2": (70, 67)}


@dataclass(frozen=True, slots=True)
class SmsSize:
    """`units` are places: septets, or UTF-16 units. `left` is what the last part still takes."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    parts: int
    left: int


def sms_size(text: str) -> SmsSize:
    """The size of a text as one SMS or several; one letter outside GSM-7 makes all of it UCS-2.

    What takes two places (`€`, an emoji) is never cut in two, so a part before it may stay short of one.
    """
    encoding: Literal["gsm7", "ucs2"] = "gsm7" if all(map(_is_gsm7, text)) else "ucs2"
    one, many = _PLACES[encoding]
    widths = [_width(letter, encoding) for letter in text]
    units = sum(widths)
    if units <= one:
        return SmsSize(encoding, units, 1, one - units)
    parts, used = 1, 0
    for width in widths:
        if used + width > many:
            parts, used = parts + 1, 0
        used += width
    return SmsSize(encoding, units, parts, many - used)


def _is_gsm7(letter: str) -> bool:
    return letter in GSM7 or letter in GSM7_EXTENSION


def _width(letter: str, encoding: str) -> int:
    if encoding == "gsm7":
        return 2 if letter in GSM7_EXTENSION else 1
    return 2 if ord(letter) > 0xFFFF else 1
