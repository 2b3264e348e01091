"""Opening hours of a department, in its own time zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD_DAYS = 14


@dataclass(frozen=True)
class Calendar:
    """`hours`: weekday (`mon`..`sun`) to its spans, each [from, to] as "HH:MM"; an absent day is closed.

    `holidays`: a date as "2027-01-01" to the spans that stand there instead; none: closed.
    """

    timezone: str
    hours: dict[str, list[list[str]]]
    holidays: dict[str, list[list[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """Whether someone is there, and if not, when next (None: not within two weeks)."""

    open: bool
    next_open: datetime | None


def opening_at(calendar: Calendar, at: datetime) -> Opening:
    """Look a moment up in a calendar; `at` has a zone."""
    local = at.astimezone(ZoneInfo(calendar.timezone))
    for day in range(LOOK_AHEAD_DAYS + 1):
        for start, end in _spans(calendar, local + timedelta(days=day)):
            if start <= local < end:
                return Opening(open=True, next_open=None)
            if local < start:
                return Opening(open=False, next_open=start.astimezone(UTC))
    return Opening(open=False, next_open=None)


def opens_next(calendar: Calendar, at: datetime) -> datetime | None:
    """When somebody comes next, be it that somebody is there now; None: not within two weeks."""
    return opening_at(calendar, at).next_open or next_change(calendar, at, opens=True)


def next_change(calendar: Calendar, after: datetime, *, opens: bool) -> datetime | None:
    """When somebody comes next (`opens`), or goes; None: not within two weeks. `after` has a zone."""
    local = after.astimezone(ZoneInfo(calendar.timezone))
    for day in range(LOOK_AHEAD_DAYS + 1):
        spans = _spans(calendar, local + timedelta(days=day))
        for index, (start, end) in enumerate(spans):
            # Where one span goes on into the next, nobody comes and nobody goes.
            if opens and start > local and not (index and spans[index - 1][1] == start):
                return start.astimezone(UTC)
            if not opens and end > local and not (index + 1 < len(spans) and spans[index + 1][0] == end):
                return end.astimezone(UTC)
    return None


def _spans(calendar: Calendar, day: datetime) -> list[tuple[datetime, datetime]]:
    spans = calendar.holidays.get(day.date().isoformat(), calendar.hours.get(WEEKDAYS[day.weekday()], []))
    return sorted((_clock(day, start), _clock(day, end)) for start, end in spans)


def _clock(day: datetime, clock: str) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    if hour == 24:  # "24:00" is the end of the day
        return midnight + timedelta(days=1)
    return midnight.replace(hour=hour, minute=minute)
