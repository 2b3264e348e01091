"""The load itself: what a slot does, when it ends, and that nothing unanswered is lost from sight."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks import pace as module
from benchmarks.pace import TEXT, TURNS_PER_CONVERSATION, Pace, keep_pace
from benchmarks.scenarios import ring_scenario
from benchmarks.scripted import visitors_for
from benchmarks.wire import read_head
from omnisupport.scenario_dsl import check_document, compile_document, load_document


async def test_a_slot_ends_its_turn_after_the_time_is_over() -> None:
    turns: list[int] = []

    async def turn(slot: int) -> bool:
        turns.append(slot)
        await asyncio.sleep(0.02)
        return True

    tally = await keep_pace(Pace(slots=3, seconds=0), turn)
    assert sorted(turns) == [0, 1, 2]
    assert len(tally.latencies) == 3
    assert all(latency >= 20 for latency in tally.latencies)


async def test_a_slot_with_nothing_left_stops_and_counts_no_turn() -> None:
    left = {0: 2, 1: 0}

    async def turn(slot: int) -> bool:
        left[slot] -= 1
        return left[slot] >= 0

    tally = await keep_pace(Pace(slots=2, seconds=60), turn)
    assert len(tally.latencies) == 2


async def test_a_turn_without_an_answer_is_counted_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TURN_DEADLINE_S", 0.01)

    async def turn(_slot: int) -> bool:
        await asyncio.sleep(10)
        return True

    tally = await keep_pace(Pace(slots=1, seconds=0), turn)
    assert (tally.unanswered, tally.latencies) == (1, [])


async def test_a_pause_is_kept_between_turns() -> None:
    async def turn(_slot: int) -> bool:
        return True

    tally = await keep_pace(Pace(slots=1, seconds=0.2, pause_ms=50), turn)
    assert 4 <= len(tally.latencies) <= 6


def test_enough_visitors_wait_for_the_expected_turns() -> None:
    assert visitors_for(Pace(1, 6)) == 34  # 110 turns a second for 6 s, 20 each, and one to end with
    assert visitors_for(Pace(16, 6, pause_ms=200)) == 48  # 80 a second at most
    assert visitors_for(Pace(64, 2)) == 128


async def test_whole_conversations_are_ended() -> None:
    taken = [0, 0]

    async def turn(slot: int) -> bool:
        taken[slot] += 1
        return True

    await keep_pace(Pace(slots=2, seconds=0.0, whole=True), turn)
    assert taken == [TURNS_PER_CONVERSATION] * 2


def test_what_customers_write_has_the_length_of_the_design() -> None:
    assert len(TEXT) == 120


@pytest.mark.parametrize("size", [30, 300])
def test_the_measured_scenarios_may_be_published(size: int) -> None:
    document = load_document(ring_scenario(size)).document
    assert document is not None
    assert [f for f in check_document(document) if f.severity == "error"] == []
    assert len(compile_document(document)["nodes"]) == size


def test_the_light_client_refuses_what_it_cannot_read() -> None:
    assert read_head(b"HTTP/1.1 202 Accepted\r\ncontent-type: x\r\nContent-Length: 12") == (202, 12)
    assert read_head(b"HTTP/1.1 204 No Content") == (204, 0)
    with pytest.raises(RuntimeError, match="Content-Length"):
        read_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked")
