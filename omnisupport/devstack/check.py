"""`omni scenario check`: every finding of the scenario language, for people or for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from omnisupport.devstack.scenario_files import read_text
from omnisupport.errors import NotFound
from omnisupport.scenario_dsl import Finding, ScenarioInvalid, check_document, load_document
from omnisupport.scenario_dsl.sarif import to_sarif
from omnisupport.scenario_dsl.words import Both

DOCS = "urn:omnisupport:docs/scenarios"
_NO_ERRORS = Both("ошибок нет", "no errors")


def check_files(
    files: Sequence[Path], *, as_json: bool = False, as_sarif: bool = False, locale: str = "en"
) -> bool:
    """Print the findings of each file, one a line, or all as JSON or SARIF; True when none is an error."""
    checked = [_check_file(file) for file in files]
    findings = [finding for found in checked for finding in found or ()]
    if as_sarif:
        log = to_sarif(findings, docs=DOCS, tool_version=version("omnisupport"), locale=locale)
        sys.stdout.write(json.dumps(log, ensure_ascii=False, indent=2) + "\n")
    elif as_json:
        told = [finding.to_dict() for finding in findings]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        for finding in findings:
            sys.stdout.write(f"{finding.text(locale)}\n")
    for file, found in zip(files, checked, strict=True):
        if found is not None and not _errors(found):
            sys.stderr.write(f"{file}: {_NO_ERRORS.pick(locale)}\n")
    return all(found is not None and not _errors(found) for found in checked)


def _check_file(file: Path) -> list[Finding] | None:
    """Everything that is wrong with a file; None, and a line on stderr, when it cannot be read at all."""
    try:
        text = read_text(file)
    except NotFound as absent:
        sys.stderr.write(f"{absent.detail}\n")
        return None
    except ScenarioInvalid as invalid:
        return invalid.findings
    loaded = load_document(text, file=str(file))
    findings = list(loaded.findings)
    if loaded.document is not None:
        findings += [one for one in check_document(loaded.document) if one not in findings]
    return findings


def _errors(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.is_error]
