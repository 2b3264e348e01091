"""Find the day and the minute that a text means, seen from a moment in a time zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from omnisupport.scenario_dsl.calendar import local, zone
from omnisupport.scenario_dsl.inputs.natural import words
from omnisupport.scenario_dsl.inputs.natural.clocks import hour_of_part
from omnisupport.scenario_dsl.inputs.natural.reading import read
from omnisupport.scenario_dsl.inputs.natural.said import Said

# An hour alone up to this one is taken for the afternoon: «завтра в 3» is 15:00.
_AFTERNOON_UP_TO = 6


def find_date(text: str, now: int, zone_name: str, *, locale: str = "ru", past: bool = False) -> date | None:
    """The day that a text means, or None. Without a year the next such day, with `past` the last one."""
    said = read(text, month_first=locale.startswith("en"))
    if said is None or said.clock is not None or said.part is not None:
        return None
    try:
        here = local(now, zone_name)
        return _shifted(said, here, zone_name).date() if said.shift else _day(said, here.date(), past)
    except (ValueError, OverflowError):
        return None


def find_time(text: str, now: int, zone_name: str) -> time | None:
    """The time of day that a text means, or None; a number alone is an hour."""
    said = read(text)
    if said is None or (said.clock is None and said.shift is None and said.part is None):
        said = read(f"в {text}")
    if said is None or said.has_day:
        return None
    try:
        if said.shift is not None:
            if not said.shift[2]:
                return None
            return _shifted(said, local(now, zone_name), zone_name).time().replace(microsecond=0)
        return _clock(said)
    except (ValueError, OverflowError):
        return None


def find_moment(
    text: str,
    now: int,
    zone_name: str,
    *,
    locale: str = "ru",
    past: bool = False,
    default: time | None = None,
) -> int | None:
    """The moment that a text means, as epoch milliseconds, or None.

    A day without a time is taken at `default`, a time without a day at its next coming (with `past`, its last).
    """
    said = read(text, month_first=locale.startswith("en"))
    if said is None:
        return None
    try:
        here = local(now, zone_name)
        if said.shift is not None and said.clock is None and said.part is None:
            return _epoch(_shifted(said, here, zone_name))
        clock = _clock(said) or default
        if clock is None:
            return None
        if said.shift is not None:
            return at_clock(_shifted(said, here, zone_name).date(), clock, zone_name)
        if said.has_day:
            day = _day(said, here.date(), past)
            return None if day is None else at_clock(day, clock, zone_name)
        day = here.date()
        if past and clock > here.time():
            day -= timedelta(days=1)
        if not past and clock <= here.time():
            day += timedelta(days=1)
        return at_clock(day, clock, zone_name)
    except (ValueError, OverflowError):
        return None


def at_clock(day: date, clock: time, zone_name: str) -> int:
    """A day and a time in a zone as epoch milliseconds; an hour that the clocks leave out is taken after it."""
    moment = datetime.combine(day, clock, zone(zone_name) or UTC)
    return _epoch(moment)


def _epoch(moment: datetime) -> int:
    delta = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000


def _shifted(said: Said, here: datetime, zone_name: str) -> datetime:
    """`here` after the distance: months and days by the calendar, shorter units by the clock."""
    assert said.shift is not None
    months, days, seconds = said.shift
    moment = here.replace(tzinfo=None)
    if months:
        index = moment.year * 12 + moment.month - 1 + months
        year, month = index // 12, index % 12 + 1
        moment = moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
    moment += timedelta(days=days)
    found = moment.replace(tzinfo=zone(zone_name) or UTC, fold=here.fold)
    return (found.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(found.tzinfo)


def _clock(said: Said) -> time | None:
    """The time of day, with its part of the day taken into account."""
    if said.clock is None:
        return None if said.part is None else time(words.PART_HOURS[said.part])
    hour, minute, second = said.clock
    if said.part is not None:
        if hour <= 12:
            within = hour_of_part(hour, said.part)
            if within is None:
                raise ValueError("no such hour in that part of the day")
            hour = within
    elif said.bare and 1 <= hour <= _AFTERNOON_UP_TO:
        hour += 12
    return time(hour, minute, second)


def _day(said: Said, today: date, past: bool) -> date | None:
    if said.day is not None:
        day: date | None = today + timedelta(days=said.day)
    elif said.date is not None:
        day = _calendar_day(said.date, today, past)
    elif said.weekday is not None:
        return _weekday(said.weekday, said.week, today, past)
    else:
        return None
    if day is not None and said.weekday is not None and day.weekday() != said.weekday:
        return None
    return day


def _weekday(weekday: int, week: str | None, today: date, past: bool) -> date:
    """The next such day after today; «следующая» is of the week after, «эта» of the present one."""
    ahead = (weekday - today.weekday()) % 7
    monday = today - timedelta(days=today.weekday())
    if week == "next":
        return monday + timedelta(days=7 + weekday)
    if week == "this":
        return monday + timedelta(days=weekday)
    if week == "last" or (past and week is None):
        return today - timedelta(days=(7 - ahead) % 7 or 7)
    return today + timedelta(days=ahead or 7)


def _calendar_day(said: tuple[int | None, int | None, int], today: date, past: bool) -> date | None:
    year, month, day = said
    if month is None:
        return _day_of_month(day, today, past)
    if year is not None:
        found = date(_full_year(year, today, past) if year < 0 else year, month, day)
        return found if 1900 <= found.year <= 2200 else None
    # 29 February may be some years away.
    for distance in range(9):
        candidate = today.year - distance if past else today.year + distance
        if day <= monthrange(candidate, month)[1]:
            found = date(candidate, month, day)
            if found <= today if past else found >= today:
                return found
    return None


def _day_of_month(day: int, today: date, past: bool) -> date | None:
    for distance in range(13):
        index = today.year * 12 + today.month - 1 + (-distance if past else distance)
        year, month = index // 12, index % 12 + 1
        if day <= monthrange(year, month)[1]:
            found = date(year, month, day)
            if found <= today if past else found >= today:
                return found
    return None


def _full_year(kept: int, today: date, past: bool) -> int:
    """The year of two digits: near today, with `past` not after it."""
    century = today.year // 100 * 100
    year = century - kept - 1
    if year > today.year + (0 if past else 20):
        return year - 100
    return year
