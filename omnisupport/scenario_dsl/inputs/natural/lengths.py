"""Read a text as a length of time: «2 часа», «полтора часа», "an hour and a half", «1ч 30м»."""

from __future__ import annotations

from omnisupport.scenario_dsl.calendar import MAX_SECONDS, parse_duration
from omnisupport.scenario_dsl.inputs.natural.reading import read_length

_MONTH_DAYS = 30


def find_length(text: str) -> int | None:
    """Milliseconds, or None; a month counts as 30 days and a year as 365."""
    written = parse_duration(text.strip())
    if written is not None:
        return written * 1_000
    found = read_length(text)
    if found is None:
        return None
    months, days, seconds = found
    years, rest = divmod(months, 12)
    total = (years * 365 + rest * _MONTH_DAYS + days) * 86_400 + seconds
    return total * 1_000 if 0 < total <= MAX_SECONDS else None
