"""Schedules of five fields, as cron reads them, and when one fires next. Pure: the moment is given.

`minute hour day month weekday`, each `*`, a number, a range `9-17`, a step `*/15` or `9-17/2`, or a list of
these. Months and weekdays have names (`jan`, `mon`), Sunday is 0 and 7. When both day and weekday are
restricted, either is enough.

Daylight saving: a time that the clock leaps over fires right after the leap; one that comes twice fires the
first time. A schedule of every hour or of several minutes (`*` in hours) goes on by elapsed time instead, so
that "every 15 minutes" stays that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from omnisupport.scenario_dsl.calendar import local, zone
from omnisupport.scenario_dsl.words import Both

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_DAY_NAMES = "sun mon tue wed thu fri sat"
_DAYS = {name: number for number, name in enumerate(_DAY_NAMES.split())}
_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
# 29 February on a given weekday: 28 years apart, 40 over a century without a leap year.
_DAYS_AHEAD = 366 * 41
_LONGEST_LEAP = timedelta(hours=3)


class CronError(ValueError):
    """A schedule that cannot be read, or that never fires; `problem` says why in both languages."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.problem = Both(ru, en)


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule; weekdays count from Sunday, 0. `any_day` and `any_weekday` say that the field was `*`."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def takes(self, day: date) -> bool:
        """Whether it fires on this date."""
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday


@lru_cache(maxsize=512)
def parse_cron(text: str) -> Cron:
    """Read a schedule.

    Raises:
        CronError: it cannot be read, or no date ever fits it (30 February).
    """
    fields = _MACROS.get(text.strip().lower(), text).split()
    if len(fields) != 5:
        raise CronError(
            "нужно пять полей: минута час день месяц день_недели",
            "five fields are wanted: minute hour day month weekday",
        )
    minutes = _field(fields[0], 0, 59, {}, Both("минута", "minute"))
    hours = _field(fields[1], 0, 23, {}, Both("час", "hour"))
    days = _field(fields[2], 1, 31, {}, Both("день", "day"))
    months = _field(fields[3], 1, 12, _MONTHS, Both("месяц", "month"))
    weekdays = frozenset(day % 7 for day in _field(fields[4], 0, 7, _DAYS, Both("день недели", "weekday")))
    cron = Cron(
        tuple(sorted(minutes)),
        tuple(sorted(hours)),
        days,
        months,
        weekdays,
        fields[2].startswith("*"),
        fields[4].startswith("*"),
    )
    _check_dates(cron)
    return cron


def next_fire(text: str, after: int, zone_name: str) -> int:
    """The first moment of the schedule later than `after`, both in epoch milliseconds.

    An unknown zone is UTC. Raises `CronError` as `parse_cron` does.
    """
    cron = parse_cron(text)
    where: tzinfo = zone(zone_name) or UTC
    # No clock leaps or falls back by more than that, so earlier times of the wall are over.
    # Moments of one zone are compared as the wall shows them.
    since = local(after, zone_name).replace(tzinfo=where, fold=0) - _LONGEST_LEAP
    for ahead in range(_DAYS_AHEAD):
        day = since.date() + timedelta(days=ahead)
        found = _first(cron, day, where, since, after) if cron.takes(day) else None
        if found is not None:
            return found
    raise CronError("расписание никогда не сработает", "the schedule never fires")


def _first(cron: Cron, day: date, where: tzinfo, since: datetime, after: int) -> int | None:
    """The first moment of one date that is later than `after`, in epoch milliseconds."""
    found: int | None = None
    until: datetime | None = None
    for hour in cron.hours:
        for minute in cron.minutes:
            wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=where)
            if wall < since:
                continue
            if until is not None and wall > until:
                return found
            later = [moment for moment in _moments(cron, wall, where) if moment > after]
            if later and found is None:
                # Around a change of the clock a later time of the wall may come first.
                until = wall + _LONGEST_LEAP
            found = min([*later, *([] if found is None else [found])], default=None)
    return found


def _moments(cron: Cron, wall: datetime, where: tzinfo) -> list[int]:
    """When the clock on the wall shows this time: once, twice, or not at all."""
    every_hour = len(cron.hours) == 24
    if _is_leapt_over(wall, where):
        return [] if every_hour else [_leap_end(wall, where)]
    # The hour that comes twice is two hours for a schedule of every hour.
    return [_epoch(wall), _epoch(wall.replace(fold=1))] if every_hour else [_epoch(wall)]


def _epoch(wall: datetime) -> int:
    return round(wall.timestamp()) * 1_000


def _is_leapt_over(wall: datetime, where: tzinfo) -> bool:
    """Whether the clock on the wall never shows this time."""
    back = wall.astimezone(UTC).astimezone(where)
    return (back.hour, back.minute, back.day) != (wall.hour, wall.minute, wall.day)


def _leap_end(wall: datetime, where: tzinfo) -> int:
    """The first moment after the leap that took this time away."""
    # Read with the offset of before the leap (fold 0) it lies behind the leap, with the one of after before it.
    behind, before = _epoch(wall), _epoch(wall.replace(fold=1))
    while behind - before > 1_000:
        middle = (before + behind) // 2_000 * 1_000
        if _offset(middle, where) == _offset(before, where):
            before = middle
        else:
            behind = middle
    return behind


def _offset(moment: int, where: tzinfo) -> timedelta | None:
    return datetime.fromtimestamp(moment // 1_000, where).utcoffset()


def _field(text: str, low: int, high: int, names: dict[str, int], what: Both) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        values.update(_part(part, low, high, names, what))
    return frozenset(values)


def _part(part: str, low: int, high: int, names: dict[str, int], what: Both) -> range:
    span, slash, step_text = part.partition("/")
    step = _number(step_text, 1, high - low + 1, {}, what, part) if slash else 1
    if span == "*":
        return range(low, high + 1, step)
    first_text, dash, last_text = span.partition("-")
    first = _number(first_text, low, high, names, what, part)
    if dash:
        last = _number(last_text, low, high, names, what, part)
        # `fri-sun` means up to the Sunday at the end of the week.
        last = 7 if last == 0 and high == 7 and first > 0 else last
    else:
        last = high if slash else first
    if last < first:
        raise _wrong(what, part)
    return range(first, last + 1, step)


def _number(text: str, low: int, high: int, names: dict[str, int], what: Both, part: str) -> int:
    named = names.get(text.lower())
    if named is not None:
        return named
    if not (text.isascii() and text.isdigit() and len(text) <= 2) or not low <= int(text) <= high:
        raise _wrong(what, part)
    return int(text)


def _wrong(what: Both, part: str) -> CronError:
    said = part[:20]
    return CronError(f"{what.ru}: непонятно «{said}»", f"{what.en}: cannot read '{said}'")


def _check_dates(cron: Cron) -> None:
    """Days that no chosen month has; where weekdays are enough by themselves, every month has some."""
    if not cron.any_day and not cron.any_weekday:
        return
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    if not any(min(cron.days) <= longest.get(month, 31) for month in cron.months):
        raise CronError("такой даты не бывает", "there is no such date")
