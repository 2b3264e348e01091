"""Scenarios tried out without a platform: test files, random walks, replays, mutants. No clock, no network.

Whoever has a scenario calls one of four things: `run_tests`, `run_walks`, `replay_recordings`,
`run_mutants`. Each gives a report with `to_dict()` for machines and `text(locale)` for people, and tells
`progress` how far it is, so that a long one can be watched and cancelled (by raising from it).
"""

from __future__ import annotations

from collections.abc import Sequence

from omnisupport.scenario_dsl.compiler import compile_document
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.sim.cassette import Cassette, CassetteMiss, read_cassette
from omnisupport.scenario_dsl.sim.coverage import Coverage
from omnisupport.scenario_dsl.sim.mutate import MutationReport, run_mutants
from omnisupport.scenario_dsl.sim.recording import Recording, event_to_json, record, recording_from
from omnisupport.scenario_dsl.sim.replay import ReplayReport, replay_recordings
from omnisupport.scenario_dsl.sim.runner import CaseResult, Progress, Setting, TestReport, run_cases
from omnisupport.scenario_dsl.sim.testfile import TestFile, TestFileResult, read_testfile
from omnisupport.scenario_dsl.sim.walk import WalkReport, run_walks, walk_with_tests

__all__ = [
    "CaseResult",
    "Cassette",
    "CassetteMiss",
    "Coverage",
    "MutationReport",
    "Progress",
    "Recording",
    "ReplayReport",
    "Setting",
    "TestFile",
    "TestFileResult",
    "TestReport",
    "WalkReport",
    "event_to_json",
    "read_cassette",
    "read_testfile",
    "record",
    "recording_from",
    "replay_recordings",
    "run_mutants",
    "run_tests",
    "run_walks",
    "walk_with_tests",
]


def run_tests(
    scenario: Document | IR,
    testfile: TestFile,
    *,
    setting: Setting | None = None,
    only: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> TestReport:
    """Run a test file; with the document, not only its IR, the coverage names lines.

    Raises:
        ScenarioInvalid: the document has errors.
    """
    if isinstance(scenario, Document):
        ir, document = compile_document(scenario), scenario
        return run_cases(ir, testfile, document=document, setting=setting, only=only, progress=progress)
    return run_cases(scenario, testfile, setting=setting, only=only, progress=progress)
