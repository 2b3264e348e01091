"""Findings for machines: ranges, edits that mend them, JSON and SARIF."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from omnisupport.scenario_dsl import Finding
from omnisupport.scenario_dsl.sarif import to_sarif
from omnisupport.scenario_dsl.text_edit import apply_edits
from tests.scenario_dsl.support import findings
from tests.scenario_dsl.tenant import OF_THE_TENANT, TENANT

CASES = sorted((Path(__file__).parent / "checks").glob("*.bad.yaml"))
TEXTS = {path.name.split(".")[0]: path.read_bytes().decode("utf-8", "replace") for path in CASES}
MENDED = ("E005", "E007", "E105", "E110", "E120", "E130", "E210", "E211", "E215", "E301", "E410")
# What is left to do by hand after an edit did what is certain.
LEFT = {"E130": {"E131"}}
DOCS = "https://docs.example.com/scenarios"


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_edits_mend_their_findings_and_break_nothing(code: str) -> None:
    tenant = TENANT if code in OF_THE_TENANT else None
    before = findings(TEXTS[code], resources=tenant)
    edits = [edit for finding in before for edit in finding.edit or ()]
    left = findings(apply_edits(TEXTS[code], edits), resources=tenant)
    if edits:
        assert {finding.code for finding in left} <= LEFT.get(code, set())
    else:
        assert left == before


@pytest.mark.parametrize("code", MENDED)
def test_a_misspelt_word_and_a_missing_timeout_have_an_edit(code: str) -> None:
    assert any(finding.edit for finding in findings(MISSPELT.get(code) or TEXTS[code])), code


_HEAD = "omni: scenario/v1\nid: x\nname: {ru: А, en: A}\nchannels: [widget]\nlocale: {default: ru, supported: [ru]}\n"
_TAIL = "  bye: {type: end, outcome: done}\n"
MISSPELT = {
    "E007": _HEAD + "start: a\nnodes:\n  a: {type: message, text: 123, next: bye}\n" + _TAIL,
    "E120": _HEAD + "start: a\nnodes:\n  a: {type: message, text: Да, next: bey}\n" + _TAIL,
    "E210": _HEAD
    + "start: a\nnodes:\n  a: {type: message, text: \"{{ custmer.id | default('-') }}\", next: bye}\n"
    + _TAIL,
    "E211": _HEAD + "start: a\nnodes:\n  a: {type: message, text: '{{ tenant.nane }}', next: bye}\n" + _TAIL,
    "E215": _HEAD
    + "start: a\nnodes:\n  a: {type: message, text: '{{ tenant.name | uper }}', next: bye}\n"
    + _TAIL,
    "E301": _HEAD
    + "variables:\n  score: {type: int, default: 0}\nstart: a\nnodes:\n"
    + "  a: {type: message, text: '{{ vars.scor }}', next: bye}\n"
    + _TAIL,
    "E110": _HEAD + "start: a\nnodes:\n  a: {type: mesage, text: Да, next: bye}\n" + _TAIL,
    "E105": _HEAD
    + "settings: {outcomes: [done]}\nstart: a\nnodes:\n"
    + "  a: {type: message, text: Да, next: bye}\n  bye: {type: end, outcome: dome}\n",
    "E410": _HEAD
    + "resources: {connections: {shop: {ref: conn/shop}}}\nstart: a\nnodes:\n"
    + "  a: {type: http, connection: shpo, request: {method: GET, path: /a}, next: b, exits: {error: b}}\n"
    + "  b: {type: message, text: Да, next: bye}\n"
    + _TAIL,
}


@pytest.mark.parametrize("code", sorted(MISSPELT))
def test_the_edit_of_a_misspelt_word_leaves_no_finding(code: str) -> None:
    (finding,) = findings(MISSPELT[code])
    assert finding.code == code
    assert finding.edit is not None
    assert [str(item) for item in findings(apply_edits(MISSPELT[code], finding.edit))] == []


ASKING = """\
start: first
nodes:
  first:
    type: ask
    text: Имя?
    input: {kind: text}
    next: second
  second:
    type: ask
    text: Город?
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {timeout: bye}
"""


@pytest.mark.parametrize(
    "text",
    [
        _HEAD + ASKING + _TAIL,
        _HEAD + ASKING.replace("    next: second\n", "    next: second\n    exits: {invalid: bye}\n") + _TAIL,
        _HEAD
        + ASKING.replace(
            "first:\n    type: ask\n    text: Имя?\n    input: {kind: text}\n    next: second\n",
            "first: {type: ask, text: Имя?, input: {kind: text}, next: second}\n",
        )
        + _TAIL,
    ],
    ids=["block", "with exits", "flow"],
)
def test_a_missing_timeout_is_added_with_the_exit_that_all_others_have(text: str) -> None:
    (finding,) = findings(text)
    assert finding.code == "E130"
    assert finding.edit is not None
    assert [str(item) for item in findings(apply_edits(text, finding.edit))] == []


def test_a_finding_says_where_it_ends() -> None:
    (finding,) = findings(MISSPELT["E120"])
    as_json = json.loads(json.dumps(finding.to_dict()))
    assert (as_json["line"], as_json["end_line"]) == (8, 8)
    assert as_json["end_column"] - as_json["column"] == len("bey")
    assert as_json["edit"] == [
        {
            "line": 8,
            "column": as_json["column"],
            "end_line": 8,
            "end_column": as_json["end_column"],
            "text": "bye",
        }
    ]


def sarif(found: list[Finding], locale: str = "en") -> dict[str, object]:
    log: dict[str, object] = json.loads(
        json.dumps(to_sarif(found, docs=DOCS, tool_version="1.0", locale=locale))
    )
    return log


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_sarif_keeps_the_constraints_of_its_schema(locale: str) -> None:
    """The rules of the 2.1.0 schema that a consumer depends on, checked over every fault."""
    found = [finding for code in sorted(TEXTS) for finding in findings(TEXTS[code])]
    log = sarif(found, locale)
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]  # type: ignore[misc]
    driver = run["tool"]["driver"]
    rules = driver["rules"]
    assert driver["name"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["helpUri"].startswith(f"{DOCS}/checks/{rule['id']}")
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert len(run["results"]) == len(found)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note", "none")
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"]
        _is_region(location["physicalLocation"]["region"])
        for fix in result.get("fixes", []):
            assert fix["description"]["text"]
            assert len(fix["artifactChanges"]) >= 1
            for change in fix["artifactChanges"]:
                assert len(change["replacements"]) >= 1
                for replacement in change["replacements"]:
                    _is_region(replacement["deletedRegion"])


def _is_region(region: dict[str, int]) -> None:
    assert region["startLine"] >= 1
    assert region["startColumn"] >= 1
    begin = (region["startLine"], region["startColumn"])
    assert (region["endLine"], region["endColumn"]) >= begin


def test_sarif_of_no_findings_has_no_results() -> None:
    (run,) = sarif([])["runs"]  # type: ignore[misc]
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
