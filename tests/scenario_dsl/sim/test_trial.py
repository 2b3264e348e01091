"""A trial as JSON values: what the gate sees of tests, walks and a replay, and what of it blocks."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from omnisupport.errors import Invalid
from omnisupport.scenario_dsl import ScenarioInvalid, compile_document, load_document
from omnisupport.scenario_dsl.gate import points_of
from omnisupport.scenario_dsl.sim.material import inputs_of
from omnisupport.scenario_dsl.sim.trial import run_trial
from tests.scenario_dsl.sim.test_logs import kept
from tests.scenario_dsl.sim.test_replay import TEXT, logs
from tests.scenario_dsl.support import example

CASE = """omni: scenario-test/v1
scenario: order_status
defaults: {channel: telegram, now: "2026-03-02T11:00:00+03:00"}
stubs:
  lookup: {outcome: http_error, value: {status: 404, json: null}}
cases:
  - name: an unknown number
    steps:
      - user: "где заказ AB-123456?"
      - expect: {sent: [{contains: "%s"}, {contains: "Пришлите номер"}]}
coverage: {nodes: %d}
"""


def trial(kind: str = "gate", document: str = TEXT, **fields: Any) -> dict[str, Any]:
    """A trial, through JSON both ways."""
    request = {"kind": kind, "document": document, "walks": 200, "called": {}, "tests": [], **fields}
    report: dict[str, Any] = run_trial(json.loads(json.dumps(request)), lambda done, total: None)
    return dict(json.loads(json.dumps(report)))


def test_file(said: str, nodes: int) -> list[dict[str, str]]:
    return [{"name": "a.yaml", "document": CASE % (said, nodes)}]


test_file.__test__ = False  # type: ignore[attr-defined]


def codes(report: dict[str, Any]) -> list[str]:
    return [each["code"] for each in report["points"]]


def test_a_good_draft_has_nothing_to_say_and_is_told_by_its_hash() -> None:
    report = trial()
    assert (codes(report), report["walks"]["walks"], report["tests"]) == ([], 200, [])
    assert report["ir_hash"] == example("order_status")["hash"]


def test_failing_cases_short_coverage_and_unreadable_files_block() -> None:
    failing = trial(tests=test_file("нет такого текста", 99))
    assert codes(failing) == ["G102", "G103"]
    assert all(point["blocks"] for point in failing["points"])
    missed = failing["tests"][0]["coverage"]["missed"]
    assert missed and all(item["line"] for item in missed if item["kind"] == "nodes")
    assert codes(trial(tests=[{"name": "a.yaml", "document": "omni: scenario-test/v1\n"}])) == ["G101"]


def test_a_walk_that_finds_a_fault_blocks() -> None:
    tests = [{"name": "a.yaml", "document": CASE % ("", 0) + 'invariants: ["run.ended == false"]\n'}]
    report = trial(tests=tests)
    assert "G104" in codes(report) and report["walks"]["findings"][0]["test"]


def test_conversations_that_go_otherwise_are_to_be_acknowledged() -> None:
    ir = example("order_status")
    request = {"logs": [kept(ir, log, 1) for log in logs(ir, 30)], "versions": {ir["hash"]: ir}}
    same = trial(**request)
    assert codes(same) == [] and same["replay"]["total"] + sum(same["replay"]["left_out"].values()) == 30
    other = trial(document=TEXT.replace("Хорошего дня!", "Всего доброго!"), **request)
    assert codes(other) == ["G204"] and not other["points"][0]["blocks"]
    assert other["points"][0]["count"] == other["replay"]["counts"]["text"] > 0


SUBFLOW = """omni: scenario/v1
id: part
kind: subflow
name: {ru: Часть, en: Part}
channels: [widget]
locale: {default: ru, supported: [ru]}
timezone: Europe/Moscow
inputs:
  name: {type: string}
on_error: {next: done}
start: say
nodes:
  say: {type: message, text: {ru: "{{ vars.name }}"}, next: done}
  done: {type: return}
"""


@pytest.mark.parametrize("kind", ["subflow", "dialog", "background"])
def test_a_scenario_is_walked_with_what_a_caller_would_give(kind: str) -> None:
    """A required input that is not there would be a fault of the caller, and not of the scenario."""
    text = SUBFLOW.replace("kind: subflow", f"kind: {kind}")
    if kind != "subflow":
        text = text.replace("type: return", "type: end, outcome: done")
    if kind == "background":
        text = text.replace("say: {type: message, text: {ru:", "say: {type: note, text: {ru:")
    report = trial(document=text)
    assert report["walks"]["walks"] == 200 and report["walks"]["passed"], report["walks"]["findings"]


def test_what_a_test_file_gives_goes_before_what_is_made_up() -> None:
    case = "cases: [{name: a, steps: [{expect: {sent: [{contains: Анна}]}}]}]\n"
    text = "omni: scenario-test/v1\nscenario: part\ndefaults: {inputs: {name: Анна}}\n" + case
    broken = text + "invariants: [\"vars.name == 'Анна'\"]\n"
    report = trial(document=SUBFLOW, tests=[{"name": "a.yaml", "document": broken}])
    assert report["walks"]["walks"] == 200 and report["walks"]["passed"], report["walks"]["findings"]
    other = broken.replace("name == 'Анна'", "name == 'Олег'")
    [found] = trial(document=SUBFLOW, tests=[{"name": "a.yaml", "document": other}])["walks"]["findings"]
    assert "inputs" in found["test"] and "Анна" in found["test"]


OPTIONAL = SUBFLOW.replace(
    "name: {type: string}",
    "name: {type: string, min_length: 3}\n  code: {type: string, pattern: '^[A-Z]{2}-[0-9]{3}$'}\n"
    "  kind: {type: enum, values: [new, old]}\n  note: {type: string, nullable: true}",
)


def test_inputs_are_made_by_their_types_and_the_optional_ones_are_left_out_as_well() -> None:
    loaded = load_document(OPTIONAL).document
    assert loaded is not None
    made = inputs_of(compile_document(loaded))
    assert {each["kind"] for each in made} == {"new", "old"}
    assert all(len(each["name"]) >= 3 and re.fullmatch("[A-Z]{2}-[0-9]{3}", each["code"]) for each in made)
    assert [set(each) for each in made][-1] == {"name", "code", "kind"} and "note" in made[0]
    assert trial(document=OPTIONAL)["walks"]["passed"]


def test_what_the_api_may_fill_is_given_and_left_out() -> None:
    text = SUBFLOW.replace("kind: subflow", "kind: background\ntriggers: [{type: api, inputs: [name]}]")
    text = text.replace("inputs:\n", "variables:\n").replace("type: return", "type: end, outcome: done")
    text = text.replace('say: {type: message, text: {ru: "{{ vars.name }}"}', "say: {type: tag, add: [a]")
    loaded = load_document(text).document
    assert loaded is not None
    assert [set(each) for each in inputs_of(compile_document(loaded))][-2:] == [{"name"}, set()]


def test_too_many_cases_and_broken_documents_are_refused() -> None:
    with pytest.raises(Invalid, match="more than the 0"):
        trial("cases", tests=test_file("", 0), most_cases=0)
    with pytest.raises(ScenarioInvalid):
        trial("walks", document=TEXT.replace("start:", "begin:"))


def test_mutants_say_what_tests_do_not_notice() -> None:
    [report] = trial("mutants", tests=test_file("", 0), most=20)["mutants"]
    assert report["total"] == 20 and report["unreached"]


def test_every_point_has_both_languages() -> None:
    report = {"tests": [{"passed": False, "findings": []}], "replay": {"counts": {"stuck": 2}}}
    assert [(each.code, each.said.ru) for each in points_of(report)] == [
        ("G101", "тестовых файлов с ошибками: 1"),
        ("G202", "застрявших разговоров: 2"),
    ]
