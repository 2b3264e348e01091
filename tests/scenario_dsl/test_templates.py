"""The ten templates: useful as they stand, in both languages, without a finding, and tested to the last exit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from omnisupport.scenario_dsl import Resources, check_document, compile_document
from omnisupport.scenario_dsl.fmt import format_document
from omnisupport.scenario_dsl.loader import load_document
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.sim import TestFile, read_testfile, run_tests, run_walks
from omnisupport.scenario_dsl.sim.mutate import run_mutants
from omnisupport.scenario_dsl.templates import Template, find_template, list_templates
from omnisupport.scenario_dsl.tree import Map, Seq, Tree

TEN = (
    "abandoned_basket",
    "appointment",
    "csat",
    "faq",
    "greeting",
    "lead_capture",
    "nps",
    "order_status",
    "outage",
    "returns",
)
# A tenant of its first day, see `storage/queries/tenants.py`.
FRESH = Resources(departments=frozenset({"support"}), calendars=frozenset({"support"}))
SET_UP = {"order_status": ["shop"], "returns": ["shop", "shop"]}
LANGUAGES = {"ru", "en"}
WALKS = 300

each_template = pytest.mark.parametrize("name", TEN)


def template(name: str) -> Template:
    found = find_template(name)
    assert found is not None
    return found


def document(name: str) -> Document:
    loaded = load_document(template(name).document, file=f"{name}.yaml")
    assert loaded.document is not None, [str(finding) for finding in loaded.findings]
    return loaded.document


def cases_of(name: str) -> TestFile:
    text = template(name).tests
    assert text is not None
    read = read_testfile(text, file=f"{name}.test.yaml", ir=compile_document(document(name)))
    assert read.testfile is not None and read.findings == [], [str(finding) for finding in read.findings]
    return read.testfile


def maps(tree: Tree) -> Iterator[Map]:
    """Every map below a tree."""
    if isinstance(tree, Map):
        yield tree
    for below in (
        tree.values.values() if isinstance(tree, Map) else tree.items if isinstance(tree, Seq) else ()
    ):
        yield from maps(below)


def test_there_are_ten() -> None:
    assert tuple(each.id for each in list_templates()) == TEN
    assert find_template("handoff") is None, "a system scenario is no template"


@each_template
def test_no_check_finds_anything_and_a_new_tenant_is_told_what_to_set_up(name: str) -> None:
    read = document(name)
    assert [str(finding) for finding in check_document(read)] == []
    assert compile_document(read)["id"] == name
    missing = check_document(read, resources=FRESH)
    assert [finding.message["en"] for finding in missing] == [
        f"there is no connection '{connection}'" for connection in SET_UP.get(name, ())
    ]
    said = template(name).description
    assert all(connection in said[language] for connection in SET_UP.get(name, ()) for language in LANGUAGES)


@each_template
def test_every_word_is_there_in_both_languages(name: str) -> None:
    found, analysis = template(name), analyse(document(name))
    assert set(found.name) == set(found.description) == LANGUAGES
    # Addresses are the same in every language.
    texts = [
        text
        for node in analysis.nodes.values()
        for text in node.uses.texts
        if not text.field.endswith(("path", "url"))
    ]
    assert [(text.field, text.tree.line) for text in texts if set(text.locales) != LANGUAGES] == []
    told = [tree for tree in maps(analysis.root) if LANGUAGES & set(tree.values)]
    assert [tree.line for tree in told if LANGUAGES - set(tree.values)] == []
    labelled = [node for node in analysis.nodes.values() if node.type.waits or node.type.effect]
    assert [node.id for node in labelled if not isinstance(node.tree.get("label"), Map)] == []


@each_template
def test_its_tests_pass_and_cover_what_they_demand(name: str) -> None:
    testfile = cases_of(name)
    assert testfile.coverage["nodes"] >= 90 and testfile.coverage["exits"] >= 80
    assert testfile.invariants and {case.given.locale for case in testfile.cases} >= {None, "en"}
    report = run_tests(document(name), testfile)
    assert report.passed, report.text()


@each_template
def test_walks_find_no_fault(name: str) -> None:
    report = run_walks(compile_document(document(name)), walks=WALKS, testfile=cases_of(name))
    assert report.passed, report.text()
    assert len(report.outcomes) > 2, "the walks come to several ends"


@each_template
def test_it_is_in_form(name: str) -> None:
    assert format_document(template(name).document) == template(name).document


@each_template
def test_another_scenario_is_made_of_it_under_another_id(name: str) -> None:
    made = template(name).called("my_own")
    assert made.tests is not None
    loaded = load_document(made.document).document
    assert loaded is not None
    ir = compile_document(loaded)
    assert ir["id"] == "my_own" and check_document(loaded) == []
    assert read_testfile(made.tests, ir=ir).findings == []


@pytest.mark.parametrize("name", ["faq", "csat"])
def test_its_tests_notice_most_faults_that_are_put_in(name: str) -> None:
    found = run_mutants(compile_document(document(name)), cases_of(name), document=document(name))
    assert found.baseline and found.killed / found.total > 0.8, found.text("en")
