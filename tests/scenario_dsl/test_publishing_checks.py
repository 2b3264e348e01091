"""Faults that only the other versions and the other scenarios show: W180, E901, E902, W903."""

from __future__ import annotations

import pytest

from omnisupport.scenario_dsl import Document, compile_document, load_document
from omnisupport.scenario_dsl.checks.overlaps import check_overlaps
from omnisupport.scenario_dsl.checks.publishing import check_callers, check_migration
from tests.scenario_dsl.support import HEAD, document

BYE = "  bye: {type: end, outcome: done}\n"
HELLO = "  first: {type: message, text: Да, next: bye}\n" + BYE


def read(text: str) -> Document:
    found = load_document(text).document
    assert found is not None
    return found


def triggered(id: str, trigger: str, channels: str = "[widget]") -> Document:
    text = document(HELLO, head=f"triggers:\n  - {trigger}\n")
    return read(
        text.replace("id: under_test", f"id: {id}").replace("channels: [widget]", f"channels: {channels}")
    )


SAME = [
    ("{type: message}", "{type: message}"),
    ("{type: message, match: first}", "{type: message}"),
    ("{type: keyword, any: [возврат, деньги]}", "{type: keyword, any: [обмен, Возврат!]}"),
    ("{type: keyword, match: contains, any: [возврат]}", "{type: keyword, any: [возврат денег]}"),
    ("{type: event, event: csat.submitted}", "{type: event, event: csat.submitted}"),
]
APART = [
    ("{type: message, match: first}", "{type: message, match: reopen}"),
    ("{type: message}", "{type: message, priority: 5}"),
    ("{type: keyword, any: [возврат]}", "{type: keyword, any: [обмен]}"),
    ("{type: keyword, any: [возврат], locale: ru}", "{type: keyword, any: [возврат], locale: en}"),
    ("{type: event, event: csat.submitted}", "{type: event, event: csat.submitted, when: 'run.id > 1'}"),
    ("{type: message}", "{type: keyword, any: [возврат]}"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_two_scenarios_that_wait_for_the_same_are_a_warning_at_the_later_one(first: str, second: str) -> None:
    (found,) = check_overlaps([triggered("one", first), triggered("two", second)])
    assert (found.code, found.severity) == ("W180", "warning")
    assert "'one'" in found.message["en"]


@pytest.mark.parametrize(("first", "second"), APART)
def test_what_tells_two_triggers_apart_is_enough(first: str, second: str) -> None:
    assert check_overlaps([triggered("one", first), triggered("two", second)]) == []


def test_scenarios_of_different_channels_do_not_meet() -> None:
    both = ("{type: message}", "{type: message}")
    assert check_overlaps([triggered("one", both[0], "[telegram]"), triggered("two", both[1], "[vk]")]) == []
    assert len(check_overlaps([triggered("one", both[0], "[]"), triggered("two", both[1], "[vk]")])) == 1


ASKS = """\
  first:
    type: ask
    text: Телефон?
    input: {kind: text}
    save_to: vars.tel
    timeout: 2h
    next: told
    exits: {timeout: bye, invalid: bye}
  told: {type: message, text: "{{ vars.tel }}", next: bye}
"""
TEL = "  tel: {type: string}\n"


def moved(text: str, running: dict[str, int]) -> list[str]:
    old = read(document(ASKS + BYE, variables=TEL))
    new = read(text)
    found = check_migration(compile_document(old), compile_document(new), new, version=3, running=running)
    return [finding.code for finding in found]


RENAMED = document(ASKS.replace("first", "phone") + BYE, variables=TEL, start="phone")


def test_conversations_at_a_node_that_is_gone_need_a_way() -> None:
    assert moved(RENAMED, {"first": 12}) == ["E901"]
    assert moved(RENAMED, {"first": 0}) == []
    mapped = RENAMED.replace("start:", "migrations:\n  - {from: 3, nodes: {first: phone}}\nstart:")
    assert moved(mapped, {"first": 12}) == []


def test_a_variable_that_conversations_hold_is_not_dropped_in_silence() -> None:
    gone = document(ASKS.replace("vars.tel", "vars.number") + BYE, variables="  number: {type: string}\n")
    assert moved(gone, {"first": 1}) == ["E902"]
    assert moved(gone, {}) == []
    retyped = document(ASKS.replace("kind: text", "kind: int") + BYE, variables="  tel: {type: int}\n")
    assert moved(retyped, {"first": 1}) == ["E902"]


def subflow(declared: str) -> Document:
    body = "start: back\nnodes:\n  back: {type: return}\n"
    return read(HEAD + "kind: subflow\n" + declared + body)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "inputs:\n  a: {type: string}\n"),
        ("inputs:\n  a: {type: string}\n", ""),
        ("inputs:\n  a: {type: string}\n", "inputs:\n  a: {type: int}\n"),
        ("outputs:\n  b: {type: string}\n", ""),
        ("outputs:\n  b: {type: string}\n", "outputs:\n  b: {type: int}\n"),
        ("returns: [failed]\n", ""),
        ("", "returns: [failed]\n"),
    ],
)
def test_a_change_that_callers_do_not_survive_wants_another_major(before: str, after: str) -> None:
    (found,) = check_callers(subflow(before), subflow(after), ["shop"])
    assert found.code == "W903"
    assert check_callers(subflow(before), subflow("major: 2\n" + after), ["shop"]) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "inputs:\n  a: {type: string, nullable: true}\n"),
        ("", "outputs:\n  b: {type: string}\n"),
    ],
)
def test_what_callers_survive_is_no_finding(before: str, after: str) -> None:
    assert check_callers(subflow(before), subflow(after), ["shop"]) == []
