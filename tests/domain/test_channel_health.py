"""People are told of a broken connection once, when it is no flap, and once that it is well again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from omnisupport.domain.channel_health import FLAP, Told, Trouble

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def looks(*found: tuple[float, str]) -> list[Told | None]:
    """What is told at looks so many minutes after noon; the trouble is kept in between as a row keeps it."""
    trouble, told = Trouble(), []
    for minutes, state in found:
        kept = trouble.kept()
        trouble, news = Trouble.of(kept).look(state, NOON + timedelta(minutes=minutes))
        told.append(news)
    return told


def test_what_mends_itself_within_five_minutes_is_told_to_nobody() -> None:
    assert looks((0, "ok"), (1, "down"), (2, "degraded"), (5.9, "down"), (6, "ok"), (11, "ok")) == [None] * 6


@pytest.mark.parametrize("state", ["down", "degraded"])
def test_a_break_is_told_once_and_its_end_once(state: str) -> None:
    found = [(0, state), (4, state), (5, state), (6, state), (70, state), (71, "ok"), (76, "ok")]
    assert looks(*found) == [None, None, Told.BROKEN, None, None, Told.MENDED, None]


def test_the_next_break_is_another_one() -> None:
    first = [(0, "down"), (5, "down"), (6, "ok")]
    second = [(7, "down"), (11, "down"), (12, "down")]
    assert looks(*first, *second) == [None, Told.BROKEN, Told.MENDED, None, None, Told.BROKEN]


def test_a_trouble_survives_being_kept() -> None:
    trouble = Trouble(NOON, NOON + FLAP)
    assert Trouble.of(trouble.kept()) == trouble
    assert Trouble.of({}) == Trouble()
