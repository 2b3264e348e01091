"""When a circuit opens, who tries it again, and when it is closed."""

from __future__ import annotations

from omnisupport.activities.breaker import FAILURES, OPEN_S, Breakers


def test_it_opens_after_failures_in_a_row_and_lets_one_through_after_a_while() -> None:
    now = [100.0]
    breakers = Breakers(clock=lambda: now[0])
    for _ in range(FAILURES - 1):
        breakers.tell("shop", is_well=False)
    assert breakers.wait_s("shop") == 0
    breakers.tell("shop", is_well=False)
    assert breakers.wait_s("shop") == OPEN_S
    assert breakers.wait_s("other") == 0
    now[0] += OPEN_S
    assert [breakers.wait_s("shop") for _ in range(2)] == [0, OPEN_S], "one tries, the others wait for him"
    breakers.tell("shop", is_well=False)
    assert breakers.wait_s("shop") == OPEN_S
    now[0] += OPEN_S
    assert breakers.wait_s("shop") == 0
    breakers.tell("shop", is_well=True)
    assert [breakers.wait_s("shop") for _ in range(2)] == [0, 0]


def test_what_goes_well_between_begins_to_count_anew() -> None:
    breakers = Breakers()
    for _ in range(3 * FAILURES):
        for is_well in (False, False, True):
            breakers.tell("shop", is_well=is_well)
    assert breakers.wait_s("shop") == 0
