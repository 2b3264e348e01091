"""The schema takes what the checks take, and refuses what has another shape."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from omnisupport.scenario_dsl.reference import tables
from omnisupport.scenario_dsl.registry import input_kinds, node_types
from omnisupport.scenario_dsl.schema import (
    DIALECT,
    fields_below,
    is_known,
    language_schema,
    node_catalogue,
    node_entry,
)
from tests.scenario_dsl.documents import values_of
from tests.scenario_dsl.support import EXAMPLES, ROOT, TEMPLATES, findings

DOCUMENTS = [
    *EXAMPLES.glob("*.yaml"),
    *TEMPLATES.glob("*.yaml"),
    *(ROOT / "tests" / "scenario_dsl" / "checks").glob("*.good.yaml"),
]


@pytest.fixture(scope="module")
def validator() -> Any:
    return jsonschema_rs.validator_for(language_schema())


def test_every_field_has_a_schema() -> None:
    groups = [
        *(kind.all_fields for kind in node_types().values()),
        *(kind.fields for kind in input_kinds().values()),
        *tables.TRIGGER_TYPES.values(),
        *(tables.HEAD, tables.TRIGGER, tables.INTERRUPT, tables.MIGRATION, tables.ATTRIBUTES),
    ]
    unknown = {
        type(field).__qualname__
        for group in groups
        for _, field in fields_below(group)
        if not is_known(field)
    }
    assert unknown == set()


def test_the_schema_is_one_of_the_dialect_that_it_names() -> None:
    schema = language_schema()
    assert schema["$schema"] == DIALECT
    jsonschema_rs.meta.validate(schema)
    for kind in node_types().values():
        jsonschema_rs.meta.validate({**node_entry(kind)["schema"], "$defs": schema["$defs"]})


@pytest.mark.parametrize("path", sorted(DOCUMENTS), ids=lambda path: path.name)
def test_documents_that_check_clean_fit_the_schema(path: Any, validator: Any) -> None:
    text = path.read_text("utf-8")
    if any(finding.is_error for finding in findings(text)):
        return
    values = values_of(text)
    assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(values)] == []


@pytest.mark.parametrize(
    ("node", "fits"),
    [
        ({"type": "message", "text": "a", "next": "x"}, True),
        ({"type": "message", "text": {"ru": "a", "en": "b"}, "next": "x"}, True),
        ({"type": "message", "text": {"fr": "a"}, "next": "x"}, False),
        ({"type": "message", "txt": "a", "next": "x"}, False),
        ({"type": "massage", "text": "a"}, False),
        ({"text": "a"}, False),
        ({"type": "note", "next": "x"}, False),
        ({"type": "ask", "text": "a", "input": {"kind": "int", "min": 1}, "next": "x"}, True),
        ({"type": "ask", "text": "a", "input": {"kind": "int", "min": "1"}, "next": "x"}, False),
        ({"type": "ask", "text": "a", "input": {"kind": "nothing"}, "next": "x"}, False),
        ({"type": "ask", "text": "a", "input": {"kind": "text"}, "skippable": True, "next": "x"}, True),
        ({"type": "ask", "text": "a", "input": {"kind": "text"}, "skippable": "да", "next": "x"}, False),
        ({"type": "actions", "do": [{"tag": {"add": ["x"]}}, {"note": "y"}], "next": "x"}, True),
        ({"type": "actions", "do": [{"dance": {}}], "next": "x"}, False),
        ({"type": "condition", "cases": [{"when": "true", "next": "x"}], "else": "y"}, True),
        ({"type": "condition", "cases": [], "else": "y"}, False),
    ],
)
def test_a_node_of_another_shape_is_refused(node: Any, fits: bool, validator: Any) -> None:
    document = {"omni": "scenario/v1", "id": "x", "name": "x", "start": "n", "nodes": {"n": node}}
    assert validator.is_valid(document) is fits


def test_the_catalogue_tells_a_builder_all_of_a_node() -> None:
    catalogue = node_catalogue()
    json.dumps(catalogue, allow_nan=False)
    assert list(catalogue["nodes"]) == [f"{kind.name}@{kind.version}" for kind in node_types().values()]
    ask = catalogue["nodes"]["ask@1"]
    assert ask["title"] == {"ru": "Вопрос", "en": "Question"}
    assert ask["waits"] and ask["sends"] and not ask["effect"] and "background" not in ask["kinds"]
    assert {key: ask["exits"][0][key] for key in ("name", "mandatory")} == {"name": "next", "mandatory": True}
    assert ask["schema"]["properties"]["text"]["x-kind"] == "text"
    assert ask["fields"]["retry.max"]["en"]
    assert set(catalogue["inputs"]) == set(input_kinds())
    assert set(catalogue["triggers"]) == set(tables.TRIGGER_TYPES)
