"""Coverage knows every way of a scenario, tells two ways to one node apart, and names the lines it misses."""

from __future__ import annotations

from omnisupport.scenario_dsl import compile_document
from omnisupport.scenario_dsl.sim import run_tests
from omnisupport.scenario_dsl.sim.watch import Watched, Way, ways_of
from tests.scenario_dsl.sim.support import HEAD, document_of, read_tests
from tests.scenario_dsl.support import document

NODES = """\
  first:
    type: menu
    text: {ru: Что?}
    options:
      - {id: one, label: {ru: Один}, next: check}
      - {id: two, label: {ru: Два}, next: check}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  check:
    type: condition
    cases:
      - {when: "vars.count > 0 && locale == 'ru'", next: bye}
    else: bye
"""
VARIABLES = "  count: {type: int, default: 0}\n"
INTERRUPT = "interrupts: [{id: help, when: {keywords: [помощь]}, run: {node: bye}}]\n"


def covered(text: str) -> tuple[object, str]:
    source = document(NODES, variables=VARIABLES, head=INTERRUPT)
    loaded = document_of(source)
    report = run_tests(loaded, read_tests(HEAD + text))
    assert all(case.passed for case in report.cases), report.text()
    return report.coverage, source


def test_ways_to_the_same_node_are_told_apart_and_missed_ones_have_lines() -> None:
    coverage, source = covered(
        "cases:\n- name: a\n  steps:\n  - user: привет\n  - button: two\n  - expect: {ended: done}\n"
    )
    lines = source.splitlines()
    counts = {(way["node"], way["field"]): way["count"] for way in coverage.to_dict()["ways"]}  # type: ignore[attr-defined]
    assert counts == {
        ("check", "cases[0].next"): 0,
        ("check", "else"): 1,
        ("first", "options[0].next"): 0,
        ("first", "options[1].next"): 1,
        ("first", "exits.invalid"): 0,
        ("first", "exits.timeout"): 0,
    }
    missed = {(item.kind, item.name): item.line for item in coverage.missed()}  # type: ignore[attr-defined]
    assert "id: one" in lines[missed["options", "options.one"] - 1]
    assert "timeout: bye" in lines[missed["timeouts", "exits.timeout"] - 1]
    assert "when:" in lines[missed["conditions", "cases[0].when#1=true"] - 1]
    assert ("conditions", "cases[0].when#2=false") in missed
    assert ("conditions", "cases[0].when#2=true") not in missed
    assert "help" in lines[missed["interrupts", "help"] - 1]


def test_an_interrupt_counts_where_the_customer_was_asked() -> None:
    coverage, _ = covered("cases:\n- name: a\n  steps:\n  - user: привет\n  - user: помощь\n")
    assert coverage.percent("interrupts") == 100  # type: ignore[attr-defined]
    assert coverage.percent("options") == 0  # type: ignore[attr-defined]


def test_the_report_is_said_in_both_languages() -> None:
    coverage, _ = covered("cases:\n- name: a\n  steps:\n  - user: привет\n")
    assert coverage.text("ru").startswith("Покрытие: узлы 1/3 (33%), выходы 0/6 (0%)")  # type: ignore[attr-defined]
    assert coverage.text("en").startswith("Coverage: nodes 1/3 (33%), exits 0/6 (0%)")  # type: ignore[attr-defined]


def test_a_watched_scenario_runs_to_the_same_bytes() -> None:
    ir = compile_document(document_of(document(NODES, variables=VARIABLES)))
    watched = Watched(ir)
    assert watched == ir
    assert all(isinstance(way, Way) and type(way.target) is str for way in ways_of(watched))
    assert ir["nodes"]["first"]["exits"]["timeout"].__class__ is str


def test_an_interrupt_by_intent_counts_where_the_customer_was_asked() -> None:
    head = """\
resources: {intents: {price: {examples: [сколько это стоит, какая цена]}}}
interrupts: [{id: price, when: {intent: price}, run: {node: bye}}]
"""
    text = "cases:\n- name: a\n  steps:\n  - user: привет\n  - user: какая цена\n  - expect: {ended: done}\n"
    loaded = document_of(document(NODES, variables=VARIABLES, head=head))
    report = run_tests(loaded, read_tests(HEAD + text))
    assert report.coverage.percent("interrupts") == 100
