"""Formatting changes how a document looks, never what it says, and loses no comment."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl import load_document
from omnisupport.scenario_dsl.emit import emit_document
from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.fmt import format_document
from tests.scenario_dsl.documents import HARD_WORDS, commented, comments_in, documents, values_of
from tests.scenario_dsl.support import ROOT, SHIPPED, codes

CHECKED = sorted((ROOT / "tests" / "scenario_dsl" / "checks").glob("*.yaml"))


@given(documents)
@settings(max_examples=40, deadline=None)
def test_what_is_emitted_reads_as_it_was(data: dict[str, Any]) -> None:
    assert values_of(emit_document(data)) == data


@given(documents)
@settings(max_examples=40, deadline=None)
def test_what_is_emitted_is_formatted(data: dict[str, Any]) -> None:
    text = emit_document(data)
    assert format_document(text) == text


@given(documents, st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_formatting_keeps_the_meaning_and_every_comment_and_is_done_once(
    data: dict[str, Any], seed: int
) -> None:
    text = commented(emit_document(data), seed)
    formatted = format_document(text)
    assert values_of(formatted) == data
    assert sorted(comments_in(formatted)) == sorted(comments_in(text))
    assert format_document(formatted) == formatted


@pytest.mark.parametrize("path", [*SHIPPED, *CHECKED], ids=lambda path: path.name)
def test_documents_of_this_repository_survive(path: Any) -> None:
    if load_document(path.read_bytes()).document is None:
        return
    text = path.read_text("utf-8")
    for seed in range(3):
        noted = commented(text, seed)
        formatted = format_document(noted)
        assert values_of(formatted) == values_of(text)
        assert sorted(comments_in(formatted)) == sorted(comments_in(noted))
        assert format_document(formatted) == formatted


@pytest.mark.parametrize("word", [word for word in HARD_WORDS if "\r" not in word])
def test_readers_of_yaml_1_1_see_the_same_text(word: str) -> None:
    for value in (word, [word], {word or "x": word}):
        text = emit_document({"omni": "scenario/v1", "view": value})
        assert yaml.safe_load(text)["view"] == value, text


@given(documents)
@settings(max_examples=50, deadline=None)
def test_json_stays_json(data: dict[str, Any]) -> None:
    text = json.dumps(data)
    formatted = format_document(text)
    assert json.loads(formatted) == data
    assert format_document(formatted) == formatted


def test_json_can_say_what_a_switch_needs() -> None:
    data = {
        "omni": "scenario/v1",
        "id": "x",
        "name": "x",
        "variables": {"sure": {"type": "bool", "default": True}, "count": {"type": "int", "default": 1}},
        "start": "first",
        "nodes": {
            "first": {"type": "switch", "value": "vars.sure", "cases": {"true": "second", "false": "bye"}},
            "second": {
                "type": "switch",
                "value": "vars.count",
                "cases": {"1": "bye"},
                "exits": {"default": "bye"},
            },
            "bye": {"type": "end"},
        },
    }
    assert [code for code in codes(json.dumps(data)) if code.startswith("E")] == []
    assert [code for code in codes(emit_document(data)) if code.startswith("E")] == []


def test_fields_come_in_the_order_of_the_language() -> None:
    text = """\
# A shop.
nodes:
  ask:
    next: bye
    exits: {timeout: bye}
    timeout: 1h
    # What is said.
    text: "Как вас зовут?"
    label: Имя
    input: {kind: text}
    type: ask
  bye:
    outcome: done # the only one
    type: end
start: ask
id: shop
omni: scenario/v1
"""
    assert (
        format_document(text)
        == """\
# A shop.
omni: scenario/v1
id: shop
start: ask

nodes:
  ask:
    type: ask
    label: Имя
    # What is said.
    text: Как вас зовут?
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {timeout: bye}
  bye:
    type: end
    outcome: done  # the only one
"""
    )


def test_a_comment_behind_brackets_leaves_them_closed() -> None:
    text = "omni: scenario/v1\nlocale: {default: ru}  # for now\n"
    assert format_document(text) == text


def test_a_comment_inside_brackets_opens_them() -> None:
    text = "omni: scenario/v1\nsettings: {\n  outcomes: [a, # first\n    b]\n}\n"
    assert format_document(text) == "omni: scenario/v1\n\nsettings:\n  outcomes:\n    - a  # first\n    - b\n"


def test_what_is_no_document_is_refused_with_its_findings() -> None:
    with pytest.raises(ScenarioInvalid) as refused:
        format_document("a: [")
    assert refused.value.findings[0].code == "E001"
