"""Circles that write to somebody who says nothing."""

from __future__ import annotations

import pytest

from tests.scenario_dsl.support import codes, document

BYE = "  bye: {type: end, outcome: done}\n"
MENU = """\
  first:
    type: menu
    text: {{ru: Что?, en: What?}}
    options: [{{id: a, label: {{ru: А, en: A}}, next: bye}}]
    timeout: {time}
    exits: {{timeout: {back}, invalid: bye}}
"""
AGAIN = "  again: {type: message, text: {ru: Вы здесь?, en: Are you there?}, next: first}\n"
QUEUE = """\
  first: {type: message, text: {ru: Ждите, en: Wait}, next: hand}
  hand: {type: handoff, queue_timeout: 30s, exits: {queue_timeout: first, closed: bye}}
"""
LATE = """\
  first: {type: message, text: {ru: Ещё раз, en: Again}, delay: 60s, next: same}
  same: {type: condition, cases: [{when: "vars.count > 3", next: bye}], else: first}
"""
COUNTED = """\
  again: {type: set, assign: {vars.count: "=vars.count + 1"}, next: bound}
  bound: {type: condition, cases: [{when: "vars.count < 3", next: first}], else: bye}
"""


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        (MENU.format(time="30s", back="first"), ["E141"]),
        (MENU.format(time="30s", back="again") + AGAIN, ["E141"]),
        (QUEUE, ["E141"]),
        (MENU.format(time="10m", back="again") + AGAIN, ["W142"]),
        (MENU.format(time="2h", back="again") + AGAIN, []),
        (LATE, ["W142"]),
        (MENU.format(time="10m", back="bye"), []),
        (MENU.format(time="10m", back="again") + COUNTED, []),
    ],
)
def test_somebody_who_says_nothing_is_not_written_to_for_ever(nodes: str, found: list[str]) -> None:
    text = document(nodes + BYE, variables="  count: {type: int, default: 0}\n")
    assert [each for each in codes(text) if each in ("E141", "W142")] == found
