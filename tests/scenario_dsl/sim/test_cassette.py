"""Answers of models are recorded once and played by the content of their question."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl import Call, load_document
from omnisupport.scenario_dsl.sim import Cassette, CassetteMiss, read_cassette
from omnisupport.scenario_dsl.sim.cassette import content_key
from omnisupport.scenario_dsl.sim.emit import to_yaml
from omnisupport.scenario_dsl.sim.runner import Setting
from omnisupport.scenario_dsl.tree import plain
from tests.scenario_dsl.sim.support import HEAD, read_tests, run, said
from tests.scenario_dsl.support import scenario


def call(**request: Any) -> Call:
    asked = {"text": "Где заказ?", "labels": {"order": "заказы"}, **request}
    return Call("1.c1", "route", "classify", asked, 8_000, None, "route")


def test_a_key_is_made_of_node_prompt_model_and_inputs() -> None:
    keys = {
        content_key(call())[0],
        content_key(call(text="Иное"))[0],
        content_key(call(labels={"order": "иначе"}))[0],
        content_key(call(), model="other")[0],
    }
    assert len(keys) == 4
    assert content_key(call(text="Иное"))[1] == content_key(call())[1]  # the prompt is the same


def test_what_is_recorded_is_played_and_nothing_else() -> None:
    asked: list[Call] = []

    def live(asked_call: Call) -> tuple[str, Any]:
        asked.append(asked_call)
        return "label", {"label": "order", "confidence": 0.9}

    recorder = Cassette(mode="record", live=live)
    assert recorder.play(call()) == recorder.play(call())
    assert len(asked) == 1
    assert recorder.is_changed
    player, findings = read_cassette(recorder.to_yaml())
    assert findings == []
    assert player is not None
    assert player.play(call()) == ("label", {"label": "order", "confidence": 0.9})
    with pytest.raises(CassetteMiss, match="node 'route'"):
        player.play(call(text="Иное"))
    assert Cassette(mode="stub").play(call()) is None
    assert Cassette(mode="live", live=live).play(call())
    assert len(asked) == 2
    with pytest.raises(CassetteMiss):
        Cassette(mode="live").play(call())


def test_a_file_that_is_no_cassette_is_refused_in_words() -> None:
    cassette, findings = read_cassette("omni: scenario/v1\n")
    assert cassette is None
    assert findings[0].code == "E006"


SHOP = """\
  first:
    type: http
    connection: shop
    request: {path: /x}
    response: {save_to: vars.price}
    next: bye
    exits: {error: failed}
"""


def test_a_case_plays_a_cassette_and_a_miss_fails_it() -> None:
    ir = scenario(SHOP, variables="  price: {type: int, default: 0}\n")
    steps = "  - user: привет\n  - expect: {vars: {price: 7}}\n"
    text = f"stubs: {{first: {{record: shop}}}}\ncases:\n- name: a\n  steps:\n{steps}"
    recorder = Cassette(mode="record", live=lambda asked: ("ok", {"status": 200, "json": 7}))
    assert said(run(ir, text, setting=Setting(cassettes={"shop": recorder}))) == []
    played, _ = read_cassette(recorder.to_yaml())
    assert played is not None
    assert said(run(ir, text, setting=Setting(cassettes={"shop": played}))) == []
    assert said(run(ir, text))[0] == "7: cassette 'shop' has no answer for 'first'"
    assert read_tests(HEAD + text, ir).stubs["first"][0].record == "shop"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=10), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(_VALUES)
def test_what_is_written_as_yaml_is_read_as_it_was(value: Any) -> None:
    text = to_yaml({"omni": "scenario/v1", "value": value})
    loaded = load_document(text)
    assert loaded.document is not None, (text, [str(finding) for finding in loaded.findings])
    assert plain(loaded.document.root)["value"] == value, text
