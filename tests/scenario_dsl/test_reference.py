"""Every part of the language has its words in both languages, and what the words show is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.compile import evaluate
from omnisupport.scenario_dsl.expr.parse import MACROS, parse
from omnisupport.scenario_dsl.expr.signatures import SIGNATURES
from omnisupport.scenario_dsl.filters import FILTERS, Surroundings
from omnisupport.scenario_dsl.reference import functions, head, inputs, tables, triggers, types
from omnisupport.scenario_dsl.reference import nodes as node_words
from omnisupport.scenario_dsl.reference.examples import whole
from omnisupport.scenario_dsl.reference.pages import _grouped, pages
from omnisupport.scenario_dsl.reference.words import InputWords, NodeWords, ThingWords
from omnisupport.scenario_dsl.registry import input_kinds, node_types
from omnisupport.scenario_dsl.render import compile_text
from omnisupport.scenario_dsl.schema import fields_below
from omnisupport.scenario_dsl.template import parse_template, segments_to_json
from omnisupport.scenario_dsl.words import Both
from tests.scenario_dsl.support import ROOT, findings

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
WRITTEN = sorted(path.stem.rstrip("_") for path in Path(node_words.__file__).parent.glob("[a-z]*.py"))


def is_said(words: Both | None) -> bool:
    """Whether both languages are there, the Russian one in Russian letters."""
    return words is not None and bool(words.en.strip()) and bool(words.ru.strip())


def quiet(example: str) -> list[str]:
    """What the checks say of an example."""
    return [str(finding) for finding in findings(whole(example))]


@pytest.mark.parametrize("name", node_types())
def test_every_node_type_has_words_for_every_field_and_exit(name: str) -> None:
    kind, words = node_types()[name], NodeWords.of(name)
    assert is_said(words.title) and is_said(words.about)
    assert [path for path, _ in fields_below(kind.all_fields) if not is_said(words.field(path))] == []
    assert [exit for exit in kind.exits if not is_said(words.exit(exit))] == []


@pytest.mark.parametrize("name", node_types())
def test_the_example_of_a_node_shows_it_and_checks_clean(name: str) -> None:
    example = NodeWords.of(name).example
    assert f"type: {name}" in example
    assert quiet(example) == []


@pytest.mark.parametrize("name", input_kinds())
def test_every_kind_of_answer_has_words_and_an_example_that_checks_clean(name: str) -> None:
    words = InputWords.of(name)
    assert is_said(words.title) and is_said(words.about)
    paths = [path for path, _ in fields_below(input_kinds()[name].fields)]
    shared = NodeWords.of("ask")
    assert [path for path in paths if not is_said(words.fields.get(path) or shared.field(path))] == []
    assert quiet(words.example) == []


@pytest.mark.parametrize("name", tables.TRIGGER_TYPES)
def test_every_trigger_has_words_and_an_example_that_checks_clean(name: str) -> None:
    words = ThingWords.of("triggers", name)
    assert is_said(words.title) and is_said(words.about)
    assert [field for field in tables.TRIGGER_TYPES[name] if not is_said(words.fields.get(field))] == []
    assert quiet(words.example) == []


@pytest.mark.parametrize("name", tables.TYPES)
def test_every_type_of_variables_has_words_and_an_example_that_checks_clean(name: str) -> None:
    words = ThingWords.of("types", name)
    assert is_said(words.title) and is_said(words.about)
    assert quiet(words.example) == []


def test_the_head_and_the_attributes_have_words() -> None:
    assert [name for name in tables.TOP_LEVEL if not is_said(head.TOP.get(name))] == []
    assert [name for name in tables.ATTRIBUTES if not is_said(head.ATTRIBUTES.get(name))] == []
    assert [name for name in tables.TRIGGER if not is_said(head.TRIGGER.get(name))] == []


def test_every_function_macro_and_filter_has_words() -> None:
    assert set(SIGNATURES) <= set(functions.FUNCTIONS)
    assert {*MACROS, "has"} == set(functions.MACROS)
    assert set(FILTERS) <= set(functions.FILTERS)
    everything = {**functions.FUNCTIONS, **functions.MACROS, **functions.FILTERS}
    assert [name for name, words in everything.items() if not is_said(words.about)] == []


@pytest.mark.parametrize("name", [*SIGNATURES, *functions.MACROS])
def test_the_example_of_a_function_is_true(name: str) -> None:
    example = {**functions.FUNCTIONS, **functions.MACROS}[name].example
    assert name in example
    assert evaluate(parse(example).to_json(), {"event": {}}) is True


@pytest.mark.parametrize("name", functions.OPERATORS)
def test_the_example_of_an_operator_is_true(name: str) -> None:
    words = functions.OPERATORS[name]
    assert is_said(words.about)
    assert evaluate(parse(words.example).to_json(), {"event": {}}) is True


@pytest.mark.parametrize("name", FILTERS)
def test_the_example_of_a_filter_gives_what_it_says(name: str) -> None:
    text, _, wanted = functions.FILTERS[name].example.partition(" → ")
    write = compile_text(segments_to_json(parse_template(text)))
    assert write({"$": allowance()}, Surroundings("ru", "Europe/Moscow")) == wanted


def test_russian_words_are_russian() -> None:
    said = [*head.TOP.values(), *head.ATTRIBUTES.values()]
    for thing in (*inputs.WORDS.values(), *triggers.WORDS.values(), *types.WORDS.values()):
        said += [thing.about, *thing.fields.values()]
    for name in WRITTEN:
        words = NodeWords.of(name)
        said += [words.about, *words.fields.values(), *words.exits.values()]
    assert [words for words in said if not _CYRILLIC.search(words.ru) or _CYRILLIC.search(words.en)] == []


def test_the_pages_are_those_of_the_code() -> None:
    made = pages()
    folder = ROOT / "docs" / "scenarios"
    stale = [name for name, text in made.items() if (folder / name).read_text("utf-8") != text]
    assert stale == [], "run: python -m omnisupport.scenario_dsl.reference docs/scenarios"
    there = {f"nodes/{path.name}" for path in (folder / "nodes").glob("*.md")}
    assert there == {name for name in made if name.startswith("nodes/")}


def test_every_node_type_stands_in_a_group() -> None:
    assert Both("Прочее", "Others") not in _grouped()
