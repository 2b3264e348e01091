"""Documents are read by YAML 1.2, with their places, and never by surprise."""

from __future__ import annotations

import json

import pytest

from omnisupport.scenario_dsl import compile_document, load_document
from omnisupport.scenario_dsl.loader import MAX_BYTES
from omnisupport.scenario_dsl.tree import Map, plain
from tests.scenario_dsl.support import EXAMPLES

OMNI = "omni: scenario/v1\n"


def read(text: str) -> dict[str, object]:
    result = load_document(OMNI + text)
    assert result.document is not None, [str(finding) for finding in result.findings]
    values = plain(result.document.root)
    assert isinstance(values, dict)
    return values


def refused(text: str | bytes) -> str:
    result = load_document(text)
    assert result.document is None
    return result.findings[0].code


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("1_000", "1_000"),
        ("09:30", "09:30"),
        ("2026-01-01", "2026-01-01"),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("-5", -5),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ('"true"', "true"),
        ("=vars.x + 1", "=vars.x + 1"),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(written: str, value: object) -> None:
    found = read(f"key: {written}\n")["key"]
    assert (found, type(found)) == (value, type(value))


def test_a_key_named_on_stays_on() -> None:
    assert read("on: 1\nno: 2\n")["on"] == 1


def test_json_is_read_by_the_same_path() -> None:
    values = {
        "omni": "scenario/v1",
        "id": "x",
        "list": [1, 2.5, True, None],
        "text": "Привет 😀 \u00e9 / \\ \t",
    }
    for text in (json.dumps(values), json.dumps(values, ensure_ascii=False, indent="\t")):
        result = load_document(text)
        assert result.document is not None, result.findings
        assert plain(result.document.root) == values


def test_json_and_yaml_of_the_same_scenario_have_the_same_hash() -> None:
    text = (EXAMPLES / "order_status.yaml").read_text("utf-8")
    first = load_document(text).document
    assert first is not None
    second = load_document(json.dumps(plain(first.root))).document
    assert second is not None
    assert compile_document(first)["hash"] == compile_document(second)["hash"]


def test_comments_order_and_canvas_do_not_change_the_hash() -> None:
    text = (EXAMPLES / "order_status.yaml").read_text("utf-8")
    changed = "# moved\n" + text + "view: {ask_no: {x: 10, y: 20}}\n"
    documents = [load_document(each).document for each in (text, changed)]
    hashes = {compile_document(document)["hash"] for document in documents if document is not None}
    assert len(hashes) == 1


def test_places_count_from_one_and_by_characters() -> None:
    document = load_document(OMNI + "имя: {ключ: значение}\n").document
    assert document is not None
    inner = document.root.values["имя"]
    assert isinstance(inner, Map)
    assert (inner.values["ключ"].line, inner.values["ключ"].column) == (2, 13)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (OMNI + "a: [1\n", "E001"),
        (OMNI + "a: b: c\n", "E001"),
        ("- omni\n", "E001"),
        ("", "E001"),
        (OMNI + "---\n" + OMNI, "E001"),
        (OMNI + "? [a, b]\n: c\n", "E001"),
        (OMNI + "a: 1\na: 2\n", "E003"),
        (OMNI + "n: {a: 1, b: 2, 'a': 3}\n", "E003"),
        (OMNI + "a: &x 1\nb: *x\n", "E004"),
        (OMNI + "a: !!python/object:os.system x\n", "E004"),
        (OMNI + "a: !!str 5\n", "E004"),
        ("omni: scenario/v2\n", "E006"),
        ("omni: [scenario/v1]\n", "E006"),
        ("id: x\n", "E006"),
        (OMNI + "a: \x00\n", "E002"),
        (OMNI + "a: \ud800\n", "E002"),
        ("omni: сценарий\n".encode("utf-16"), "E002"),
        (OMNI + "a: " + "x" * MAX_BYTES, "E009"),
        (OMNI + "a: " + "{b: " * 100 + "1" + "}" * 100, "E009"),
        (OMNI + "a: " + "[" * 400, "E009"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_code(text: str | bytes, code: str) -> None:
    assert refused(text) == code


def test_a_billion_laughs_are_refused_at_the_first() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40)]
    assert refused(OMNI + "\n".join(lines)) == "E004"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert load_document(b"\xef\xbb\xbf" + OMNI.encode()).document is not None


def test_an_exclamation_mark_in_a_text_is_no_tag() -> None:
    assert read("a: Здравствуйте!\nb: [Да!, Нет!]\n")["b"] == ["Да!", "Нет!"]
