"""Scenarios and test files for the tests of the simulator."""

from __future__ import annotations

from pathlib import Path

from omnisupport.scenario_dsl import IR, Document, compile_document, load_document
from omnisupport.scenario_dsl.sim import TestFile, TestReport, read_testfile, run_tests
from omnisupport.scenario_dsl.sim.runner import Setting

FILES = Path(__file__).parent / "files"

HEAD = "omni: scenario-test/v1\nscenario: under_test\n"


def read(name: str) -> str:
    """A file beside the tests."""
    return (FILES / name).read_text("utf-8")


def document_of(text: str) -> Document:
    """A document that must load."""
    loaded = load_document(text)
    assert loaded.document is not None, [str(finding) for finding in loaded.findings]
    return loaded.document


def ir_of(name: str) -> IR:
    """The IR of a scenario beside the tests."""
    return compile_document(document_of(read(f"{name}.yaml")))


def read_tests(text: str, ir: IR | None = None, file: str = "tests.yaml") -> TestFile:
    """A test file that must be readable."""
    result = read_testfile(text, file=file, ir=ir)
    assert result.testfile is not None, [str(finding) for finding in result.findings]
    return result.testfile


def run(ir: IR, text: str, *, setting: Setting | None = None) -> TestReport:
    """Run the cases of a text that begins after the head."""
    return run_tests(ir, read_tests(HEAD + text, ir), setting=setting)


def said(report: TestReport, locale: str = "en") -> list[str]:
    """Every failure with its line."""
    return [
        f"{failure.line}: {failure.said.pick(locale)}" for case in report.cases for failure in case.failures
    ]
