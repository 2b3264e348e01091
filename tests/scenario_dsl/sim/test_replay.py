"""Recorded conversations on another version: what is the same, what reads otherwise, what ends otherwise."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from omnisupport.scenario_dsl import IR, Event
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.sim import Recording, record, recording_from, replay_recordings
from omnisupport.scenario_dsl.sim.masking import mask
from omnisupport.scenario_dsl.sim.recording import event_from_json, event_to_json
from omnisupport.scenario_dsl.sim.stubs import Rule
from omnisupport.scenario_dsl.sim.walk import Walker
from tests.scenario_dsl.support import EXAMPLES, Chat, compiled, example

TEXT = (EXAMPLES / "order_status.yaml").read_text("utf-8")
COUNT = 60


def logs(ir: IR, count: int, *, longest: int = 99) -> list[list[Event]]:
    walker = Walker(ir)
    found: list[list[Event]] = []
    seed = 0
    while len(found) < count:
        seed += 1
        walker.player.log = []
        walker.walk(seed)
        if len(walker.player.log) <= longest and walker.player.state["ended"] is not None:
            found.append(walker.player.log)
    walker.ir.program.path.clear()
    return found


@pytest.fixture(scope="module")
def recorded() -> list[Recording]:
    ir = example("order_status")
    return [record(ir, log, conversation=f"c{number}") for number, log in enumerate(logs(ir, COUNT))]


def changed(old: str, new: str) -> IR:
    assert old in TEXT
    return compiled(TEXT.replace(old, new))


def test_the_same_version_gives_the_same_conversations(recorded: list[Recording]) -> None:
    report = replay_recordings(example("order_status"), recorded)
    assert report.counts == {"same": COUNT}
    assert report.text("ru") == f"Разговоров: {COUNT}: так же {COUNT}"


def test_a_new_text_is_only_a_text(recorded: list[Recording]) -> None:
    report = replay_recordings(changed("Хорошего дня!", "Всего доброго!"), recorded)
    assert set(report.counts) == {"same", "text"}
    sample = report.samples["text"][0]
    assert ("Хорошего дня!", "Всего доброго!") in sample.texts
    assert "«Хорошего дня!» → «Всего доброго!»" in report.text("en")


def test_another_way_and_another_end_are_told_apart() -> None:
    ir = example("order_status")
    chat = Chat(ir).start("где мой заказ AB-123456").result("http_error", {"status": 404, "json": None})
    chat.say("AB-654321").result("http_error", {"status": 404, "json": None})
    chat.result("closed", {"next_open": None})
    recording = record(ir, chat.log, conversation="c1")
    assert recording.outcome == "queued"
    # A person is called at the first wrong number: other path, the customer's second number is not heard.
    report = replay_recordings(changed("vars.tries < 2", "vars.tries < 1"), [recording])
    sample = report.samples["path"][0]
    assert sample.fork == ("not_found_msg", "not_found_twice")
    report = replay_recordings(
        changed('who will look for it."\n    next: hours', 'who will."\n    next: bye'), [recording]
    )
    assert report.samples["outcome"][0].outcomes == ("queued", "resolved")
    assert report.to_dict()["outcomes"] == [{"before": "queued", "after": "resolved", "count": 1}]


def test_a_renamed_node_gets_the_answer_to_the_same_question(recorded: list[Recording]) -> None:
    renamed = compiled(re.sub(r"\blookup\b", "find_order", TEXT))
    report = replay_recordings(renamed, recorded)
    assert not report.misses and set(report.counts) <= {"same", "path"}
    asked = compiled(TEXT.replace("/orders/", "/order/"))
    missed = replay_recordings(asked, recorded)
    assert missed.counts["missed"] and "lookup" in missed.misses, "another question has no answer"


def test_who_is_asked_something_new_is_stuck() -> None:
    ir = example("order_status")
    chat = Chat(ir).start("где мой заказ AB-123456")
    chat.result("ok", {"status": 200, "json": {"status": "cancelled", "items": []}}).press("nothing")
    recording = record(ir, chat.log, conversation="c1")
    new = changed(
        "bye:\n    type: message",
        "bye:\n    type: ask\n    input: {kind: int}\n    timeout: 1h\n    exits: {invalid: left, timeout: left}",
    )
    report = replay_recordings(new, [recording])
    assert report.counts == {"stuck": 1}
    assert report.samples["stuck"][0].at == "bye"


def test_a_question_that_nobody_answered_before_is_a_miss_and_stubs_may_answer_it(
    recorded: list[Recording],
) -> None:
    new = changed('path: "/orders/', 'path: "/v2/orders/')
    report = replay_recordings(new, recorded)
    assert report.counts["missed"] > COUNT / 2
    assert report.misses["lookup"] == report.counts["missed"]
    stubs = {"lookup": (Rule(reply={"status": 404, "json": None}),)}
    answered = replay_recordings(new, recorded, stubs=stubs)
    assert answered.counts["missed"] == report.counts["missed"]  # flagged all the same
    assert answered.outcomes != report.outcomes


def test_a_button_is_found_again_by_what_it_said() -> None:
    ir = example("order_status")
    chat = Chat(ir).start("где мой заказ AB-123456")
    chat.result("ok", {"status": 200, "json": {"status": "cancelled", "items": []}}).press("nothing")
    recording = record(ir, chat.log, conversation="c1")
    assert recording.outcome == "resolved"
    # The option has another id, and so another one on the wire.
    new = changed("id: nothing\n", "id: no_more\n")
    report = replay_recordings(new, [recording])
    assert report.counts == {"same": 1}


def test_a_longer_wait_still_ends_when_nobody_answers() -> None:
    ir = example("order_status")
    chat = Chat(ir).start("статус заказа")
    chat.wait_for("reminder0")
    chat.wait_for("timeout")
    recording = record(ir, chat.log, conversation="c1")
    report = replay_recordings(changed("timeout: 2h", "timeout: 3h"), [recording])
    assert report.counts == {"same": 1}


def test_the_path_of_an_old_version_is_told_from_that_version(recorded: list[Recording]) -> None:
    old = example("order_status")
    bare = [replace(item, path=None, dropped=None) for item in recorded]
    assert replay_recordings(old, bare, versions=[old]).counts == {"same": COUNT}


def test_samples_hide_who_somebody_is() -> None:
    ir = example("order_status")
    chat = Chat(ir, customer={"name": "Иван Петров", "phone": None, "email": None})
    chat.start("где мой заказ AB-123456").result("http_error", {"status": 404, "json": None}).say("отмена")
    recording = record(ir, chat.log, conversation="c1")
    report = replay_recordings(changed("не нашёлся. Проверьте", "не найден. Проверьте"), [recording])
    before, _ = report.samples["text"][0].texts[0]
    assert before is not None
    assert "AB-000000" in before
    assert "123456" not in json.dumps(report.to_dict(), ensure_ascii=False)
    assert mask("Иван, пишите на ivan@example.com или 8 916 1", ["Иван"]) == "…, пишите на …@… или 0 000 0"


def test_events_and_recordings_live_on_as_json(recorded: list[Recording]) -> None:
    for recording in recorded:
        values = json.loads(canonical(recording.to_dict()))
        assert recording_from({**values, "of_a_later_release": 1}) == recording
    for log in logs(example("order_status"), 10):
        assert [event_from_json(json.loads(canonical(event_to_json(event)))) for event in log] == log


def test_progress_is_told(recorded: list[Recording]) -> None:
    told: list[tuple[int, int]] = []
    replay_recordings(example("order_status"), recorded, progress=lambda done, of: told.append((done, of)))
    assert told == [(50, COUNT), (60, COUNT)]
