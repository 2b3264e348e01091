"""Edits say what was meant, and touch nothing else."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl import load_document
from omnisupport.scenario_dsl.edits import (
    Editor,
    NoSuchPlace,
    TextEdit,
    apply_edits,
    delete_node,
    delete_trigger,
    delete_variable,
    rename_node,
    rename_variable,
    set_field,
    set_node,
    set_trigger,
    set_variable,
)
from omnisupport.scenario_dsl.emit import emit_document
from tests.scenario_dsl.documents import commented, comments_in, documents, values, values_of
from tests.scenario_dsl.support import EXAMPLES, codes

SHIPPED = [(path.stem, path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.yaml"))]
TEXT = """\
# The shop.
omni: scenario/v1
id: shop
name: {ru: "Магазин", en: 'Shop'}

variables:
  # How often.
  tries: {type: int, default: 0}   # counted below
  name: {type: string}

start: hello   # first
nodes:
  # Says hello.
  hello:
    type: message
    text: "Здравствуйте, {{ vars.name | default('гость') }}!"   # kind words
    next: count
  count:
    type: set
    assign: {vars.tries: "=vars.tries + 1"}
    next: asks
  # Asks again.
  asks:
    type: condition
    cases:
      - {when: "vars.tries < 3 && 'vars.tries' != ''", next: hello}
    else: bye
  bye: {type: end, outcome: done}
"""


def differing(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that only one of the two has."""
    old, new = before.split("\n"), after.split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_changed_field_of_a_node_changes_its_line_only() -> None:
    spec = {"type": "message", "text": "Привет!", "next": "count"}
    gone, new = differing(TEXT, set_node(TEXT, "hello", spec))
    assert gone == ["    text: \"Здравствуйте, {{ vars.name | default('гость') }}!\"   # kind words"]
    assert new == ['    text: "Привет!"   # kind words']


def test_a_new_node_comes_in_the_language_s_form() -> None:
    spec = {"next": "bye", "type": "note", "text": "Позвонить: да"}
    assert set_node(TEXT, "call", spec) == TEXT + (
        '  call:\n    type: note\n    text: "Позвонить: да"\n    next: bye\n'
    )


def test_a_node_goes_with_the_comment_above_it() -> None:
    gone, new = differing(TEXT, delete_node(TEXT, "asks"))
    assert "  # Asks again." in gone and "  bye: {type: end, outcome: done}" not in gone and new == []


def test_a_variable_is_declared_changed_and_taken_away() -> None:
    more = set_variable(TEXT, "phone", {"type": "phone", "region": "RU"})
    assert differing(TEXT, more) == ([], ["  phone: {type: phone, region: RU}"])
    changed = set_variable(more, "tries", {"type": "int", "default": 1})
    assert differing(more, changed)[1] == ["  tries: {type: int, default: 1}   # counted below"]
    assert delete_variable(more, "phone") == TEXT
    none = delete_variable(delete_variable(TEXT, "tries"), "name")
    assert "variables" not in values_of(none)


def test_the_first_trigger_makes_the_section_where_it_belongs() -> None:
    text = set_trigger(TEXT, "word", {"type": "keyword", "any": ["чай", "no"]})
    assert list(values_of(text)).index("triggers") == list(values_of(text)).index("variables") - 1
    assert values_of(text)["triggers"] == [{"id": "word", "type": "keyword", "any": ["чай", "no"]}]
    two = set_trigger(text, "other", {"type": "message"})
    assert [item["id"] for item in values_of(two)["triggers"]] == ["word", "other"]
    assert "triggers" not in values_of(delete_trigger(delete_trigger(two, "word"), "other"))


def test_a_trigger_without_an_id_is_known_by_its_type_and_place() -> None:
    text = set_field(TEXT, "triggers", [{"type": "message"}, {"type": "keyword", "any": ["чай"]}])
    changed = set_trigger(text, "keyword2", {"type": "keyword", "any": ["кофе"]})
    assert values_of(changed)["triggers"][1] == {"id": "keyword2", "type": "keyword", "any": ["кофе"]}


def test_a_node_is_renamed_with_its_edges() -> None:
    text = rename_node(TEXT, "hello", "greeting")
    values = values_of(text)
    assert values["start"] == "greeting"
    assert values["nodes"]["asks"]["cases"][0]["next"] == "greeting"
    assert "hello" not in values["nodes"]
    assert comments_in(text) == comments_in(TEXT)
    assert len(differing(TEXT, text)[1]) == 3
    with pytest.raises(ValueError, match="taken"):
        rename_node(TEXT, "hello", "bye")
    with pytest.raises(NoSuchPlace):
        rename_node(TEXT, "nobody", "x")


def test_a_variable_is_renamed_in_expressions_texts_and_where_it_is_written() -> None:
    text = rename_variable(rename_variable(TEXT, "tries", "count"), "name", "called")
    nodes = values_of(text)["nodes"]
    assert nodes["count"]["assign"] == {"vars.count": "=vars.count + 1"}
    # A text that happens to read like the variable is none.
    assert nodes["asks"]["cases"][0]["when"] == "vars.count < 3 && 'vars.tries' != ''"
    assert nodes["hello"]["text"] == "Здравствуйте, {{ vars.called | default('гость') }}!"
    assert list(values_of(text)["variables"]) == ["count", "called"]
    assert comments_in(text) == comments_in(TEXT)


@pytest.mark.parametrize(
    ("written", "renamed"),
    [
        ("vars.a > 1", "vars.b > 1"),
        ("vars.ab > vars.a", "vars.ab > vars.b"),
        ("vars['a'] > 1 || vars . a > 2", "vars['b'] > 1 || vars . b > 2"),
        ("[1].exists(vars, vars.a > 1) || vars.a > 1", "[1].exists(vars, vars.a > 1) || vars.b > 1"),
        (
            "event.vars.a == 'x' && {'vars': vars.a}.vars > 1",
            "event.vars.a == 'x' && {'vars': vars.b}.vars > 1",
        ),
    ],
)
def test_only_the_variable_itself_is_renamed(written: str, renamed: str) -> None:
    text = emit_document(
        {
            "omni": "scenario/v1",
            "variables": {"a": {"type": "int"}, "ab": {"type": "int"}},
            "nodes": {"n": {"type": "condition", "cases": [{"when": written, "next": "n"}]}},
        }
    )
    assert values_of(rename_variable(text, "a", "b"))["nodes"]["n"]["cases"][0]["when"] == renamed


def test_texts_of_the_catalogue_and_of_unreadable_nodes_are_renamed_too() -> None:
    text = """\
omni: scenario/v1
id: x
name: x
locale: {default: ru, supported: [ru]}
variables:
  a: {type: int, default: 1}
texts:
  hi: {ru: "Раз {{ vars.a }}"}
start: n
nodes:
  n: {type: message, text: {t: hi}, next: m}
  m: {type: dance, steps: "=vars.a + 1", text: "Два {{ vars['a'] }} три"}
"""
    wanted = text.replace("vars.a", "vars.b").replace("vars['a']", "vars['b']").replace("  a:", "  b:")
    assert rename_variable(text, "a", "b") == wanted


@pytest.mark.parametrize(("name", "text"), SHIPPED)
def test_renaming_everything_there_and_back_gives_the_same_text(name: str, text: str) -> None:
    before = codes(text)
    renamed = text
    for node_id in values_of(text)["nodes"]:
        renamed = rename_node(renamed, node_id, node_id + "_2")
    for variable in values_of(text).get("variables", {}):
        renamed = rename_variable(renamed, variable, variable + "_2")
    assert renamed != text
    assert codes(renamed) == before
    for node_id in values_of(text)["nodes"]:
        renamed = rename_node(renamed, node_id + "_2", node_id)
    for variable in values_of(text).get("variables", {}):
        renamed = rename_variable(renamed, variable + "_2", variable)
    assert renamed == text


def test_a_flow_has_names_of_its_own() -> None:
    text = set_field(
        TEXT,
        "flows",
        {
            "rate": {
                "inputs": {"tries": {"type": "int"}},
                "start": "hello",
                "nodes": {"hello": {"type": "set", "assign": {"vars.tries": 1}, "next": "hello"}},
            }
        },
    )
    renamed = values_of(rename_node(text, "hello", "greeting"))
    assert renamed["flows"]["rate"]["start"] == "hello"
    inner = rename_node(text, "hello", "greeting", "rate")
    assert values_of(inner)["flows"]["rate"]["start"] == "greeting"
    assert values_of(inner)["start"] == "hello"


@given(documents, st.integers(0, 10**6), st.data())
@settings(max_examples=50, deadline=None)
def test_what_is_set_is_what_the_document_says_then(data: dict[str, Any], seed: int, draw: Any) -> None:
    text = commented(emit_document(data), seed) if seed % 3 else json.dumps(data, indent=seed % 2 or None)
    wanted = _changed(data, Random(seed), draw)
    editor = Editor(text)
    for key in data:
        if key not in wanted:
            editor.delete([key])
    for key, value in wanted.items():
        editor.set([key], value)
    assert values_of(editor.text) == wanted


def _changed(data: dict[str, Any], random: Random, draw: Any) -> dict[str, Any]:
    """The document with a few values changed, added, moved and taken away at any depth."""
    wanted = copy.deepcopy(data)
    for _ in range(random.randrange(1, 4)):
        place: Any = wanted
        while True:
            inner = list(place.values()) if isinstance(place, dict) else place
            inner = [item for item in inner if isinstance(item, dict | list) and item]
            if not inner or random.random() < 0.3:
                break
            place = random.choice(inner)
        kind = random.randrange(3)
        if isinstance(place, dict):
            key = random.choice([key for key in place if place is not wanted or key != "omni"] or ["view"])
            if kind == 0:
                place[random.choice(["a", "no", "404", "x: y"])] = draw.draw(values)
            elif kind == 1:
                place[key] = draw.draw(values)
            elif place is not wanted or key != "omni":
                place.pop(key, None)
        elif kind == 0:
            place.insert(random.randrange(len(place) + 1), draw.draw(values))
        elif kind == 1:
            place[random.randrange(len(place))] = draw.draw(values)
        else:
            place.pop(random.randrange(len(place)))
    return wanted


@pytest.mark.parametrize(("name", "text"), SHIPPED)
def test_comments_elsewhere_are_untouched(name: str, text: str) -> None:
    nodes = values_of(text)["nodes"]
    for seed, node_id in enumerate(nodes):
        noted = commented(text, seed)
        spec = {**nodes[node_id], "note": "новое: да"}
        changed = set_node(noted, node_id, spec)
        assert values_of(changed)["nodes"][node_id] == spec
        assert comments_in(changed) == comments_in(noted)
        added = set_node(noted, "quite_new", spec)
        assert values_of(added)["nodes"]["quite_new"] == spec
        assert comments_in(added) == comments_in(noted)


def test_json_is_edited_as_json() -> None:
    text = json.dumps(values_of(TEXT), ensure_ascii=False, indent=2)
    changed = rename_node(set_variable(text, "phone", {"type": "phone"}), "hello", "greeting")
    assert json.loads(changed)["variables"]["phone"] == {"type": "phone"}
    assert json.loads(changed)["start"] == "greeting"
    assert '    "phone": {"type": "phone"}' in changed.split("\n")


def test_windows_line_ends_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    changed = set_node(
        set_variable(text, "x", {"type": "int"}), "more", {"type": "note", "text": "a", "next": "bye"}
    )
    assert "\n" not in changed.replace("\r\n", "")
    assert load_document(changed).document is not None


def test_places_count_behind_a_byte_order_mark() -> None:
    assert apply_edits("\ufeffab", [TextEdit(1, 1, 1, 2, "x")]) == "\ufeffxb"


def test_edits_that_change_the_same_characters_are_refused() -> None:
    edits = [TextEdit(1, 1, 1, 3, "x"), TextEdit(1, 2, 1, 4, "y")]
    with pytest.raises(ValueError, match="overlap"):
        apply_edits("abcdef", edits)
    assert apply_edits("ab\ncd", [TextEdit(2, 1, 2, 2, "x"), TextEdit(1, 2, 1, 2, "-")]) == "a-b\nxd"
