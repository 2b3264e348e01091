"""Findings as SARIF 2.1.0, the form in which editors and code review read them.

The format is OASIS' (docs.oasis-open.org/sarif/sarif/v2.1.0): one run, its rules with the addresses of their
pages, a result for each finding with its region, and the edits that mend it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omnisupport.scenario_dsl.checks.rules.pages import FOLDER, read_page
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.text_edit import TextEdit

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"
_SUFFIX = {"en": "", "ru": ".ru"}


def to_sarif(
    findings: Iterable[Finding], *, docs: str, tool_version: str, locale: str = "en"
) -> dict[str, Any]:
    """The findings as one SARIF log; `docs` is the address of the pages, `https://…/docs/scenarios`."""
    listed = list(findings)
    codes = sorted({finding.code for finding in listed})
    index = {code: number for number, code in enumerate(codes)}
    driver = {
        "name": "omni scenario check",
        "version": tool_version,
        "informationUri": docs,
        "rules": [_rule(code, docs, locale) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "language": locale,
        "results": [_result(finding, index[finding.code], locale) for finding in listed],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(code: str, docs: str, locale: str) -> dict[str, Any]:
    page = read_page(code, locale)
    return {
        "id": code,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.body},
        "help": {"text": page.mend},
        "helpUri": f"{docs.rstrip('/')}/{FOLDER}/{code}{_SUFFIX[locale]}.md",
        "defaultConfiguration": {"level": "warning" if code.startswith("W") else "error"},
    }


def _result(finding: Finding, rule_index: int, locale: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": finding.file}, "region": _region(finding)}
    }
    if finding.node is not None:
        location["logicalLocations"] = [{"name": finding.node, "kind": "object"}]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": finding.message[locale]},
        "locations": [location],
    }
    if finding.edit:
        change = {
            "artifactLocation": {"uri": finding.file},
            "replacements": [_replacement(edit) for edit in finding.edit],
        }
        said = (finding.fix or finding.message)[locale]
        result["fixes"] = [{"description": {"text": said}, "artifactChanges": [change]}]
    return result


def _region(finding: Finding) -> dict[str, int]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    if finding.end_line is not None and finding.end_column is not None:
        region |= {"endLine": finding.end_line, "endColumn": finding.end_column}
    return region


def _replacement(edit: TextEdit) -> dict[str, Any]:
    region = {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}
