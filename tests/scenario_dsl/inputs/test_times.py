"""Times, moments and lengths of time; it is Monday, 2 March 2026, 11:00 in Moscow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from omnisupport.scenario_dsl.inputs.natural.moments import find_moment
from tests.scenario_dsl.inputs.support import NOTHING, found, is_refused, moscow, value
from tests.scenario_dsl.support import HOUR, NOW

TIMES = {
    "15:30": "15:30",
    "9:05": "09:05",
    "15.30": "15:30",
    "15-30": "15:30",
    "15 30": "15:30",
    "15": "15:00",
    "пять": "17:00",
    "в 0 часов": "00:00",
    "половина первого": "12:30",
    "половина первого ночи": "00:30",
    "половина пятого утра": "04:30",
    "четверть первого дня": "12:15",
    "quarter past 12": "12:15",
    "half past 4 am": "04:30",
    "9": "09:00",
    "3": "15:00",
    "в 15": "15:00",
    "в 15:30": "15:30",
    "в 15.30": "15:30",
    "в 3": "15:00",
    "в 3:00": "03:00",
    "в 8": "08:00",
    "к 8 вечера": "20:00",
    "15 часов": "15:00",
    "в 15 часов": "15:00",
    "в 15 часов 30 минут": "15:30",
    "15 ч 30 мин": "15:30",
    "15ч": "15:00",
    "3 часа дня": "15:00",
    "в 3 часа дня": "15:00",
    "3 дня": "15:00",
    "9 утра": "09:00",
    "9 часов утра": "09:00",
    "9 вечера": "21:00",
    "пять вечера": "17:00",
    "12 дня": "12:00",
    "12 ночи": "00:00",
    "2 часа ночи": "02:00",
    "час дня": "13:00",
    "в час": "13:00",
    "в час дня": "13:00",
    "полдень": "12:00",
    "в полдень": "12:00",
    "полночь": "00:00",
    "полпятого": "16:30",
    "пол пятого": "16:30",
    "половина пятого": "16:30",
    "в половине пятого": "16:30",
    "четверть пятого": "16:15",
    "без четверти пять": "16:45",
    "без пяти пять": "16:55",
    "без 10 пять": "16:50",
    "без десяти минут пять": "16:50",
    "десять минут пятого": "16:10",
    "10 минут пятого": "16:10",
    "без четверти час": "12:45",
    "утром": "09:00",
    "с утра": "09:00",
    "днем": "14:00",
    "вечером": "19:00",
    "вечером в 8": "20:00",
    "утром в 9": "09:00",
    "через 2 часа": "13:00",
    "через полчаса": "11:30",
    "через полтора часа": "12:30",
    "через час": "12:00",
    "через 15 минут": "11:15",
    "через час и 20 минут": "12:20",
    "3pm": "15:00",
    "3 pm": "15:00",
    "3 p.m.": "15:00",
    "3:30 pm": "15:30",
    "3.30pm": "15:30",
    "12am": "00:00",
    "12pm": "12:00",
    "at 3": "15:00",
    "at 15": "15:00",
    "at 9": "09:00",
    "3 o'clock": "15:00",
    "three o'clock": "15:00",
    "noon": "12:00",
    "midnight": "00:00",
    "half past 3": "15:30",
    "half past three": "15:30",
    "quarter past 4": "16:15",
    "a quarter to five": "16:45",
    "quarter to 5": "16:45",
    "ten past three": "15:10",
    "20 to 5": "16:40",
    "in the morning": "09:00",
    "in the evening": "19:00",
    "9 in the morning": "09:00",
    "8 in the evening": "20:00",
    "in 2 hours": "13:00",
    "in half an hour": "11:30",
    "in an hour and a half": "12:30",
    "in an hour": "12:00",
    "in 45 minutes": "11:45",
    "15:30:45": "15:30:45",
}
NO_TIMES = [
    "",
    "24:00",
    "25:00",
    "12:60",
    "25",
    "13 вечера ночи",
    "13pm",
    "0 pm",
    "99",
    "завтра в 15",
    "tomorrow at 3",
    "после обеда",
    "как можно раньше",
    "в любое время",
    "с 9 до 18",
    "9-18",
    "между 9 и 10",
    "около пяти или шести",
    "asap",
    "any time",
    "15:30 16:30",
    "без пяти",
    "половина",
    "половина тринадцатого часа",
    "half past",
    "quarter to 13",
    "через",
    "через 2 дня",
    "в 15 в 16",
    "1234567",
    "утром вечером",
    "7 ночи",
    "полшестнадцатого",
    "⏰",
]
MOMENTS = {
    "завтра в 15": "2026-03-03 15:00",
    "завтра в 15:30": "2026-03-03 15:30",
    "завтра 15:30": "2026-03-03 15:30",
    "завтра 15": "2026-03-03 15:00",
    "в 15 завтра": "2026-03-03 15:00",
    "завтра в 3": "2026-03-03 15:00",
    "завтра в 3 часа дня": "2026-03-03 15:00",
    "завтра в 9 утра": "2026-03-03 09:00",
    "завтра утром": "2026-03-03 09:00",
    "завтра утром в 10": "2026-03-03 10:00",
    "завтра вечером": "2026-03-03 19:00",
    "завтра в полдень": "2026-03-03 12:00",
    "завтра в половине пятого": "2026-03-03 16:30",
    "послезавтра в 10": "2026-03-04 10:00",
    "сегодня в 18": "2026-03-02 18:00",
    "сегодня вечером": "2026-03-02 19:00",
    "сегодня в 9": "2026-03-02 09:00",
    "в пятницу в 10:00": "2026-03-06 10:00",
    "в пятницу вечером": "2026-03-06 19:00",
    "в следующую пятницу в 15": "2026-03-13 15:00",
    "5 марта в 15": "2026-03-05 15:00",
    "5 марта 15:30": "2026-03-05 15:30",
    "5 марта, 15:30": "2026-03-05 15:30",
    "5 марта 2027 в 15": "2027-03-05 15:00",
    "15:30 5 марта": "2026-03-05 15:30",
    "05.03 в 15.30": "2026-03-05 15:30",
    "05.03.2026 15:30": "2026-03-05 15:30",
    "2026-03-05 10:00": "2026-03-05 10:00",
    "2026-03-05T10:00:00+03:00": "2026-03-05 10:00",
    "через 2 часа": "2026-03-02 13:00",
    "через полчаса": "2026-03-02 11:30",
    "через 90 минут": "2026-03-02 12:30",
    "через неделю": "2026-03-09 11:00",
    "через 3 дня в 15": "2026-03-05 15:00",
    "через неделю вечером": "2026-03-09 19:00",
    "через месяц в 10:30": "2026-04-02 10:30",
    "в 15": "2026-03-02 15:00",
    "в 9 утра": "2026-03-03 09:00",
    "в 10": "2026-03-03 10:00",
    "давайте в пятницу в 5 вечера": "2026-03-06 17:00",
    "запишите меня на завтра на 15:00": "nothing",
    "tomorrow 3pm": "2026-03-03 15:00",
    "tomorrow at 3pm": "2026-03-03 15:00",
    "3pm tomorrow": "2026-03-03 15:00",
    "tomorrow at 3": "2026-03-03 15:00",
    "tomorrow morning": "2026-03-03 09:00",
    "tomorrow in the evening": "2026-03-03 19:00",
    "tonight": "2026-03-02 19:00",
    "tonight at 8": "2026-03-02 20:00",
    "today at noon": "2026-03-02 12:00",
    "next fri at 3pm": "2026-03-13 15:00",
    "friday at 10:00": "2026-03-06 10:00",
    "on Friday, 10 am": "2026-03-06 10:00",
    "March 5 at 3:30 pm": "2026-03-05 15:30",
    "March 5th, 2027 at 3:30 pm": "2027-03-05 15:30",
    "5 March 15:30": "2026-03-05 15:30",
    "in 2 hours": "2026-03-02 13:00",
    "in half an hour": "2026-03-02 11:30",
    "in an hour and a half": "2026-03-02 12:30",
    "in 3 days at 3pm": "2026-03-05 15:00",
    "a week from now": "2026-03-09 11:00",
    "at 9 am": "2026-03-03 09:00",
    "half past 4 on friday": "2026-03-06 16:30",
    "2 часа назад": "2026-03-02 09:00",
    "2 hours ago": "2026-03-02 09:00",
}
NO_MOMENTS = [
    "",
    "завтра",
    "в пятницу",
    "5 марта",
    "tomorrow",
    "next fri",
    "когда-нибудь",
    "завтра в 25",
    "завтра в 15 или 16",
    "завтра с 9 до 18",
    "31 февраля в 10",
    "через 2 часа в 15",
    "завтра через 2 часа",
    "сегодня завтра в 15",
    "в 15 в 16",
    "tomorrow at 25",
    "see you tomorrow at 3",
    "заказ номер 15",
    "99999999999999999999",
    "через 999999999 лет",
    "in 999999999 years",
]
LENGTHS = {
    "2 часа": 2 * HOUR,
    "два часа": 2 * HOUR,
    "час": HOUR,
    "часик": HOUR,
    "полчаса": HOUR // 2,
    "полтора часа": HOUR * 3 // 2,
    "1,5 часа": HOUR * 3 // 2,
    "1.5 часа": HOUR * 3 // 2,
    "2 с половиной часа": HOUR * 5 // 2,
    "час 20 минут": HOUR * 4 // 3,
    "1 ч 20 мин": HOUR * 4 // 3,
    "1ч 20м": HOUR * 4 // 3,
    "час и 20 минут": HOUR * 4 // 3,
    "30 минут": HOUR // 2,
    "30 мин": HOUR // 2,
    "тридцать минут": HOUR // 2,
    "90 секунд": 90_000,
    "день": 24 * HOUR,
    "сутки": 24 * HOUR,
    "3 дня": 72 * HOUR,
    "пару дней": 48 * HOUR,
    "неделя": 168 * HOUR,
    "2 недели": 336 * HOUR,
    "месяц": 720 * HOUR,
    "полгода": 4_320 * HOUR,
    "год": 8_760 * HOUR,
    "1h30m": HOUR * 3 // 2,
    "PT15M": HOUR // 4,
    "2 hours": 2 * HOUR,
    "an hour": HOUR,
    "half an hour": HOUR // 2,
    "an hour and a half": HOUR * 3 // 2,
    "1 hour 20 minutes": HOUR * 4 // 3,
    "45 min": HOUR * 3 // 4,
    "2 days": 48 * HOUR,
    "a couple of days": 48 * HOUR,
    "a week": 168 * HOUR,
    "one year": 8_760 * HOUR,
}
NO_LENGTHS = [
    "",
    "2",
    "два",
    "часа полтора два",
    "долго",
    "2 часа или 3",
    "-2 часа",
    "0 минут",
    "час час",
    "long",
    "1e9 h",
]


@pytest.mark.parametrize(("text", "clock"), TIMES.items())
def test_a_time_of_day(text: str, clock: str) -> None:
    assert value("time", text) == clock


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time(text: str) -> None:
    assert value("time", text) is NOTHING


@pytest.mark.parametrize(("text", "clock"), MOMENTS.items())
def test_a_moment(text: str, clock: str) -> None:
    assert moscow(value("datetime", text)) == clock


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_what_is_no_moment(text: str) -> None:
    assert value("datetime", text) is NOTHING


@pytest.mark.parametrize(("text", "length"), LENGTHS.items())
def test_a_length_of_time(text: str, length: int) -> None:
    assert value("duration", text) == length


@pytest.mark.parametrize("text", NO_LENGTHS)
def test_what_is_no_length(text: str) -> None:
    assert value("duration", text) is NOTHING


def test_a_day_alone_is_a_moment_where_a_time_is_given() -> None:
    assert moscow(value("datetime", "завтра", default_time="09:30")) == "2026-03-03 09:30"
    assert moscow(value("datetime", "завтра в 15", default_time="09:30")) == "2026-03-03 15:00"


def test_bounds_of_moments_and_times() -> None:
    assert is_refused(found("datetime", "сегодня в 9", min=NOW))
    assert is_refused(found("datetime", "через 2 часа", max=NOW + HOUR))
    assert moscow(value("datetime", "5 марта в 23:30", max="2026-03-05")) == "2026-03-05 23:30"
    assert is_refused(found("time", "8:30", min="09:00", max="18:00"))
    assert value("time", "18:00", min="09:00", max="18:00") == "18:00"
    assert value("duration", "10 минут", min=900) is NOTHING


def _utc(text: str, now: datetime, zone: str) -> str:
    moment = find_moment(text, int(now.timestamp() * 1000), zone)
    assert moment is not None
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%m-%d %H:%M")


def test_clocks_that_change_are_minded() -> None:
    """Berlin: 29 March 2026 has no 2:30, 25 October has it twice, and a day is not always 24 hours."""
    eve = datetime(2026, 3, 28, 11, tzinfo=UTC)
    assert _utc("завтра в 2:30", eve, "Europe/Berlin") == "03-29 01:30"
    assert _utc("завтра в 12:00", eve, "Europe/Berlin") == "03-29 10:00"
    assert _utc("через 1 день", eve, "Europe/Berlin") == "03-29 10:00"
    assert _utc("через 24 часа", eve, "Europe/Berlin") == "03-29 11:00"
    autumn = datetime(2026, 10, 24, 10, tzinfo=UTC)
    assert _utc("завтра в 2:30", autumn, "Europe/Berlin") == "10-25 00:30"
