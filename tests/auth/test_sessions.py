"""Sessions end when they should, and a refresh token is good once, with one kindness and one alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisupport.auth.sessions import (
    ABSOLUTE,
    GRACE,
    IDLE,
    Refresh,
    RefreshToken,
    Session,
    SessionState,
    decide_refresh,
    ends_at,
    is_touch_due,
    require_active,
    state_of,
)
from omnisupport.errors import Unauthenticated

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FRESH = Session(START, START)


def test_the_lifetimes_are_those_of_the_rule() -> None:
    assert (timedelta(hours=12), timedelta(days=7), timedelta(seconds=10)) == (IDLE, ABSOLUTE, GRACE)


@pytest.mark.parametrize(
    ("session", "after", "state"),
    [
        (FRESH, timedelta(), SessionState.ACTIVE),
        (FRESH, IDLE - TICK, SessionState.ACTIVE),
        (FRESH, IDLE, SessionState.IDLE),
        (replace(FRESH, last_seen_at=START + timedelta(hours=11)), timedelta(hours=20), SessionState.ACTIVE),
        (replace(FRESH, last_seen_at=START + ABSOLUTE - TICK), ABSOLUTE - TICK, SessionState.ACTIVE),
        (replace(FRESH, last_seen_at=START + ABSOLUTE - TICK), ABSOLUTE, SessionState.EXPIRED),
        (replace(FRESH, revoked_at=START), timedelta(), SessionState.REVOKED),
        (replace(FRESH, revoked_at=START), ABSOLUTE * 2, SessionState.REVOKED),
    ],
)
def test_a_session_ends_when_idle_when_old_or_when_revoked(
    session: Session, after: timedelta, state: SessionState
) -> None:
    assert state_of(session, START + after) == state


def test_the_refusal_tells_expired_from_revoked_and_revoked_from_nothing() -> None:
    require_active(FRESH, START)
    with pytest.raises(Unauthenticated) as expired:
        require_active(FRESH, START + IDLE)
    with pytest.raises(Unauthenticated) as revoked:
        require_active(replace(FRESH, revoked_at=START), START)
    assert (expired.value.code, revoked.value.code) == ("session_expired", "session_token_invalid")


@given(st.timedeltas(timedelta(), timedelta(days=8)), st.timedeltas(timedelta(), timedelta(days=8)))
def test_a_session_is_active_exactly_until_its_end(seen: timedelta, later: timedelta) -> None:
    session = Session(START, START + seen)
    now = session.last_seen_at + later
    assert (state_of(session, now) is SessionState.ACTIVE) == (now < ends_at(session))


def test_last_seen_is_written_once_a_minute() -> None:
    assert not is_touch_due(FRESH, START + timedelta(seconds=59))
    assert is_touch_due(FRESH, START + timedelta(seconds=60))


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
