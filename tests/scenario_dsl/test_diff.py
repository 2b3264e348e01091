"""Differences are told by what they mean, and two people's changes are joined by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl.diff import Change, describe, diff_data, diff_texts, merge
from omnisupport.scenario_dsl.edits import (
    delete_node,
    rename_node,
    set_field,
    set_node,
    set_trigger,
    set_variable,
)
from omnisupport.scenario_dsl.emit import emit_document
from omnisupport.scenario_dsl.fmt import format_document
from tests.scenario_dsl.documents import commented, comments_in, documents, values_of
from tests.scenario_dsl.support import EXAMPLES, compiled

TEXT = (EXAMPLES / "order_status.yaml").read_text("utf-8")
FLOW: dict[str, Any] = {
    "inputs": {"phone": {"type": "phone"}},
    "outputs": {"ok": {"type": "bool"}},
    "returns": ["failed"],
    "start": "back",
    "nodes": {"back": {"type": "return"}},
}


def kinds(changes: list[Change]) -> list[str]:
    return [change.kind for change in changes]


def node(node_id: str, **changes: Any) -> str:
    """The example with some fields of a node changed; None takes a field away."""
    spec = {**values_of(TEXT)["nodes"][node_id], **changes}
    return set_node(TEXT, node_id, {key: value for key, value in spec.items() if value is not None})


def test_form_and_comments_are_no_difference() -> None:
    assert diff_texts(TEXT, format_document(commented(TEXT, 3))) == []


@pytest.mark.parametrize(
    ("after", "kind", "path"),
    [
        (
            node("packing", text={"ru": "Собираем.", "en": "Packing."}),
            "text.changed",
            "nodes.packing.text.ru",
        ),
        (node("packing", next="bye"), "edge.changed", "nodes.packing.next"),
        (node("by_status", cases={"new": "bye"}), "edge.changed", "nodes.by_status.cases.new"),
        (node("ask_no", exits={"invalid": "bye"}), "edge.changed", "nodes.ask_no.exits.invalid"),
        (node("ask_no", timeout="3h"), "timer.changed", "nodes.ask_no.timeout"),
        (node("ask_no", reminders=None), "timer.removed", "nodes.ask_no.reminders[0].after"),
        (node("ask_no", skip_if="true"), "field.added", "nodes.ask_no.skip_if"),
        (delete_node(TEXT, "bye"), "node.removed", "nodes.bye"),
        (set_node(TEXT, "more2", {"type": "note", "text": "x"}), "node.added", "nodes.more2"),
        (set_variable(TEXT, "tries", {"type": "int", "default": 1}), "variable.changed", "variables.tries"),
        (set_variable(TEXT, "tries", {"type": "number"}), "variable.retyped", "variables.tries"),
        (set_trigger(TEXT, "words", {"type": "keyword", "any": ["x"]}), "trigger.changed", "triggers.words"),
        (set_field(TEXT, "timezone", "Asia/Omsk"), "setting.changed", "timezone"),
        (set_field(TEXT, "interrupts", []), "interrupt.removed", "interrupts.human"),
        (set_field(TEXT, "flows", {"otp": FLOW}), "flow.added", "flows.otp"),
    ],
)
def test_a_change_is_named_by_what_it_is_about(after: str, kind: str, path: str) -> None:
    found = next(change for change in diff_texts(TEXT, after) if change.path == path)
    assert found.kind == kind
    assert (found.said.ru and found.said.en and found.said.ru != found.said.en) or kind.startswith("setting")
    assert found.path.split(".")[-1].split("[")[0] in describe([found]) or kind.startswith("node")


def test_a_renamed_node_is_one_change_without_its_edges() -> None:
    changes = diff_texts(TEXT, rename_node(TEXT, "hours", "opening"))
    assert [(change.kind, change.before, change.after) for change in changes] == [
        ("node.renamed", "hours", "opening")
    ]


def test_a_renamed_and_slightly_changed_node_is_still_known() -> None:
    text = rename_node(node("ask_no", timeout="3h"), "ask_no", "asks")
    assert kinds(diff_texts(TEXT, text)) == ["node.renamed", "timer.changed"]


def test_a_moved_option_changes_the_order_only() -> None:
    options = values_of(TEXT)["nodes"]["more"]["options"]
    changes = diff_texts(TEXT, node("more", options=options[::-1]))
    assert [(change.kind, change.path) for change in changes] == [("field.changed", "nodes.more.options[]")]


@pytest.mark.parametrize(
    ("change", "kind", "breaking"),
    [
        ({"inputs": {**FLOW["inputs"], "code": {"type": "string"}}}, "signature.input_added", True),
        (
            {"inputs": {**FLOW["inputs"], "code": {"type": "string", "default": ""}}},
            "signature.input_added",
            False,
        ),
        ({"inputs": {"phone": {"type": "string"}}}, "signature.input_changed", False),
        ({"inputs": {"phone": {"type": "int"}}}, "signature.input_changed", True),
        ({"inputs": {}}, "signature.input_removed", True),
        ({"outputs": {}}, "signature.output_removed", True),
        ({"outputs": {**FLOW["outputs"], "more": {"type": "int"}}}, "signature.output_added", False),
        ({"outputs": {"ok": {"type": "bool", "nullable": True}}}, "signature.output_changed", True),
        ({"returns": ["failed", "late"]}, "signature.return_added", True),
        ({"returns": []}, "signature.return_removed", True),
    ],
)
def test_callers_are_told_what_breaks_them(change: dict[str, Any], kind: str, breaking: bool) -> None:
    before, after = {"id": "x", "flows": {"otp": FLOW}}, {"id": "x", "flows": {"otp": {**FLOW, **change}}}
    assert [(item.kind, item.breaking) for item in diff_data(before, after)] == [(kind, breaking)]
    whole = diff_data(
        {"id": "x", "kind": "subflow", **FLOW}, {"id": "x", "kind": "subflow", **FLOW, **change}
    )
    assert [(item.kind, item.breaking) for item in whole] == [(kind, breaking)]


def test_compiled_scenarios_are_compared_too() -> None:
    text = set_node(TEXT, "ask_no", {**values_of(TEXT)["nodes"]["ask_no"], "timeout": "3h"})
    text = set_node(text, "packing", {**values_of(text)["nodes"]["packing"], "next": "bye"})
    changes = diff_data(compiled(TEXT), compiled(text))
    assert [(change.kind, change.path) for change in changes] == [
        ("timer.changed", "nodes.ask_no.timeout"),
        ("edge.changed", "nodes.packing.exits.next"),
    ]


@given(documents, documents)
@settings(max_examples=50, deadline=None)
def test_there_is_a_change_exactly_where_something_differs(before: Any, after: Any) -> None:
    assert diff_data(before, before) == []
    for change in diff_data(before, after):
        assert change.to_dict()["message"]["en"]


MINE: list[Callable[[str], str]] = [
    lambda text: set_variable(text, "more", {"type": "int"}),
    lambda text: set_node(text, "extra", {"type": "note", "text": "x", "next": "bye"}),
    lambda text: set_node(text, "ask_no", {**values_of(text)["nodes"]["ask_no"], "timeout": "3h"}),
    lambda text: set_field(text, "channels", ["widget", "telegram", "sms", "email"]),
]
THEIRS: list[Callable[[str], str]] = [
    lambda text: delete_node(text, "ticket"),
    lambda text: set_node(text, "ask_no", {**values_of(text)["nodes"]["ask_no"], "label": "Номер"}),
    lambda text: set_trigger(text, "again", {"type": "keyword", "any": ["снова"]}),
    lambda text: set_node(
        text,
        "more",
        {
            **values_of(text)["nodes"]["more"],
            "options": [
                {"id": "x", "label": "X", "next": "bye"},
                *values_of(text)["nodes"]["more"]["options"],
            ],
        },
    ),
]


@pytest.mark.parametrize("mine", range(len(MINE)))
@pytest.mark.parametrize("theirs", range(len(THEIRS)))
def test_changes_of_different_places_are_joined(mine: int, theirs: int) -> None:
    ours = MINE[mine](TEXT)
    joined = merge(TEXT, ours, THEIRS[theirs](TEXT))
    assert joined.conflicts == [] and joined.text is not None
    assert values_of(joined.text) == values_of(THEIRS[theirs](ours))
    assert set(comments_in(joined.text)) <= set(comments_in(TEXT))


def test_both_may_add_to_a_list_of_words() -> None:
    base = set_field(TEXT, "channels", ["widget", "telegram", "vk", "sms"])
    ours = set_field(base, "channels", ["widget", "telegram", "vk", "sms", "email"])
    joined = merge(base, ours, set_field(base, "channels", ["widget", "whatsapp", "telegram", "vk"]))
    assert values_of(joined.text or "")["channels"] == ["widget", "whatsapp", "telegram", "vk", "email"]


def test_one_field_changed_by_both_is_a_conflict() -> None:
    joined = merge(TEXT, node("ask_no", timeout="3h"), node("ask_no", timeout="4h"))
    assert joined.text is None
    assert [conflict.to_dict() for conflict in joined.conflicts] == [
        {"path": "nodes.ask_no.timeout", "base": "2h", "ours": "3h", "theirs": "4h"}
    ]


def test_a_node_deleted_here_and_changed_there_is_a_conflict() -> None:
    joined = merge(TEXT, delete_node(TEXT, "bye"), node("bye", text="Пока!"))
    assert [(conflict.path, conflict.ours) for conflict in joined.conflicts] == [("nodes.bye", None)]


@given(documents, documents, st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_changes_of_one_alone_are_taken_as_they_are(base: Any, changed: Any, seed: int) -> None:
    before, after = commented(emit_document(base), seed), emit_document(changed)
    assert values_of(merge(before, before, after).text or "") == changed
    assert merge(before, after, before).text == after
