"""Random walks find what is wrong, shrink it, and write a test case that shows it again."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from omnisupport.scenario_dsl import compile_document, load_document
from omnisupport.scenario_dsl.gate_text import describe_gate
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.regex import compile_pattern
from omnisupport.scenario_dsl.sim import read_testfile, run_tests, run_walks
from omnisupport.scenario_dsl.sim.material import Material, values_of
from omnisupport.scenario_dsl.sim.moves import Player
from omnisupport.scenario_dsl.sim.samples import texts_matching
from omnisupport.scenario_dsl.sim.transcript import to_case
from omnisupport.scenario_dsl.sim.walk import WalkReport
from omnisupport.scenario_dsl.sim.watch import Watched
from omnisupport.scenario_dsl.values import fit
from tests.scenario_dsl.sim.support import HEAD, ir_of, read_tests, said
from tests.scenario_dsl.support import ROOT, compiled, document, example, scenario

WALKS = 400
DIVIDES = """\
  first:
    type: menu
    text: {ru: Что?}
    options:
      - {id: count, label: {ru: Считать}, next: count}
      - {id: nothing, label: {ru: Ничего}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  count:
    type: ask
    text: {ru: Сколько?}
    input: {kind: int, min: 0, max: 100}
    save_to: vars.count
    timeout: 1h
    next: price
    exits: {invalid: bye, timeout: bye}
  price:
    type: http
    connection: shop
    request: {path: /price}
    response: {save_to: vars.price}
    next: tell
    exits: {error: bye}
  tell: {type: message, text: {ru: "По {{ vars.price / vars.count }}"}, next: bye}
"""
VARIABLES = "  count: {type: int, default: 1}\n  price: {type: int, default: 5}\n"


def shown_again(ir: IR, report: WalkReport) -> list[str]:
    """The kinds of failures of the test file of the first finding."""
    text = report.findings[0].yaml
    result = read_testfile(text, ir=ir)
    assert result.testfile is not None, (text, [str(finding) for finding in result.findings])
    return [failure.kind for case in run_tests(ir, result.testfile).cases for failure in case.failures]


def test_a_division_by_zero_is_found_with_the_fewest_moves_and_shown_again() -> None:
    ir = scenario(DIVIDES, variables=VARIABLES)
    report = run_walks(ir, walks=WALKS)
    assert [finding.violation.detail for finding in report.findings] == ["expr.value: division by zero"]
    finding = report.findings[0]
    assert [move[0] for move in finding.moves] == ["start", "press", "text", "result"]
    assert finding.moves[2] == ("text", "0")
    assert shown_again(ir, report) == ["failed"]
    assert not report.passed
    assert "сценарий упал: expr.value" in report.text("ru")
    assert report.to_dict()["findings"][0]["test"] == finding.yaml


def test_an_invariant_is_held_against_walks() -> None:
    ir = ir_of("order_status")
    testfile = read_tests(
        "omni: scenario-test/v1\nscenario: order_status\n"
        "cases: [{name: a, steps: [{user: статус заказа}]}]\n"
        "invariants: [\"vars.tries < 2 || run.node != 'operators' && run.node != 'handoff'\"]\n",
        ir,
    )
    report = run_walks(ir, walks=WALKS, testfile=testfile)
    assert [finding.violation.kind for finding in report.findings] == ["invariant"]
    assert shown_again(ir, report) == ["invariant"]


def test_a_secret_that_is_told_is_found() -> None:
    ir = scenario(
        '  first: {type: message, text: {ru: "Ключ {{ vars.token }}"}, next: bye}\n',
        variables="  token: {type: string, default: abcd-1234}\n",
    )
    ir = {**ir, "variables": {"token": {**ir["variables"]["token"], "secret": True}}, "hash": "secret"}
    testfile = read_tests(HEAD + "cases: [{name: a, steps: []}]\ninvariants: [{no_secret_in: [sent]}]\n", ir)
    report = run_walks(ir, walks=3, testfile=testfile)
    assert [finding.violation.detail for finding in report.findings] == ["vars.token → sent"]


def test_a_wait_without_a_deadline_is_found() -> None:
    ir = scenario(DIVIDES, variables=VARIABLES)
    node = {key: value for key, value in ir["nodes"]["first"].items() if key != "timeout"}
    ir = {**ir, "nodes": {**ir["nodes"], "first": node}, "hash": "endless"}
    report = run_walks(ir, walks=5)
    assert report.findings[0].violation.kind == "endless_wait"
    assert [move[0] for move in report.findings[0].moves] == ["start"]
    assert shown_again(ir, report) == ["endless_wait"]


def test_too_much_state_is_found() -> None:
    ir = scenario(
        """\
  first:
    type: ask
    text: {ru: Ну?}
    input: {kind: text, max_length: 4000}
    save_to: vars.a
    timeout: 1h
    next: more
    exits: {invalid: bye, timeout: bye}
  more: {type: set, assign: {vars.b: "=vars.b + vars.a + vars.a + vars.a"}, next: first}
""",
        variables='  a: {type: string, default: ""}\n  b: {type: string, default: ""}\n',
    )
    report = run_walks(ir, walks=300)
    kinds = {finding.violation.kind for finding in report.findings}
    assert kinds == {"failed"}  # the core stops it before the state is too large to carry
    assert {finding.violation.detail.split(":")[0] for finding in report.findings} <= {
        "limit.state",
        "expr.type",
    }


@pytest.mark.parametrize("name", ["greeting", "order_status", "lead_capture"])
def test_the_demo_stands_and_almost_everything_of_it_is_walked(name: str) -> None:
    report = run_walks(example(name), walks=WALKS)
    assert [finding.violation for finding in report.findings] == []
    assert report.coverage is not None
    assert report.coverage.percent("nodes") == 100
    assert (report.coverage.percent("exits") or 0) > 85
    assert report.walks == WALKS
    assert sum(report.outcomes.values()) == WALKS


def test_the_same_seed_gives_the_same_walks_in_every_process() -> None:
    code = (
        "from tests.scenario_dsl.support import example\n"
        "from omnisupport.scenario_dsl.sim import run_walks\n"
        "import json\n"
        "print(json.dumps(run_walks(example('order_status'), walks=150).to_dict(), sort_keys=True))\n"
    )
    found = set()
    for seed in ("1", "99"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        found.add(ran.stdout)
    assert len(found) == 1


def test_progress_is_told_and_may_stop_the_walks() -> None:
    told: list[tuple[int, int]] = []
    run_walks(example("greeting"), walks=600, progress=lambda done, of: told.append((done, of)))
    assert told == [(250, 600), (500, 600), (600, 600)]

    def stop(done: int, of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run_walks(example("greeting"), walks=600, progress=stop)


def test_a_flow_is_walked_with_its_calls_and_returns() -> None:
    ir = scenario(
        "  first: {type: call, flow: pick, exits: {dear: saved}, next: bye}\n",
        head="""\
flows:
  pick:
    returns: [dear]
    variables: {price: {type: int, default: 0}}
    start: ask
    nodes:
      ask:
        type: ask
        text: {ru: Цена?}
        input: {kind: int, min: 1, max: 100}
        save_to: vars.price
        timeout: 1h
        next: check
        exits: {invalid: back, timeout: back}
      check: {type: condition, cases: [{when: "vars.price > 50", next: dear}], else: back}
      dear: {type: return, exit: dear}
      back: {type: return}
""",
    )
    report = run_walks(ir, walks=WALKS)
    assert report.findings == []
    assert report.coverage is not None
    assert report.coverage.percent("exits") == 100
    assert {"saved", "done"} <= set(report.outcomes)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[A-ZА-Я]{2}-?[0-9]{6}$",
        r"^\d{4,6}$",
        "^(?:да|нет)+$",
        r"^[^\d]{3}$",
        "a{2,}b?c*",
        r"^\+7 \(\d{3}\) \d{3}-\d{2}-\d{2}$",
        r"^(?P<year>20[0-9]{2})-\w+$",
    ],
)
def test_texts_are_made_from_a_pattern(pattern: str) -> None:
    texts = texts_matching(pattern)
    assert texts
    assert all(compile_pattern(pattern).search(text) for text in texts)


def test_a_pattern_beyond_the_small_part_gives_nothing_and_no_crash() -> None:
    assert texts_matching("(((") == []
    assert texts_matching(r"\bслово\b") == []


def test_values_of_a_type_fit_it_and_show_every_member_of_an_enum() -> None:
    spec = example("order_status")["variables"]["order"]
    values = values_of(spec["type"], spec)
    assert {value["status"] for value in values} == {"new", "packed", "shipped", "delivered", "cancelled"}
    for value in values:
        fit(value, spec)


def test_answers_are_sorted_by_what_the_question_takes() -> None:
    material = Material(scenario(DIVIDES, variables=VARIABLES))
    assert ("text", "0") in material.valid("count")
    assert ("text", "101") in material.invalid("count")
    assert ("text", "Считать") in material.valid("first")


def test_walks_begin_with_the_events_and_the_customers_of_the_cases() -> None:
    nodes = """\
  first:
    type: condition
    cases:
      - {when: "has(event.data) && has(event.data.count)", next: agreed}
    else: bye
  agreed:
    type: condition
    cases:
      - {when: "has(customer.consents.news) && customer.consents.news == 'granted'", next: saved}
    else: gone
"""
    ir = scenario(nodes, head="triggers: [{id: paid, type: event, event: custom.order.paid}]\n")
    testfile = read_tests(
        HEAD
        + """\
cases:
- name: paid
  given: {customer: {consents: {news: granted}}}
  steps:
  - event: {name: custom.order.paid, data: {count: 3}}
invariants: ["run.outcome != 'saved'"]
""",
        ir,
    )
    assert set(run_walks(ir, walks=50).outcomes) == {"done"}, "nobody knows what the event brings"
    report = run_walks(ir, walks=200, testfile=testfile)
    assert set(report.outcomes) == {"done", "timeout", "saved"}
    [finding] = report.findings
    again = run_tests(ir, read_tests(finding.yaml, ir))
    assert "run.outcome != 'saved'" in said(again)[0], "the case that is printed shows the fault"


def test_walks_begin_by_day_and_by_night_or_when_the_cases_do() -> None:
    nodes = """\
  first:
    type: condition
    cases:
      - {when: "now.getDayOfWeek('Europe/Moscow') == 0", next: gone}
      - {when: "now.getHours('Europe/Moscow') >= 22", next: saved}
    else: bye
"""
    ir = scenario(nodes, head="triggers: [{id: paid, type: event, event: custom.order.paid}]\n")
    assert set(run_walks(ir, walks=50).outcomes) == {"done", "saved", "timeout"}
    assert set(run_walks(ir, walks=50, now=1_772_438_400_000).outcomes) == {"done"}
    testfile = read_tests(
        HEAD
        + """\
cases:
- name: late
  given: {now: 2026-03-02T23:30:00+03:00}
  steps:
  - event: custom.order.paid
- name: on a Sunday
  given: {now: 2026-03-01T12:00:00+03:00}
  steps:
  - event: custom.order.paid
invariants: ["run.outcome != 'saved'"]
""",
        ir,
    )
    report = run_walks(ir, walks=50, testfile=testfile)
    assert set(report.outcomes) == {"saved", "timeout"}
    [finding] = report.findings
    assert "2026-03-02T20:30:00+00:00" in finding.yaml
    again = run_tests(ir, read_tests(finding.yaml, ir))
    assert "run.outcome != 'saved'" in said(again)[0], "the case that is printed begins at that hour"


def test_what_is_said_in_the_pause_before_a_message_is_written_as_said_in_it() -> None:
    nodes = """\
  first: {type: message, text: Минуту., delay: 5s, next: count}
  count:
    type: ask
    text: {ru: Сколько?}
    input: {kind: int, min: 0, max: 100}
    save_to: vars.count
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
"""
    ir = scenario(nodes, variables=VARIABLES)
    start = ("start", None, "привет", "widget", "ru", 0, None, 0)

    def written(*moves: Any) -> list[Any]:
        steps: list[Any] = to_case(Player(Watched(ir)), [start, *moves], "a")["steps"]
        return steps

    greeted, early = {"user": "привет"}, {"user": "7"}
    assert written(("text", "7"), ("timer",)) == [greeted, {"advance": "0s"}, early, {"advance": "5s"}]
    assert written(("timer",), ("text", "7")) == [greeted, {"advance": "5s"}, early]


def test_a_place_in_the_queue_is_shown_again() -> None:
    nodes = """\
  first:
    type: handoff
    queue_timeout: 1h
    position_messages: true
    exits: {closed: tell, queue_timeout: bye, no_operators: bye}
  tell: {type: message, text: {ru: "По {{ vars.price / (vars.count - 1) }}"}, next: bye}
"""
    ir = scenario(nodes, variables=VARIABLES)
    report = run_walks(ir, walks=WALKS)
    assert [finding.violation.kind for finding in report.findings] == ["failed"]
    assert "position:" in report.findings[0].yaml
    assert shown_again(ir, report) == ["failed"]


RATES = """\
omni: scenario/v1
id: rates
name: {ru: Оценка}
channels: [widget]
locale: {default: ru, supported: [ru]}
on_error: {next: bye}
variables: {count: {type: int, default: 0}}
triggers:
  - {id: resolved, type: event, event: conversation.resolved, when: "event.resolved_by == 'operator'"}
start: asked
nodes:
  asked:
    type: ask
    text: {ru: "Довольны работой оператора {{ conversation.assignee.name }}?"}
    input: {kind: int, min: 0, max: 10}
    save_to: vars.count
    timeout: 1h
    next: told
    exits: {invalid: bye, timeout: bye}
  told: {type: message, text: {ru: "По {{ 10 / vars.count }}"}, next: bye}
  bye: {type: end, outcome: done}
"""


def test_a_conversation_that_an_operator_has_ended_has_one_and_is_shown_again_as_such() -> None:
    ir = compiled(RATES)
    report = run_walks(ir, walks=WALKS)
    found = [finding.violation.detail for finding in report.findings]
    assert found == ["expr.value: division by zero"]
    assert "resolved_by: operator" in report.findings[0].yaml
    assert shown_again(ir, report) == ["failed"]


def test_a_node_to_which_no_walk_comes_is_named_with_its_line() -> None:
    text = document(
        "  first:\n    type: condition\n    cases: [{when: \"channel.type == 'vk'\", next: there}]\n    else: here\n"
        "  here: {type: message, text: Здесь, next: bye}\n"
        "  there: {type: message, text: Там, next: bye}\n"
    )
    loaded = load_document(text).document
    assert loaded is not None
    report = run_walks(compile_document(loaded), walks=50, document=loaded)
    line = text.splitlines().index("  there: {type: message, text: Там, next: bye}") + 1
    assert report.text("en").splitlines()[-1] == f"No walk has come to: there ({line})"
    assert report.text("ru").splitlines()[-1] == f"Ни одна прогулка не дошла: there ({line})"
    assert describe_gate({"walks": report.to_dict()})[-1] == f"  No walk has come to: there ({line})"
    assert {item["kind"] for item in report.to_dict()["coverage"]["missed"]} == {"nodes", "exits"}
    run_walks(compiled(text.replace("'vk'", "'widget'")), walks=5, coverage=report.coverage)
    assert "there" not in report.text("en"), "several test files are walked as one"
