"""Test files are read with places, and every fault in them is said in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl.sim import read_testfile
from omnisupport.scenario_dsl.sim.hours import parse_hours
from omnisupport.scenario_dsl.sim.wanted import NAMES
from tests.scenario_dsl.sim.support import ir_of, read, read_tests
from tests.scenario_dsl.support import ROOT

HEAD = "omni: scenario-test/v1\nscenario: order_status\n"
STEPS = "cases: [{name: a, steps: [{user: привет}]}]\n"


def expecting(what: str) -> str:
    return f"{HEAD}cases: [{{name: a, steps: [{{expect: {{{what}}}}}]}}]"


def found(text: str) -> list[str]:
    result = read_testfile(text, file="t.yaml", ir=ir_of("order_status"))
    return [str(finding) for finding in result.findings]


def test_the_file_of_the_design_page_is_read_whole() -> None:
    testfile = read_tests(read("order_status.tests.yaml"), ir_of("order_status"))
    assert testfile.scenario == "order_status"
    assert [case.name for case in testfile.cases][2] == "silence"
    first = testfile.cases[0]
    assert first.given.now == 1_772_438_400_000
    assert first.given.channel == "telegram"
    assert [step.kind for step in first.steps] == ["user", "expect", "user", "expect"]
    assert testfile.cases[1].stubs["lookup"][0].error == "timeout"
    assert len(testfile.cases[0].stubs["lookup"]) == 2
    assert testfile.no_secret_in == ("sent", "note", "llm")
    assert testfile.coverage == {"nodes": 90.0, "exits": 70.0}
    assert testfile.calendars["support"].hours["fri"] == [["09:00", "18:00"]]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("cases: [", "t.yaml:2:1: error E001"),
        ("omni: scenario/v1\nscenario: x\n" + STEPS, "t.yaml:1:7: error E006"),
        (HEAD + "case: 1\n" + STEPS, "t.yaml:3:1: error T001 unknown field 'case' [fix: did you mean 'cases'?]"),
        ("omni: scenario-test/v1\n" + STEPS, "error T002 field 'scenario' is missing"),
        (HEAD + STEPS + "stubs: []\n", "error T003 field 'stubs': fields is wanted here"),
        (HEAD + "cases: [{name: a, steps: [{advance: soon}]}]", "3:37: error T004 this is no duration: 'soon'"),
        (HEAD + "defaults: {now: today}\n" + STEPS, "3:17: error T005 this is no moment: 'today'"),
        (
            HEAD + "stubs: {look_up: {outcome: ok}}\n" + STEPS,
            "3:9: error T006 there is no node 'look_up' [fix: did you mean 'lookup'?]",
        ),
        (
            HEAD + "cases: [{name: a, steps: [{expect: {nodes: [by_statu]}}]}]",
            "error T006 there is no node 'by_statu' [fix: did you mean 'by_status'?]",
        ),
        (HEAD + "cases: [{name: a, steps: [{user: a, advance: 1m}]}]", "error T007 a step does one thing"),
        (HEAD + "cases: [{name: a, steps: [{usr: a}]}]", "T001 unknown field 'usr' [fix: did you mean 'user'?]"),
        (HEAD + STEPS + "invariants: [vars.tris < 2]", "error T008 this condition cannot be checked"),
        (HEAD + STEPS + "invariants: ['vars.tries <']", "error T008 this condition cannot be checked"),
        (
            HEAD + "cases: [{name: a, steps: [{expect: {vars: {trys: 1}}}]}]",
            "error T009 there is no variable 'trys' [fix: did you mean 'tries'?]",
        ),
        (
            HEAD + "cases:\n- {name: a, steps: []}\n- {name: a, steps: []}",
            "5:10: error T010 case 'a' occurs already, in line 4",
        ),
        (HEAD + "stubs: {bye: {outcome: ok}}\n" + STEPS, "error T011 node 'bye' (message) asks nothing outside"),
        (HEAD + "stubs: {lookup: {times: 2}}\n" + STEPS, "error T012 the answer for 'lookup' is empty"),
        (HEAD + "calendars: {support: {open: always}}\n" + STEPS, "error T014 these are no opening hours: 'always'"),
        (HEAD + "cases: []", "error T015 there is not a single case"),
        ("omni: scenario-test/v1\nscenario: other\n" + STEPS, "error T016 these tests are for scenario 'other'"),
        (
            HEAD + "cases: [{name: a, steps: [{expect: {sent: [{matches: '('}]}}]}]",
            "error T017 this is no RE2 pattern",
        ),
        (HEAD + "defaults: {trigger: wrd}\n" + STEPS, "T018 there is no trigger 'wrd' [fix: did you mean 'word'?]"),
        (HEAD + "defaults: {channel: telegramm}\n" + STEPS, "unknown value 'telegramm' [fix: did you mean"),
        (expecting("never: [handof]"), "3:45: error T020 there is no command 'handof' [fix: did you mean 'handoff'?]"),
        (expecting("never: [{htp: any}]"), "3:46: error T020 there is no command 'htp' [fix: did you mean 'http'?]"),
        (expecting("never: [{typ: x}]"), "error T020 there is no command 'typ' [fix: did you mean 'type'?]"),
        (expecting("never: [{type: hendoff}]"), "error T020 there is no command 'hendoff'"),
        (expecting("never: [{xyzzy: any}]"), "'xyzzy' [fix: there are: send, typing, call, handoff, assign,"),
        (expecting("never: [{node: lokup}]"), "error T006 there is no node 'lokup' [fix: did you mean 'lookup'?]"),
        (expecting("never: [{type: tag, ad: [x]}]"), "error T001 unknown field 'ad' [fix: did you mean 'add'?]"),
        (expecting("never: [{tag: {ad: [x]}}]"), "error T001 unknown field 'ad' [fix: did you mean 'add'?]"),
        (expecting("never: [{http: an}]"), "error T003 field 'cases[0].steps[0].expect.never[0].http'"),
        (expecting("never: [{matches: '('}]"), "error T017 this is no RE2 pattern"),
        (expecting("never: [[send]]"), "error T003"),
        (expecting("commands: [{type: call, kind: htp}]"), "unknown value 'htp' [fix: did you mean 'http'?]"),
        (expecting("tags: {hass: [x]}"), "3:44: error T001 unknown field 'hass' [fix: did you mean 'has'?]"),
        (expecting("tags: {not: vip}"), "error T003 field 'cases[0].steps[0].expect.tags.not': a list is wanted here"),
    ],
)  # fmt: skip
def test_a_fault_has_its_place_and_says_what_was_meant(text: str, finding: str) -> None:
    findings = found(text)
    assert any(finding in item for item in findings), findings
    assert read_testfile(text, ir=ir_of("order_status")).testfile is None


def test_faults_are_said_in_russian_too() -> None:
    result = read_testfile(HEAD + "stubs: {look_up: {outcome: ok}}\n" + STEPS, ir=ir_of("order_status"))
    assert result.findings[0].text("ru").endswith("нет узла 'look_up' [fix: возможно, 'lookup'?]")


@pytest.mark.parametrize(
    "what",
    [
        "never: [handoff, {http: any}, {node: lookup}, {contains: x, matches: y}, {tag: {add: [x]}}]",
        "never: [{type: http, node: lookup}]",
        "commands: [{type: update, target: customer}, {target: conversation}, {request.url: any}, call]",
        "tags: {has: [a], not: [b]}",
        "tags: [a]",
    ],
)  # fmt: skip
def test_what_is_expected_by_its_right_name_is_no_fault(what: str) -> None:
    assert found(expecting(what)) == []


@pytest.mark.parametrize("page", ["testing.md", "testing.ru.md"])
def test_the_chapter_on_testing_names_every_command(page: str) -> None:
    text = (ROOT / "docs" / "scenarios" / page).read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in text] == []


def test_without_the_scenario_its_names_are_taken_on_trust() -> None:
    assert read_testfile(HEAD + "stubs: {look_up: {outcome: ok}}\n" + STEPS).testfile is not None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mo-Fr 09:00-18:00", {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}),
        ("Sa,Su 10:00-12:00,13:00-14:00", {day: [["10:00", "12:00"], ["13:00", "14:00"]] for day in ("sat", "sun")}),
        ("Пн-Вт 09:00-18:00; Сб 10:00-14:00", {
            "mon": [["09:00", "18:00"]], "tue": [["09:00", "18:00"]], "sat": [["10:00", "14:00"]],
        }),
        ("Fr-Mo 20:00-24:00", {day: [["20:00", "24:00"]] for day in ("fri", "sat", "sun", "mon")}),
        ("off", {}),
        ("Mo 18:00-09:00", None),
        ("Xx 09:00-18:00", None),
        ("Mo", None),
        ("", None),
    ],
)  # fmt: skip
def test_opening_hours_are_read_as_people_write_them(text: str, hours: object) -> None:
    assert parse_hours(text) == hours


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=60))
def test_whatever_stands_in_a_test_file_reading_ends_with_findings(text: str) -> None:
    for body in (text, HEAD + text, f"{HEAD}cases:\n- name: a\n  steps:\n  - {text}"):
        result = read_testfile(body, ir=ir_of("order_status"))
        assert result.testfile is not None or result.findings
