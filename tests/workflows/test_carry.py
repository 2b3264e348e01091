"""What a run keeps of its rings and hands to the next one stays small, however much waits."""

from __future__ import annotations

import orjson

from omnisupport.domain.conversation import Carry, Ring
from omnisupport.temporal import CompactJson
from omnisupport.workflows import options
from omnisupport.workflows.memory import Memory

CARRY_OVER = 32 * 1024
"""Architecture.md 2.10."""


def heard(count: int, text: str) -> Memory:
    memory = Memory()
    for seq in range(1, count + 1):
        memory.hear(Ring(seq=seq, prev=seq - 1, text=text))
    return memory


def test_long_messages_that_wait_are_not_all_carried_over() -> None:
    memory = heard(40, "я" * 2048)
    carried = memory.carried()
    payload = CompactJson().to_payload(Carry(rings=carried))
    assert payload is not None
    assert len(payload.data) <= CARRY_OVER
    assert [ring.seq for ring in carried] == list(range(1, 7)), "the oldest, in their order"


def test_what_fits_is_carried_whole() -> None:
    assert [ring.text for ring in heard(3, "да").carried()] == ["да"] * 3


def test_quotes_and_control_characters_do_not_burst_the_carry() -> None:
    carried = heard(40, "\x01" * 4096).carried()
    assert len(orjson.dumps([ring.text for ring in carried])) <= CARRY_OVER


def test_behind_a_long_outage_texts_stay_in_the_database() -> None:
    memory = heard(10_000, "я" * 2048)
    kept = [ring for ring in memory.rings.values() if ring.text is not None]
    assert len(kept) == options.RINGS_WITH_TEXT
