"""Whatever a builder writes, checking it ends with findings and never with a crash."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from omnisupport.scenario_dsl import check_document, compile_document, load_document
from omnisupport.scenario_dsl.registry import node_types
from omnisupport.scenario_dsl.tree import plain
from tests.scenario_dsl.support import EXAMPLES, TEMPLATES
from tests.scenario_dsl.walks import walk

SOURCES = [*sorted(EXAMPLES.glob("*.yaml")), TEMPLATES / "handoff.yaml"]
ROUNDS = 40
_JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -5,
    1e300,
    "",
    "x",
    "vars.name",
    "=vars.tries + 1",
    "=",
    "{{ vars.name | upper }}",
    "{{",
    "[*",
    [],
    [None],
    [{}],
    {},
    {"ru": None},
    {"": ""},
    {"=": 1},
    {"type": "ask"},
    ["a", ["b"]],
)


def values_of(path: Any) -> Any:
    document = load_document(path.read_text("utf-8")).document
    assert document is not None
    return plain(document.root)


def spoil(random: Random, value: Any) -> Any:
    """A copy with one place, at any depth, replaced, removed, renamed or doubled."""
    if isinstance(value, dict) and value and random.random() < 0.93:
        key = random.choice(list(value))
        kind = random.random()
        if kind < 0.06:
            return {name: item for name, item in value.items() if name != key}
        if kind < 0.12:
            return {(name + "x" if name == key else name): item for name, item in value.items()}
        return {name: (spoil(random, item) if name == key else item) for name, item in value.items()}
    if isinstance(value, list) and value and random.random() < 0.9:
        index = random.randrange(len(value))
        if random.random() < 0.1:
            return [*value, value[index]]
        return [spoil(random, item) if place == index else item for place, item in enumerate(value)]
    return random.choice(_JUNK)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_spoilt_document_is_checked_to_the_end(path: Any) -> None:
    original = values_of(path)
    refused = 0
    for seed in range(ROUNDS):
        random = Random(seed)
        values = original
        for _ in range(random.choice((1, 1, 1, 2, 5))):
            values = spoil(random, values)
        result = load_document(json.dumps(values, ensure_ascii=False), file="spoilt.yaml")
        if result.document is None:
            refused += 1
            continue
        findings = check_document(result.document)
        assert findings == sorted(findings, key=lambda item: (item.line, item.column, item.code))
        if any(finding.is_error for finding in findings):
            refused += 1
            continue
        chat = walk(compile_document(result.document), seed)
        assert chat.log
    assert refused > ROUNDS / 3


@pytest.mark.parametrize("name", [*node_types()])
def test_a_node_type_says_what_it_is(name: str) -> None:
    kind = node_types()[name]
    assert type(kind).__doc__
    assert kind.ends or any(kind.exits) or name == "condition"
    assert set(kind.fields) <= set(kind.all_fields)
