"""`omni scenario check`: every finding of the scenario language, one a line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from omnisupport.scenario_dsl import check_document, load_document


def check_files(files: Sequence[Path]) -> bool:
    """Print the findings of each file; True when none is an error."""
    verdicts = [_check_file(file) for file in files]
    return all(verdicts)


def _check_file(file: Path) -> bool:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"{file}: {error.strerror}\n")
        return False
    except UnicodeDecodeError:
        sys.stderr.write(f"{file}: this is not a text file in UTF-8\n")
        return False
    loaded = load_document(text, file=str(file))
    findings = list(loaded.findings)
    if loaded.document is not None:
        findings += [one for one in check_document(loaded.document) if one not in findings]
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    is_good = loaded.document is not None and all(finding.severity != "error" for finding in findings)
    if is_good:
        sys.stderr.write(f"{file}: no errors\n")
    return is_good
