"""Runs as the product keeps them: made into recordings that replay, or left out with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from omnisupport.scenario_dsl import IR, Event, Message, Result, Start, new_state, step
from omnisupport.scenario_dsl.notes import MOST_VALUE, World, note_event, note_result, world_of
from omnisupport.scenario_dsl.sim import record, replay_recordings
from omnisupport.scenario_dsl.sim.logs import read_logs
from tests.scenario_dsl.sim.test_replay import logs
from tests.scenario_dsl.support import example

COUNT = 40
TODAY = {
    "locale": "de",
    "channel": {"type": "vk", "id": "x"},
    "customer": {"id": "somebody", "name": "Сегодня"},
    "conversation": {"id": "x", "status": "open", "tags": []},
    "tenant": {"name": "Renamed", "slug": "renamed", "timezone": "Asia/Tokyo"},
}
"""The world when the runs are read: nothing in it is as it was."""


def kept(ir: IR, events: Sequence[Event], number: int) -> dict[str, Any]:
    """What the product keeps of a run, one event a turn."""
    state: dict[str, Any] = new_state(ir, run=number)
    turns: list[dict[str, Any]] = []
    messages: dict[str, Any] = {}
    world: World | None = None
    for event in events:
        results = [note_result(event.call_id, event.exit, event.value)] if isinstance(event, Result) else []
        state, _ = step(ir, state, event)
        noted = note_event(event, run=number, ir_hash=ir["hash"], inputs=state["inputs"], before=world)
        world = world_of(event.context)
        turns.append({"trace": [{**noted, "node": state["node_label"]}], "results": results})
        said = event.message if isinstance(event, Message | Start) else None
        if said is not None:
            messages[str(said.seq)] = {"text": said.text, "button": said.button, "content": said.content}
    ended = state["ended"]
    return {
        "conversation": f"c{number}",
        "run": number,
        "ir_hash": ir["hash"],
        "outcome": ended["outcome"] if ended else None,
        "is_over": ended is not None,
        "turns": turns,
        "messages": messages,
        "world": TODAY,
    }


@pytest.fixture(scope="module")
def ir() -> IR:
    return example("order_status")


@pytest.fixture(scope="module")
def runs(ir: IR) -> list[list[Event]]:
    found = logs(ir, 8 * COUNT)
    with_more = [
        log for log in found if any(isinstance(event, Message) and event.message.content for event in log)
    ]
    assert with_more, "files, places and contacts are recorded as well"
    return [*with_more[:5], *found[: COUNT - 5]]


def test_what_is_kept_of_a_run_is_the_run(ir: IR, runs: list[list[Event]]) -> None:
    read = read_logs([kept(ir, log, 1) for log in runs], {ir["hash"]: ir})
    assert len(read.recordings) == len(runs) and not read.left_out
    direct = [record(ir, log, conversation="c1") for log in runs]
    assert [each.path for each in read.recordings] == [each.path for each in direct]
    assert [each.sent for each in read.recordings] == [each.sent for each in direct]
    assert [each.events for each in read.recordings] == [each.events for each in direct]
    assert replay_recordings(ir, read.recordings).counts == {"same": len(runs)}


def test_the_world_is_noted_where_a_run_begins_and_then_what_changes_of_it(
    ir: IR, runs: list[list[Event]]
) -> None:
    log = next(log for log in runs if len(log) > 3)
    first, second, *_ = (turn["trace"][0] for turn in kept(ir, log, 1)["turns"])
    assert set(first["world"]) == {"locale", "channel", "customer", "conversation", "tenant"}
    assert "world" not in second
    before = world_of(log[1].context)
    renamed = replace(log[1], context=replace(log[1].context, customer={"id": "1", "name": "Пётр"}))
    noted = note_event(renamed, run=1, ir_hash=ir["hash"], before=before)
    assert noted["world"] == {"customer": {"id": "1", "name": "Пётр"}}
    again = note_event(log[0], run=1, ir_hash=ir["hash"], before=world_of(log[0].context))
    assert set(again["world"]) == set(before), "the next run's record begins anew"


def test_where_the_world_was_not_noted_todays_stands_in(ir: IR, runs: list[list[Event]]) -> None:
    log = kept(ir, runs[0], 1)
    for turn in log["turns"]:
        turn["trace"][0].pop("world", None)
    [read] = read_logs([log], {ir["hash"]: ir}).recordings
    assert {event["context"]["tenant"]["name"] for event in read.events} == {"Renamed"}


def test_what_else_a_trace_tells_is_no_step(ir: IR, runs: list[list[Event]]) -> None:
    log = kept(ir, runs[0], 1)
    log["turns"][0]["trace"].insert(0, {"event": "Intent", "node": "", "label": "x"})
    log["turns"][0]["trace"].append({"dropped": "x"})
    read = read_logs([log], {ir["hash"]: ir})
    assert [len(each.events) for each in read.recordings] == [len(runs[0])], read.left_out


def test_a_run_that_cannot_be_replayed_is_left_out_with_the_reason(ir: IR, runs: list[list[Event]]) -> None:
    whole = next(log for log in runs if any(isinstance(event, Result) for event in log))

    def reason(change: Any, *, versions: dict[str, IR] | None = None) -> list[str]:
        log = kept(ir, whole, 1)
        change(log)
        return list(read_logs([log], {ir["hash"]: ir} if versions is None else versions).left_out)

    def large(log: dict[str, Any]) -> None:
        for turn in log["turns"]:
            turn["results"] = [
                note_result(each["call"], each["exit"], "x" * MOST_VALUE) for each in turn["results"]
            ]

    def of_an_old_release(log: dict[str, Any]) -> None:
        for turn in log["turns"]:
            del turn["trace"][0]["at"]

    assert reason(lambda log: None, versions={}) == ["no_version"]
    assert reason(large) == ["large"]
    assert reason(of_an_old_release) == ["incomplete"]
    assert reason(lambda log: log["turns"].pop(0)) == ["incomplete"]
    assert reason(lambda log: log["messages"].clear()) == ["incomplete"]
    assert reason(lambda log: log["turns"][-1]["trace"].append({"event": "Migrate", "run": 1})) == ["moved"]
    assert reason(lambda log: log.update(outcome="another")) == ["unfaithful"]


def test_a_turn_that_ended_a_run_and_began_the_next_is_of_both(ir: IR, runs: list[list[Event]]) -> None:
    first, second = kept(ir, runs[0], 1), kept(ir, runs[1], 2)
    shared = {
        "trace": first["turns"][-1]["trace"] + second["turns"][0]["trace"],
        "results": first["turns"][-1]["results"] + second["turns"][0]["results"],
    }
    first["turns"][-1] = second["turns"][0] = shared
    read = read_logs([first, second], {ir["hash"]: ir})
    expected = [len(runs[0]), len(runs[1])]
    assert [len(each.events) for each in read.recordings] == expected, read.left_out
