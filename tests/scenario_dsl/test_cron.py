"""Schedules: fields, names, steps, zones, and the two nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl.cron import CronError, next_fire, parse_cron


def after(schedule: str, moment: str, zone: str = "Europe/Moscow") -> str:
    """When the schedule fires next, as the clock of the zone shows it."""
    at = int(datetime.fromisoformat(moment).timestamp()) * 1_000
    found = next_fire(schedule, at, zone)
    return datetime.fromtimestamp(found // 1_000, ZoneInfo(zone)).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("schedule", "moment", "fires"),
    [
        ("0 9 * * *", "2026-03-02T08:59:00+03:00", "2026-03-02T09:00+03:00"),
        ("0 9 * * *", "2026-03-02T09:00:00+03:00", "2026-03-03T09:00+03:00"),
        ("0 9 * * mon-fri", "2026-03-06T10:00:00+03:00", "2026-03-09T09:00+03:00"),
        ("0 9 * * FRI-sun", "2026-03-02T10:00:00+03:00", "2026-03-06T09:00+03:00"),
        ("0 9 * * 7", "2026-03-02T10:00:00+03:00", "2026-03-08T09:00+03:00"),
        ("0 9 * * 0", "2026-03-02T10:00:00+03:00", "2026-03-08T09:00+03:00"),
        ("*/15 * * * *", "2026-03-02T10:07:00+03:00", "2026-03-02T10:15+03:00"),
        ("5/20 * * * *", "2026-03-02T10:26:00+03:00", "2026-03-02T10:45+03:00"),
        ("0 9-17/4 * * *", "2026-03-02T13:30:00+03:00", "2026-03-02T17:00+03:00"),
        ("30 8,20 * * *", "2026-03-02T08:30:00+03:00", "2026-03-02T20:30+03:00"),
        ("0 0 1 jan *", "2026-03-02T00:00:00+03:00", "2027-01-01T00:00+03:00"),
        ("0 0 31 * *", "2026-03-31T12:00:00+03:00", "2026-05-31T00:00+03:00"),
        ("0 0 29 2 *", "2026-03-02T00:00:00+03:00", "2028-02-29T00:00+03:00"),
        ("0 0 29 feb */7", "2026-03-02T00:00:00+03:00", "2032-02-29T00:00+03:00"),
        # The 13th or a Friday, whichever is first; with a star in one of them both must fit.
        ("0 0 13 * fri", "2026-03-02T00:00:00+03:00", "2026-03-06T00:00+03:00"),
        ("0 0 */2 * fri", "2026-03-02T00:00:00+03:00", "2026-03-13T00:00+03:00"),
        ("@daily", "2026-03-02T10:00:00+03:00", "2026-03-03T00:00+03:00"),
        ("@weekly", "2026-03-02T10:00:00+03:00", "2026-03-08T00:00+03:00"),
    ],
)
def test_when_a_schedule_fires_next(schedule: str, moment: str, fires: str) -> None:
    assert after(schedule, moment) == fires


@pytest.mark.parametrize(
    ("schedule", "moment", "fires"),
    [
        # 29 March: from 02:00 to 03:00 the clock leaps.
        ("30 2 * * *", "2026-03-28T12:00:00+01:00", "2026-03-29T03:00+02:00"),
        ("30 2 * * *", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30+02:00"),
        ("*/15 * * * *", "2026-03-29T01:45:00+01:00", "2026-03-29T03:00+02:00"),
        ("0 * * * *", "2026-03-29T01:00:00+01:00", "2026-03-29T03:00+02:00"),
        # 25 October: the hour from 02:00 comes twice.
        ("30 2 * * *", "2026-10-25T00:00:00+02:00", "2026-10-25T02:30+02:00"),
        ("30 2 * * *", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30+01:00"),
        ("*/15 * * * *", "2026-10-25T02:45:00+02:00", "2026-10-25T02:00+01:00"),
        ("*/15 * * * *", "2026-10-25T02:45:00+01:00", "2026-10-25T03:00+01:00"),
    ],
)
def test_nights_on_which_the_clock_changes(schedule: str, moment: str, fires: str) -> None:
    assert after(schedule, moment, "Europe/Berlin") == fires


def test_a_leap_of_half_an_hour_and_an_unknown_zone() -> None:
    assert after("15 2 * * *", "2026-10-03T12:00:00+10:30", "Australia/Lord_Howe") == "2026-10-04T02:30+11:00"
    moment = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp()) * 1_000
    assert next_fire("0 9 * * *", moment, "Nowhere/Land") == moment + 9 * 3_600_000


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("", "five fields"),
        ("* * * *", "five fields"),
        ("60 * * * *", "minute: cannot read '60'"),
        ("* 24 * * *", "hour: cannot read '24'"),
        ("* * 0 * *", "day: cannot read '0'"),
        ("* * * 13 *", "month"),
        ("* * * * 8", "weekday"),
        ("* * * * monday", "weekday"),
        ("*/0 * * * *", "minute"),
        ("*/99 * * * *", "minute"),
        ("10-5 * * * *", "minute"),
        ("1,,2 * * * *", "minute"),
        ("-1 * * * *", "minute"),
        ("1٣ * * * *", "minute"),
        ("* * * * * *", "five fields"),
        ("0 0 30 2 *", "no such date"),
        ("0 0 31 4,6 *", "no such date"),
    ],
)
def test_what_is_no_schedule_is_refused_in_words(schedule: str, problem: str) -> None:
    with pytest.raises(CronError, match=problem):
        parse_cron(schedule)


FIELDS = st.tuples(
    st.sampled_from(("*", "0", "7", "*/15", "5-20/5", "1,31,59")),
    st.sampled_from(("*", "0", "2", "3", "*/6", "9-17", "1,2,23")),
    st.sampled_from(("*", "1", "15", "*/10", "28-31")),
    st.sampled_from(("*", "jan", "3,10", "*/4")),
    st.sampled_from(("*", "mon", "1-5", "sat,sun", "*/2")),
)
ZONES = ("UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")


@settings(max_examples=60, deadline=None)
@given(FIELDS, st.integers(1_750_000_000, 1_830_000_000), st.sampled_from(ZONES))
def test_it_agrees_with_a_clock_that_is_looked_at_every_minute(
    fields: tuple[str, ...], seconds: int, zone: str
) -> None:
    cron = parse_cron(" ".join(fields))
    found = next_fire(" ".join(fields), seconds * 1_000, zone) // 1_000
    assert found > seconds
    where = ZoneInfo(zone)
    minute = seconds // 60 * 60 + 60
    for moment in range(minute, min(found, minute + 2 * 86_400), 60):
        wall = datetime.fromtimestamp(moment, where)
        shown = wall.hour in cron.hours and wall.minute in cron.minutes and cron.takes(wall.date())
        again = wall.fold == 1 and len(cron.hours) < 24
        assert not shown or again, wall
    wall = datetime.fromtimestamp(found, where)
    leapt = wall.utcoffset() != datetime.fromtimestamp(found - 60, where).utcoffset()
    fits = wall.hour in cron.hours and wall.minute in cron.minutes and cron.takes(wall.date())
    assert fits or leapt, wall
    assert timedelta(0) < timedelta(seconds=found - seconds) < timedelta(days=366 * 41)
