"""Numbers as people write them: groups of thousands, a comma or a point before the fraction."""

from __future__ import annotations

import re
from decimal import Decimal

_LONGEST = 30
_SPACES = re.compile(r"[ \u00a0\u202f'’]")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3})+(?![0-9])|[0-9]+")
_SHAPE = re.compile(r"([-+−–]?)([0-9]+(?:[.,][0-9]+)*)\Z")


def read_numeral(text: str, locale: str) -> Decimal | None:
    """The number that a text is, or None.

    Of a comma and a point the last one stands before the fraction. A comma before three digits is a
    thousand in English and a fraction in Russian.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    sign = text[0] if text[0] in "-+−–" else ""
    body = text[len(sign) :].lstrip()
    grouped = _GROUPED.match(body)
    if grouped is None:
        return None
    joined = _SPACES.sub("", grouped.group()) + body[grouped.end() :]
    shape = _SHAPE.match(joined)
    whole = _plain(shape[2], locale) if shape is not None and not shape[1] else None
    if whole is None:
        return None
    return -Decimal(whole) if sign in ("-", "−", "–") else Decimal(whole)


def _plain(digits: str, locale: str) -> str | None:
    """The same number with a point before its fraction."""
    comma, point = digits.count(","), digits.count(".")
    if comma and point:
        fraction, thousands = (",", ".") if digits.rindex(",") > digits.rindex(".") else (".", ",")
        if digits.count(fraction) > 1:
            return None
        whole, _, rest = digits.partition(fraction) if fraction in digits else (digits, "", "")
        return f"{whole.replace(thousands, '')}.{rest}" if _is_grouped(whole, thousands) else None
    mark = "," if comma else "."
    if comma + point > 1:
        return digits.replace(mark, "") if _is_grouped(digits, mark) else None
    if comma and locale.startswith("en") and _is_grouped(digits, ","):
        return digits.replace(",", "")
    return digits.replace(",", ".")


def _is_grouped(digits: str, mark: str) -> bool:
    first, *rest = digits.split(mark)
    return 1 <= len(first) <= 3 and bool(rest) and all(len(group) == 3 for group in rest)
