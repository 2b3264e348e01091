"""The length of a text as a channel counts it; how many SMS it is, `domain/sms.py` knows."""

from __future__ import annotations

from typing import Literal

Unit = Literal["characters", "utf16", "bytes"]


def measure(text: str, unit: Unit) -> int:
    """The length in code points, in UTF-16 units or in bytes of UTF-8."""
    if unit == "characters":
        return len(text)
    return len(text.encode("utf-8")) if unit == "bytes" else len(text.encode("utf-16-le")) // 2
