"""Dates, times and durations as scenarios write them; a moment is an int of epoch milliseconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

_DURATION = re.compile(
    r"(?:([0-9]{1,6})w)?(?:([0-9]{1,6})d)?(?:([0-9]{1,7})h)?(?:([0-9]{1,8})m)?(?:([0-9]{1,9})s)?\Z"
)
_ISO_DURATION = re.compile(
    r"P(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,7})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?\Z"
)
_UNITS = (604_800, 86_400, 3_600, 60, 1)
# 100 years: the longest timer a run may wait for.
MAX_SECONDS = 3_155_760_000

_MOMENT_MIN = -62_135_596_800_000
_MOMENT_MAX = 253_402_300_799_999


def parse_duration(text: str) -> int | None:
    """Seconds of `15m`, `1h30m`, `3d` or `PT15M`; None if it is no duration or longer than 100 years."""
    match = _ISO_DURATION.match(text) or _DURATION.match(text)
    if match is None or not any(match.groups()):
        return None
    seconds = sum(int(count) * unit for count, unit in zip(match.groups(), _UNITS, strict=True) if count)
    return seconds if seconds <= MAX_SECONDS else None


@lru_cache(maxsize=1_024)
def zone(name: str) -> ZoneInfo | None:
    """The time zone of this IANA name, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def local(moment: int, zone_name: str) -> datetime:
    """A moment as the clock on a wall of that zone shows it; an unknown zone reads UTC.

    Raises:
        ValueError: outside the years 1 to 9999.
    """
    if not _MOMENT_MIN <= moment <= _MOMENT_MAX:
        raise ValueError("outside the years 1 to 9999")
    seconds, milliseconds = divmod(moment, 1_000)
    try:
        return datetime.fromtimestamp(seconds, zone(zone_name) or UTC).replace(
            microsecond=milliseconds * 1_000
        )
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999") from error


def parse_moment(text: str) -> int | None:
    """Epoch milliseconds of an ISO 8601 date-time with an offset; None if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    try:
        delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    except OverflowError:
        return None
    return (delta.days * 86_400 + delta.seconds) * 1_000 + delta.microseconds // 1_000


def parse_date(text: str) -> date | None:
    """The date of `2026-03-02`; None if it is none."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """The time of `09:30` or `09:30:15`; None if it is none."""
    try:
        moment = time.fromisoformat(text) if len(text) in (5, 8) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is None else None
