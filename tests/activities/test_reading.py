"""What a connection says of mails that lie aside, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from omnisupport.activities.reading import SHOWN_FOR, is_calm, with_put_aside
from omnisupport.channels.base import Health, Problem


def kept(age: timedelta) -> dict[str, Any]:
    """A row's health after two mails were put aside, the last so long ago."""
    at = (datetime.now(UTC) - age).isoformat()
    return {"aside": {"count": 2, "last": {"name": "7:12", "code": "mail_unreadable", "at": at}}}


def test_mails_that_lie_aside_are_told_of_for_a_week_and_disturb_nothing_else() -> None:
    fresh = with_put_aside(Health("ok"), kept(timedelta(hours=1)))
    [problem] = fresh.problems
    assert (fresh.state, problem.code, problem.mends) == ("degraded", "mails_put_aside", "backfill")
    assert problem.detail.startswith("2 (UID 12, ") and problem.detail.endswith("Z, mail_unreadable)")
    assert is_calm(fresh)  # the connection itself is well: it is looked at as rarely
    over = kept(SHOWN_FOR + timedelta(minutes=1))
    assert with_put_aside(Health("ok"), over) == with_put_aside(Health("ok"), {}) == Health("ok")


@pytest.mark.parametrize("state", ["degraded", "down"])
def test_another_problem_stays_the_first_and_is_looked_at_often(state: Any) -> None:
    broken = Health(state, (Problem("provider_unreachable"),))
    found = with_put_aside(broken, kept(timedelta(hours=1)))
    assert [each.code for each in found.problems] == ["provider_unreachable", "mails_put_aside"]
    assert found.state == state and not is_calm(found)
