"""What no builder writes by hand: refused in words, in both languages, at once."""

from __future__ import annotations

import re
import time

import pytest

from omnisupport.scenario_dsl import Finding, check_document, compile_document, load_document
from omnisupport.scenario_dsl.report import MAX_ERRORS, MAX_WARNINGS, Report
from omnisupport.scenario_dsl.similar import did_you_mean
from tests.scenario_dsl.bad_documents import BAD, Bad, expression
from tests.scenario_dsl.support import Chat, document, findings

# The figure is 100 ms on a machine of its own (`benchmarks.scenario`); here others work beside us.
SECONDS = 1.0


_TEN = "[1,2,3,4,5,6,7,8,9,10]"


def judged(text: str | bytes) -> list[Finding]:
    """What loading and checking find; the time is the processor's, so that neighbours do not count."""
    begun = time.process_time()
    loaded = load_document(text)
    found = loaded.findings if loaded.document is None else check_document(loaded.document)
    spent = time.process_time() - begun
    assert spent < SECONDS, f"{spent:.2f} s"
    return found


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_document_is_refused_in_words_and_at_once(bad: Bad) -> None:
    found = judged(bad.text)
    assert (found[0].code if found else None) == bad.code, [str(item)[:200] for item in found[:3]]
    for finding in found:
        assert any("а" <= letter <= "я" for letter in finding.message["ru"].lower())
        assert not any("а" <= letter <= "я" for letter in finding.message["en"].split("'")[0].lower())
        assert not re.search(r"\{[a-z]", finding.message["en"])
        assert len(finding.text("ru")) < 4_000


@pytest.mark.parametrize(
    "text",
    [
        f"{_TEN}.map(x,{_TEN}.map(y,{_TEN}.map(z,[x,y,z]))).map(t,[t,t]) == []",
        "size([vars.text].map(a,[a,a,a,a]).map(a,[a,a,a,a]).map(a,[a,a,a,a])) == 1",
        "vars.text.matches('(.*a){25}')",
    ],
)
def test_a_bomb_that_may_be_published_does_not_go_off(text: str) -> None:
    loaded = load_document(expression(text))
    assert loaded.document is not None
    chat = Chat(compile_document(loaded.document))
    begun = time.process_time()
    chat.start("a" * 8_000)
    assert time.process_time() - begun < SECONDS
    assert chat.said


def test_what_is_just_within_the_limits_is_read() -> None:
    nodes = "  first: {type: message, text: a, next: n0}\n" + "".join(
        f"  n{number}: {{type: message, text: a, next: {'gone' if number == 497 else f'n{number + 1}'}}}\n"
        for number in range(498)
    )
    variables = "".join(f"  v{number}: {{type: int}}\n" for number in range(200))
    text = document(nodes, variables=variables)
    assert "E801" not in [item.code for item in findings(text)]
    assert "E801" in [
        item.code for item in findings(document(nodes, variables=variables + "  w: {type: int}\n"))
    ]
    assert "E801" in [item.code for item in findings(document(nodes + "  more: {type: end}\n"))]


def test_findings_without_end_are_counted_and_never_hidden() -> None:
    nodes = "  first: {type: message, text: a, next: m0}\n" + "".join(
        f"  n{number}: {{type: message, text: a, next: m{number}}}\n" for number in range(400)
    )
    found = findings(document(nodes))
    assert sum(item.is_error for item in found) == MAX_ERRORS + 1
    (more,) = [item for item in found if item.code == "E801"]
    told = re.fullmatch(r"and (\d+) more findings", more.message["en"])
    assert told is not None
    assert int(told[1]) >= 400 + 1 - MAX_ERRORS

    report = Report("a.yaml")
    for number in range(MAX_WARNINGS + 5):
        report.add("W607", None, name=f"k{number}")
    report.add("E606", None, name="x")
    assert [item.code for item in report.findings() if item.is_error] == ["E606", "E801"]
    assert report.findings() == report.findings()


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("grreting", "greeting"),
        ("node-333", "node_333"),
        ("NODE_3", None),
        ("zzzzzz", None),
        ("", None),
        ("node_1" * 20, None),
        ("order_sttaus", "order_status"),
    ],
)
def test_a_misspelt_name_is_known_among_hundreds(word: str, meant: str | None) -> None:
    names = ["greeting", "order_status", *(f"node_{number}" for number in range(480))]
    begun = time.process_time()
    for _ in range(20):
        assert did_you_mean(word, names) == meant
    assert time.process_time() - begun < SECONDS
