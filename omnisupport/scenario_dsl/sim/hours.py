"""Opening hours as people write them: `Mo-Fr 09:00-18:00; Sa 10:00-14:00`."""

from __future__ import annotations

import re

from omnisupport.domain.calendar import WEEKDAYS, Calendar
from omnisupport.scenario_dsl.calendar import zone

_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_RUSSIAN_DAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)\Z")
ALWAYS, NEVER = "24/7", "off"


def parse_hours(text: str) -> dict[str, list[list[str]]] | None:
    """Weekday to its spans, as `domain.calendar.Calendar` has them; None if the text is none."""
    said = text.strip().lower()
    if said == NEVER:
        return {}
    if said == ALWAYS:
        return {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    hours: dict[str, list[list[str]]] = {}
    for rule in said.split(";"):
        words = rule.replace(",", ", ").split()
        if not words:
            continue
        spans = [word.strip(",") for word in words if ":" in word]
        days = _days("".join(word for word in words if ":" not in word)) if len(words) > len(spans) else None
        if days is None:
            days = list(range(7)) if len(words) == len(spans) else None
        if days is None or not spans or not all(_is_span(span) for span in spans):
            return None
        for day in days:
            hours[WEEKDAYS[day]] = [span.split("-") for span in spans]
    return hours or None


def make_calendar(hours: dict[str, list[list[str]]], timezone: str, holidays: tuple[str, ...]) -> Calendar:
    """A calendar; an unknown zone reads UTC."""
    known = timezone if zone(timezone) is not None else "UTC"
    return Calendar(known, hours, {day: [] for day in holidays})


def _is_span(text: str) -> bool:
    match = _SPAN.match(text)
    return match is not None and text[:5] < text[6:]


def _days(text: str) -> list[int] | None:
    """`mo-fr,su` as numbers; a range may go over the end of the week."""
    found: list[int] = []
    for part in text.split(","):
        if not part:
            continue
        first, _, last = part.partition("-")
        begins, ends = _day(first), _day(last or first)
        if begins is None or ends is None:
            return None
        found += [day % 7 for day in range(begins, ends + (7 if ends < begins else 0) + 1)]
    return found or None


def _day(word: str) -> int | None:
    for names in (_DAYS, _RUSSIAN_DAYS):
        if word[:2] in names and len(word) <= 3:
            return names.index(word[:2])
    return None
