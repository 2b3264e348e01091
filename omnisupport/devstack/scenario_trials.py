"""`omni scenario test`, with mutants too, and `walk`: tried out on this machine, without a server, clock or network."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from omnisupport.devstack.scenario_files import read_text, tests_beside
from omnisupport.errors import NotFound
from omnisupport.scenario_dsl import (
    IR,
    Document,
    Finding,
    ScenarioInvalid,
    compile_document,
    load_document,
    templates,
)
from omnisupport.scenario_dsl.sim import TestFile, read_testfile, run_mutants, run_tests, walk_with_tests
from omnisupport.scenario_dsl.words import Both

_SUM = Both(
    "Сценариев: {scenarios}, прошло случаев: {passed} из {cases}.",
    "Scenarios: {scenarios}, cases passed: {passed} of {cases}.",
)


def test_files(file: Path, tests: Sequence[Path], *, as_json: bool, locale: str) -> bool:
    """Run test files and print how each case went, and the coverage; True when all is as wanted.

    Where none is named those beside the scenario are run: `word.test.yaml`, `word.night.test.yaml` of `word.yaml`.

    Raises:
        NotFound: none is named, and none is there (code `no_tests`).
        ScenarioInvalid: the scenario or a test file has errors.
    """
    document, ir = _read(file)
    reports = [run_tests(document, _read_tests(each, ir)) for each in tests or _beside(file)]
    if as_json:
        _print([each.to_dict() for each in reports])
    else:
        sys.stdout.writelines(f"{each.text(locale).rstrip()}\n" for each in reports)
    return all(each.passed for each in reports)


def mutate_files(file: Path, tests: Sequence[Path], *, most: int | None, as_json: bool, locale: str) -> bool:
    """Put one fault at a time into the scenario and print which of them its test files notice; True when all.

    Raises:
        NotFound: no test file is named, and none is there (code `no_tests`).
        ScenarioInvalid: the scenario or a test file has errors.
    """
    document, ir = _read(file)
    reports = {
        str(each): run_mutants(ir, _read_tests(each, ir), document=document, most=most)
        for each in tests or _beside(file)
    }
    if as_json:
        _print([{"file": name, **report.to_dict()} for name, report in reports.items()])
    else:
        sys.stdout.writelines(f"{name}: {each.text(locale)}\n" for name, each in reports.items())
    return all(each.baseline and each.killed == each.total for each in reports.values())


def test_folder(folder: Path | None, *, as_json: bool, locale: str) -> bool:
    """Run the test files of every scenario of a folder that has some; None is the folder of the templates.

    Raises:
        NotFound: no scenario of the folder has tests (code `no_tests`).
        ScenarioInvalid: a scenario or a test file has errors.
    """
    at = folder or Path(templates.__file__).parent
    found = [file for file in sorted(at.glob("*.yaml")) if not file.name.endswith(templates.TESTS)]
    tested = {file: beside for file in found if (beside := tests_beside(file))}
    if not tested:
        raise NotFound(f"No scenario of {at} has tests beside it.", code="no_tests")
    reports = []
    for file, beside in tested.items():
        document, ir = _read(file)
        of_one = [run_tests(document, _read_tests(each, ir)) for each in beside]
        reports += of_one
        if not as_json:
            sys.stdout.writelines(f"{each.file}\n{each.text(locale).rstrip()}\n\n" for each in of_one)
    if as_json:
        _print([each.to_dict() for each in reports])
    else:
        cases = [case for each in reports for case in each.cases]
        said = {"scenarios": len(tested), "passed": sum(case.passed for case in cases), "cases": len(cases)}
        sys.stdout.write(f"{_SUM.pick(locale).format(**said)}\n")
    return all(each.passed for each in reports)


def walk_file(
    file: Path, tests: Sequence[Path], *, walks: int, seed: int, as_json: bool, locale: str
) -> bool:
    """Walk at random and print what was found; True when nothing was.

    Test files bring their stand-ins, events and invariants: those that are named, else those beside the scenario.

    Raises:
        ScenarioInvalid: the scenario or the test file has errors.
    """
    document, ir = _read(file)
    testfiles = [_read_tests(each, ir) for each in tests or tests_beside(file)]
    report = walk_with_tests(ir, testfiles, walks=walks, seed=seed, document=document)
    if as_json:
        _print(report.to_dict())
    else:
        sys.stdout.write(f"{report.text(locale).rstrip()}\n")
    return report.passed


def _beside(file: Path) -> list[Path]:
    found = tests_beside(file)
    if not found:
        raise NotFound(f"No test file is beside {file}: {file.stem}.test.yaml is its name.", code="no_tests")
    return found


def _read(file: Path) -> tuple[Document, IR]:
    loaded = load_document(read_text(file), file=str(file))
    if loaded.document is None:
        raise ScenarioInvalid(list(loaded.findings))
    return loaded.document, compile_document(loaded.document)


def _read_tests(file: Path, ir: IR) -> TestFile:
    found = read_testfile(read_text(file), file=str(file), ir=ir)
    _tell(found.findings)
    if found.testfile is None:
        raise ScenarioInvalid(list(found.findings))
    return found.testfile


def _tell(findings: Iterable[Finding]) -> None:
    sys.stderr.writelines(f"{each}\n" for each in findings if not each.is_error)


def _print(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
