"""A trial of a document as JSON values in and out, so that it can run in a process of its own.

The request has `kind` (cases, walks, replay, mutants or gate), `document`, `called` (documents of the subflows that it
may call, by `id@major`), `tests` (files {name, document}) and `most_cases` (how many they may have). The other fields
belong to one kind: `only` (names of cases), `walks`, `seed`, `logs` and `versions` (see `logs.py`), `most` (mutants).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from omnisupport.errors import Invalid
from omnisupport.scenario_dsl.compiler import compile_document
from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.gate import points_of
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.loader import load_document
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.resources import Resources
from omnisupport.scenario_dsl.sim.logs import read_logs
from omnisupport.scenario_dsl.sim.mutate import run_mutants
from omnisupport.scenario_dsl.sim.replay import replay_recordings
from omnisupport.scenario_dsl.sim.runner import run_cases
from omnisupport.scenario_dsl.sim.stubs import Rule
from omnisupport.scenario_dsl.sim.testfile import TestFile, read_testfile
from omnisupport.scenario_dsl.sim.walk import walk_with_tests

KINDS = ("cases", "walks", "replay", "mutants", "gate")
Progress = Callable[[int, int], None]
MOST_COVERED = 2_000
"""Ways and misses that a report names."""


def run_trial(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The report; `progress` hears how many steps are done of how many, and may raise to stop it.

    Raises:
        ScenarioInvalid: the document has errors.
    """
    trial = _Trial(request, progress)
    report = _KINDS[request["kind"]](trial)
    return {"ir_hash": trial.ir["hash"], **report}


class _Trial:
    """A document read and compiled, with its test files."""

    def __init__(self, request: Mapping[str, Any], progress: Progress) -> None:
        self.request = request
        self.progress = progress
        self.document = _read(request["document"])
        self.ir: IR = compile_document(self.document, scenarios=_resources(request).scenarios)
        self.tests: list[TestFile] = []
        self.unreadable: list[dict[str, Any]] = []
        for each in request.get("tests") or ():
            read = read_testfile(each["document"], file=each["name"], ir=self.ir)
            if read.testfile is not None:
                self.tests.append(read.testfile)
            else:
                found = [finding.to_dict() for finding in read.findings]
                self.unreadable.append({"file": each["name"], "passed": False, "findings": found})

    def cases(self) -> dict[str, Any]:
        """Every case of every file, or those named `only`."""
        only = self.request.get("only")
        total = sum(len(each.cases) for each in self.tests)
        most = self.request.get("most_cases")
        if most is not None and total > most:
            raise Invalid(f"{total} cases are more than the {most} that run at once.", code="too_many_cases")
        reports, done = [], 0
        for testfile in self.tests:
            before = done
            report = run_cases(
                self.ir,
                testfile,
                document=self.document,
                only=only,
                progress=lambda count, _, before=before: self.progress(before + count, total),  # type: ignore[misc]
            )
            done += len(testfile.cases)
            reports.append(_shortened(report.to_dict()))
        reports += self.unreadable
        return {"passed": all(each["passed"] for each in reports), "tests": reports}

    def walks(self) -> dict[str, Any]:
        """Walks, shared among the test files."""
        report = walk_with_tests(
            self.ir,
            self.tests,
            walks=int(self.request["walks"]),
            seed=int(self.request.get("seed", 1)),
            document=self.document,
            progress=self.progress,
        )
        return _shortened(report.to_dict())

    def replay(self) -> dict[str, Any]:
        """The product's last conversations under this document."""
        logs, versions = self.request["logs"], self.request["versions"]
        recorded = read_logs(logs, versions)
        stubs: dict[str, tuple[Rule, ...]] = {}
        for testfile in self.tests:
            stubs = {**testfile.stubs, **stubs}
        report = replay_recordings(
            self.ir,
            recorded.recordings,
            versions=list(versions.values()),
            stubs=stubs,
            progress=self.progress,
        )
        return {**report.to_dict(), "left_out": dict(sorted(recorded.left_out.items()))}

    def mutants(self) -> dict[str, Any]:
        """How many planted faults each test file notices."""
        reports = []
        for testfile in self.tests:
            found = run_mutants(
                self.ir,
                testfile,
                document=self.document,
                most=self.request.get("most"),
                progress=self.progress,
            )
            reports.append({"file": testfile.file, **found.to_dict()})
        return {"mutants": reports + self.unreadable}

    def gate(self) -> dict[str, Any]:
        """Everything that is looked at before a version goes live, but for the checks of its text."""
        cases = sum(len(each.cases) for each in self.tests)
        walks, logs = int(self.request["walks"]), len(self.request.get("logs") or ())
        whole = self.progress
        parts = iter((0, cases, cases + walks))

        def begin_part() -> None:
            begins = next(parts)
            self.progress = lambda done, _: whole(begins + done, cases + walks + logs)

        begin_part()
        tests = self.cases()["tests"]
        for case in (case for each in tests for case in each.get("cases", ()) if case["passed"]):
            del case["transcript"]  # it is kept with the version, for ever
        begin_part()
        report: dict[str, Any] = {"tests": tests, "walks": self.walks()}
        begin_part()
        if "logs" in self.request:
            report["replay"] = self.replay()
        self.progress = whole
        return {**report, "points": [each.to_dict() for each in points_of(report)]}


_KINDS: Mapping[str, Callable[[_Trial], dict[str, Any]]] = {
    "cases": _Trial.cases,
    "walks": _Trial.walks,
    "replay": _Trial.replay,
    "mutants": _Trial.mutants,
    "gate": _Trial.gate,
}


def _shortened(report: dict[str, Any]) -> dict[str, Any]:
    """A report whose coverage names only so many places: a scenario of a thousand nodes has ten thousand."""
    coverage = report.get("coverage")
    if coverage is not None:
        report["coverage"] = {
            **coverage,
            "ways": coverage["ways"][:MOST_COVERED],
            "missed": coverage["missed"][:MOST_COVERED],
        }
    return report


def _read(text: str) -> Document:
    loaded = load_document(text, file="scenario.yaml")
    if loaded.document is None:
        raise ScenarioInvalid(list(loaded.findings))
    return loaded.document


def _resources(request: Mapping[str, Any]) -> Resources:
    called: dict[str, Document] = {}
    for name, text in sorted((request.get("called") or {}).items()):
        document = load_document(text, file=f"{name}.yaml").document
        if document is not None:
            called[name] = document
    return Resources(scenarios=called)
