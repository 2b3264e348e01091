"""Mutation testing: tests that look notice a fault, tests that do not are told what they miss."""

from __future__ import annotations

from omnisupport.scenario_dsl import compile_document
from omnisupport.scenario_dsl.sim import run_mutants
from omnisupport.scenario_dsl.sim.mutate import KINDS, mutants_of
from tests.scenario_dsl.sim.support import HEAD, document_of, ir_of, read, read_tests
from tests.scenario_dsl.support import document

NODES = """\
  first:
    type: ask
    text: {ru: Сколько?}
    input: {kind: int}
    save_to: vars.count
    retry: {max: 1, text: {ru: Число.}}
    timeout: 1h
    next: check
    exits: {invalid: wrong, timeout: gone}
  check:
    type: condition
    cases: [{when: "vars.count > 5", next: many}]
    else: few
  many: {type: message, text: {ru: Много.}, next: mark}
  few: {type: message, text: {ru: Мало.}, next: bye}
  mark: {type: tag, add: [many], next: bye}
"""
WEAK = "cases:\n- name: a\n  steps:\n  - user: привет\n  - user: '9'\n  - expect: {ended: done}\n"
STRONG = """\
cases:
- name: many
  steps:
  - user: привет
  - expect: {sent: [Сколько?], timers: [1h]}
  - user: '6'
  - expect: {sent: [Много.], tags: [many], ended: done}
- name: few
  steps:
  - user: привет
  - user: '5'
  - expect: {sent: [{any: true}, Мало.], ended: done, vars: {count: 5}}
- name: words
  steps:
  - user: привет
  - user: ой
  - expect: {sent: [Сколько?, Число.]}
  - user: ой
  - expect: {ended: invalid}
- name: silence
  steps:
  - user: привет
  - advance: 1h
  - expect: {ended: timeout}
"""


def test_weak_tests_let_faults_pass_and_strong_ones_do_not() -> None:
    source = document(NODES, variables="  count: {type: int, default: 0}\n")
    loaded = document_of(source)
    ir = compile_document(loaded)
    weak = run_mutants(ir, read_tests(HEAD + WEAK, ir), document=loaded)
    strong = run_mutants(ir, read_tests(HEAD + STRONG, ir), document=loaded)
    assert weak.baseline
    assert strong.baseline
    assert weak.score is not None
    assert strong.score is not None
    assert weak.score < 45
    assert strong.score > 90
    assert weak.total == strong.total == weak.killed + len(weak.survivors) + len(weak.unreached)
    survived = {(mutant.kind, mutant.field) for mutant in weak.survivors}
    assert {("longer", "timeout"), ("comparison", "cases[0].when"), ("effect", "type")} <= survived
    assert not survived & {
        (mutant.kind, mutant.field) for mutant in strong.survivors if mutant.kind != "retries"
    }
    line = next(mutant.line for mutant in weak.survivors if mutant.field == "timeout")
    assert line is not None
    assert "timeout: 1h" in source.splitlines()[line - 1]
    assert {mutant.node for mutant in weak.unreached} >= {"few"}
    assert "ошибок" in weak.text("ru")
    assert weak.to_dict()["score"] == round(weak.score, 1)


def test_every_mutant_is_another_scenario_and_the_original_stays() -> None:
    ir = ir_of("order_status")
    before = ir["hash"]
    made = [(mutant, make()) for mutant, make in mutants_of(ir)]
    assert len({mutated["hash"] for _, mutated in made} | {before}) > len(made) * 0.95
    assert {mutant.kind for mutant, _ in made} >= {
        "exit",
        "comparison",
        "constant",
        "texts",
        "shorter",
        "longer",
    }
    assert all(mutant.kind in KINDS for mutant, _ in made)
    assert compile_document(document_of(read("order_status.yaml")))["hash"] == before


def test_tests_that_fail_anyway_measure_nothing() -> None:
    ir = compile_document(document_of(document(NODES, variables="  count: {type: int, default: 0}\n")))
    report = run_mutants(ir, read_tests(HEAD + WEAK.replace("done", "other"), ir))
    assert not report.baseline
    assert report.score is None
    assert report.text("en").startswith("The tests fail without any fault")


def test_a_part_of_the_faults_may_be_taken_and_progress_is_told() -> None:
    ir = ir_of("order_status")
    told: list[tuple[int, int]] = []
    testfile = read_tests(read("order_status.tests.yaml"), ir)
    report = run_mutants(ir, testfile, most=10, progress=lambda done, of: told.append((done, of)))
    assert report.total == 10
    assert told[-1] == (10, 10)
