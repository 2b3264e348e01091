"""What a route asks for is written twice: in it, and in `doors.txt`, so that none is weakened by a slip."""

from __future__ import annotations

from tests.security.doors import LIST, doors


def test_each_route_asks_for_what_the_list_says() -> None:
    """A deliberate change: `python -m tests.security.doors`, and look at the difference."""
    assert doors() == LIST.read_text().splitlines()
