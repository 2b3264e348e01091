"""Whatever a file holds: an import gives a document that loads, or says why there is none; it never raises."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl import check_document, import_document, load_document
from omnisupport.scenario_dsl.importers import KINDS
from tests.scenario_dsl.importers.samples import FILES, KIND_OF, contents, leaves, run, values

_FUZZ = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))

# Words that the importers look for, so that random trees reach their branches.
_SPOKEN = (
    "groups edges events variables settings blocks items options content type id name text richText children "
    "variableId outgoingEdgeId to from groupId blockId comparisons comparisonOperator value logicalOperator "
    "states transitions event next conditions arguments properties body timeout url parameters key initial_state "
    "flows slots responses steps collect action call link set_slots noop if then else rejections utter buttons "
    "title payload validation initial_value mappings condition nlu_trigger intent description webhook method "
    "Set_variable Condition Jump choice_input text_input Webhook trigger split-based-on make-http-request "
    "send-message END pattern_human_handoff utter_x a b 1 0 -1 6 version"
)
_WORDS = [word.replace("_input", " input").replace("Set_", "Set ") for word in _SPOKEN.split()]
_HOLES = ("", " ", "{{a}}", "{{", "}}", "=1", "{{=x=}}", "{a}", "slots.a > 5", "((((", "/[/i", "{% if %}")
_PLACES = ("https://x.example/{{a}}?b=c#d", "://", '{"a": {{b}}}', "a | b: 'c'", "widgets.a.parsed.b[0].c")
_TEXTS = st.one_of(
    st.sampled_from(_WORDS),
    st.sampled_from(_HOLES),
    st.sampled_from(_PLACES),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
_NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=5),
    max_leaves=25,
)

# What an importer alone could have done wrong: expressions and texts that do not parse, types that do not
# fit, values that may be missing, edges to nowhere, ids that occur twice.
_OURS = frozenset(
    ("E201", "E202", "E203", "E204", "E210", "E211", "E213", "E214", "E217", "E312", "E120", "E126")
)


def _holds(kind: str, files: dict[str, Any]) -> None:
    """The import did not raise; what came out loads and is checked; nothing was dropped."""
    result, ledger = run(kind, files)
    if not result.text:
        assert any(loss.severity == "error" for loss in result.losses)
        return
    loaded = load_document(result.text)
    assert loaded.document is not None, (loaded.findings, result.text)
    wrong = [item for item in check_document(loaded.document) if item.code in _OURS]
    assert not wrong, (wrong, result.text)
    for root in ledger.roots:
        assert root.tree is not None
        for path, leaf in leaves(root.tree):
            assert id(leaf) in ledger.read or id(leaf) in ledger.covered, path


@pytest.mark.parametrize("kind", KINDS)
@_FUZZ
@given(data=st.data())
def test_any_json(kind: str, data: st.DataObject) -> None:
    _holds(kind, {"any.json": data.draw(_JSON)})


@pytest.mark.parametrize("name", FILES)
@_FUZZ
@given(data=st.data())
def test_samples_with_anything_in_some_places(name: str, data: st.DataObject) -> None:
    files = copy.deepcopy(values(name))
    for _ in range(data.draw(st.integers(1, 4))):
        place: Any = files
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = data.draw(st.sampled_from(keys))
            inner = place[key]
            if place is not files and (
                not isinstance(inner, dict | list) or data.draw(st.integers(0, 5)) == 0
            ):
                change = data.draw(st.sampled_from(("replace", "delete", "copy")))
                if change == "delete":
                    del place[key]
                elif change == "copy" and isinstance(place, list):
                    place.append(copy.deepcopy(inner))
                else:
                    place[key] = data.draw(_JSON)
                break
            place = inner
    _holds(KIND_OF[name], files)


@pytest.mark.parametrize("kind", KINDS)
@_FUZZ
@given(
    data=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes(kind: str, data: bytes) -> None:
    _holds(kind, {"any.bin": data})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"groups": [' + b" " * (1024 * 1024) + b"]}", "E009"),
        (b"[" * 2_000, "E009"),
        (b'{"a": ' * 40 + b"1" + b"}" * 40, "E009"),
        (b"a: &x [1]\nb: [*x, *x]\n", "E004"),
        (b"groups: !!python/object/apply:os.system [id]\n", "E004"),
        (b'{"groups": [], "groups": []}', "E003"),
        (b'\xff\xfe{\x00"\x00', "E002"),
        (b'{"name": "a\x00b"}', "E002"),
        (b"{'a': ", "E001"),
        (b"", "E001"),
        (b"[1, 2]", "E001"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_files_are_refused_in_words_within_100_ms(kind: str, data: bytes, code: str) -> None:
    """On a machine of its own; here others work beside us."""
    started = time.process_time()
    result = import_document(kind, data, file="hostile")
    assert time.process_time() - started < 0.5
    assert result.text == ""
    assert [loss.code for loss in result.losses] == [code]
    assert result.losses[0].message["ru"] != result.losses[0].message["en"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_kind_is_told_what_it_lacks(kind: str) -> None:
    other = next(name for name in FILES if KIND_OF[name] != kind)
    result = run(kind, contents(other))[0]
    assert result.text == ""
    assert {loss.code for loss in result.losses} == {"L001"}


def test_a_kind_that_nobody_knows_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="unknown kind 'voiceflow'"):
        import_document("voiceflow", b"{}")


def test_a_bad_second_file_refuses_the_import_and_is_named() -> None:
    files = contents("rasa_tea")
    result = import_document(
        "rasa", files["rasa_flows.yml"], file="flows.yml", more={"domain.yml": b"a: [\n"}
    )
    assert (result.text, [loss.file for loss in result.losses]) == ("", ["domain.yml"])


def _ring(count: int) -> dict[str, Any]:
    """Groups of one jump each, the last back to the first."""
    groups = []
    for number in range(count):
        jump = {"id": f"b{number}", "type": "Jump", "options": {"groupId": f"g{(number + 1) % count}"}}
        groups.append({"id": f"g{number}", "title": "g", "blocks": [jump]})
    return {"version": "6", "groups": groups, "edges": [], "variables": [], "events": []}


def test_jumps_in_a_ring_come_to_an_end() -> None:
    _holds("typebot", {"ring.json": _ring(300)})


def test_large_files_are_imported_in_seconds() -> None:
    big = values("typebot_leads")["typebot_leads.json"]
    buy = next(group for group in big["groups"] if group["id"] == "g_buy")
    for number in range(60):
        twin = json.loads(
            json.dumps(buy).replace('"id": "b_', f'"id": "b{number}_').replace("g_buy", f"g_buy{number}")
        )
        big["groups"].append(twin)
    started = time.process_time()
    result, _ = run("typebot", {"big.json": big})
    assert result.text
    assert time.process_time() - started < 5
    noops = [{"id": f"s{number}", "noop": True, "next": f"s{number + 1}"} for number in range(3_000)]
    started = time.process_time()
    _holds("rasa", {"flows.yml": {"flows": {"long": {"description": "d", "steps": noops}}}})
    assert time.process_time() - started < 5


@pytest.mark.parametrize("sign", ["{{", "{", "{%", "-", "<", "{{a", "[", "/", "a,", "\ue000", " "])
def test_a_text_of_a_hundred_thousand_signs_takes_linear_time(sign: str) -> None:
    text = sign * (100_000 // len(sign))
    typebot = values("typebot_leads")["typebot_leads.json"]
    blocks = {block["id"]: block for group in typebot["groups"] for block in group["blocks"]}
    blocks["b_score"]["options"]["expressionToEvaluate"] = text
    blocks["b_list"]["options"]["item"] = text
    blocks["b_redirect"]["options"]["url"] = text
    studio = values("studio_clinic")["studio_clinic.json"]
    for state in studio["states"]:
        if "body" in state["properties"]:
            state["properties"]["body"] = text
    rasa = values("rasa_bank")["rasa_bank.yml"]
    rasa["responses"]["utter_sorry"][0]["text"] = text
    rasa["flows"]["block_card"]["steps"][0]["rejections"][0]["if"] = text
    for kind, data in (("typebot", typebot), ("studio", studio), ("rasa", rasa)):
        started = time.process_time()
        _holds_import(kind, data)
        assert time.process_time() - started < 4, kind


def _holds_import(kind: str, data: Any) -> None:
    """The import alone: the checks of a document have limits of their own."""
    result, _ = run(kind, {"long.json": data})
    assert result.text or any(loss.severity == "error" for loss in result.losses)
