"""A refresh token is good once, with one kindness and one alarm (when sessions end: `tests/storage`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from omnisupport.auth.sessions import ABSOLUTE, GRACE, Refresh, RefreshToken, decide_refresh

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_the_lifetimes_are_those_of_the_rule() -> None:
    assert (timedelta(days=7), timedelta(seconds=10)) == (ABSOLUTE, GRACE)


USED = RefreshToken(START, used_at=START + timedelta(hours=1))


@pytest.mark.parametrize(
    ("token", "after", "decision"),
    [
        (RefreshToken(START), timedelta(), Refresh.ROTATE),
        (RefreshToken(START), ABSOLUTE - TICK, Refresh.ROTATE),
        (RefreshToken(START), ABSOLUTE, Refresh.REFUSE),
        (USED, timedelta(hours=1), Refresh.REPEAT),
        (USED, timedelta(hours=1) + GRACE, Refresh.REPEAT),
        (USED, timedelta(hours=1) + GRACE + TICK, Refresh.REVOKE_FAMILY),
        (USED, timedelta(days=3), Refresh.REVOKE_FAMILY),
        (USED, ABSOLUTE, Refresh.REFUSE),
        (replace(USED, family_revoked_at=START), timedelta(hours=1), Refresh.REFUSE),
        (RefreshToken(START, family_revoked_at=START), timedelta(), Refresh.REFUSE),
    ],
)
def test_a_refresh_token_is_good_once(token: RefreshToken, after: timedelta, decision: Refresh) -> None:
    assert decide_refresh(token, START + after) == decision


def test_a_stolen_token_ends_the_family_of_both() -> None:
    """Owner and thief hold the same token; whoever comes second is noticed, and then neither gets in."""
    family_revoked_at: datetime | None = None
    first = RefreshToken(START)
    now = START + timedelta(hours=1)
    assert decide_refresh(first, now) is Refresh.ROTATE  # the thief
    first, successor = replace(first, used_at=now), RefreshToken(START)
    now += timedelta(minutes=5)
    assert decide_refresh(first, now) is Refresh.REVOKE_FAMILY  # the owner
    family_revoked_at = now
    assert decide_refresh(replace(successor, family_revoked_at=family_revoked_at), now) is Refresh.REFUSE
