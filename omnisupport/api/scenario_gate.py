"""What a document must pass before a version of it goes live: one report, kept with the version."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from omnisupport.activities.scenario_material import (
    LAST_CONVERSATIONS,
    WALKS,
    ScenarioMaterial,
    called_by,
    digest_of,
)
from omnisupport.activities.trials import Tell, Trials, TrialTooLong
from omnisupport.domain.scenario_jobs import JobKind
from omnisupport.errors import OmniError
from omnisupport.scenario_dsl import (
    IR,
    Document,
    Finding,
    Resources,
    ScenarioInvalid,
    check_document,
    compile_document,
    load_document,
)
from omnisupport.scenario_dsl.checks.live import Judged, Live, check_live
from omnisupport.scenario_dsl.checks.proofs import Guarantee
from omnisupport.scenario_dsl.gate import Point, points_of
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.storage.queries.live_scenarios import LiveScenarios, Neighbours
from omnisupport.storage.queries.recordings import Recordings
from omnisupport.storage.queries.resources import TenantResources
from omnisupport.storage.queries.scenario_jobs import ScenarioJobs
from omnisupport.storage.queries.scenario_tests import ScenarioTests
from omnisupport.storage.queries.subflows import Subflows
from omnisupport.storage.session import Database


@dataclass(frozen=True)
class Patience:
    """How long a trial may take: seconds of the processor and of the clock. `tell` hears how far it is."""

    cpu_s: float = 30.0
    timeout_s: float = 60.0
    tell: Tell | None = None


WHO_WAITS = Patience()
"""Somebody who has sent a request and looks at it."""

OF_TENANT = frozenset({"E402", "E404", "E410", "E411", "E522", "E523", "E701", "E702"})
"""Checks against what the tenant has. A trial asks nothing of it, so it does not wait until all is set up."""
FRESH_FOR = timedelta(days=1)
"""The last conversations of yesterday are still the last ones; of last week they are not."""


class NotPublished(OmniError):
    """The gate stays shut; `findings` of the text and `points` of the trial say why."""

    def __init__(
        self,
        detail: str,
        *,
        code: str,
        status: int,
        findings: Sequence[Finding] = (),
        points: Sequence[Point] = (),
    ) -> None:
        super().__init__(detail, code=code, status=status)
        self.findings, self.points = list(findings), list(points)


@dataclass(frozen=True)
class Report:
    """What the gate has seen. `document` is None when the text could not be read at all."""

    document: Document | None
    findings: list[Finding]
    resources: Resources = field(default_factory=Resources)
    trial: Mapping[str, Any] | None = None
    """What tests, walks and a replay came to (`scenario_dsl.sim.trial`); None: not tried."""
    text: str = ""
    called: Mapping[str, str] = field(default_factory=dict)
    """The documents of the subflows that it leads to, by `id@major`."""
    guarantees: Sequence[Guarantee] = ()
    """What is true of every run, and what is not; empty while there are errors that hinder the proof."""
    migration: Sequence[Mapping[str, Any]] = ()
    """What becomes of the conversations that are in older versions, where they are to be moved."""

    @property
    def points(self) -> list[Point]:
        """What the trial has to say."""
        return points_of(self.trial) if self.trial is not None else []

    @property
    def warned(self) -> list[str]:
        """The codes of all that has to be acknowledged."""
        codes = {each.code for each in self.warnings} | {each.code for each in self.points if not each.blocks}
        return sorted(codes)

    @property
    def errors(self) -> list[Finding]:
        """What blocks."""
        return [each for each in self.findings if each.is_error]

    @property
    def warnings(self) -> list[Finding]:
        """What somebody has to take on himself, by its code."""
        return [each for each in self.findings if not each.is_error]

    @property
    def named(self) -> dict[str, Any] | None:
        """{id, name} of the scenario; None while the document does not tell them."""
        header = analyse(self.document).header if self.document is not None else None
        return {"id": header.id, "name": dict(header.name)} if header is not None and header.id else None

    @property
    def told(self) -> dict[str, Any]:
        """The whole report, with samples of conversations if there are some."""
        return {**self.to_dict(), **(self.trial or {})}

    def to_dict(self) -> dict[str, Any]:
        """The report as it is kept with a version."""
        counts = {"errors": len(self.errors), "warnings": len(self.warnings)}
        trial = {name: part for name, part in (self.trial or {}).items() if name != "replay"}
        if self.trial is not None and "replay" in self.trial:
            # Its samples quote people, and go with the job when one of them is erased. A version stays.
            trial["replay"] = {name: part for name, part in self.trial["replay"].items() if name != "samples"}
        checks = counts | {
            "findings": [each.to_dict() for each in self.findings],
            "guarantees": [each.to_dict() for each in self.guarantees],
        }
        moved = {"migration": list(self.migration)} if self.migration else {}
        return {"checks": checks, **moved, **trial}

    def compiled(self) -> IR:
        """The compiled scenario, if its text has no errors.

        Raises:
            NotPublished: code `scenario_has_errors` (422).
        """
        if self.document is None or self.errors:
            raise self._has_errors("and was not published")
        return compile_document(self.document, scenarios=self.resources.scenarios)

    def check_tryable(self) -> None:
        """Let pass what can be tried: its text has no errors, whatever the tenant has yet to set up.

        Raises:
            NotPublished: code `scenario_has_errors` (422).
        """
        if self.document is None or any(each.code not in OF_TENANT for each in self.errors):
            raise self._has_errors("and cannot be tried")
        try:
            compile_document(self.document, scenarios=self.resources.scenarios)
        except ScenarioInvalid as invalid:
            raise self._has_errors("and cannot be tried") from invalid

    def _has_errors(self, said: str) -> NotPublished:
        return NotPublished(
            f"The scenario has {len(self.errors)} errors {said}.",
            code="scenario_has_errors",
            status=422,
            findings=self.errors,
        )

    def check_open(self, acknowledged: Collection[str]) -> None:
        """Let pass what nothing blocks, and of which everything else has been taken on.

        Raises:
            NotPublished: codes `trial_failed` (422), `warnings_not_acknowledged` (409).
        """
        blocking = [each for each in self.points if each.blocks]
        if blocking:
            said = "; ".join(each.said.en for each in blocking)
            raise NotPublished(
                f"The trial of the scenario failed, and it was not published: {said}.",
                code="trial_failed",
                status=422,
                points=blocking,
            )
        left = [each for each in self.warnings if each.code not in acknowledged]
        points = [each for each in self.points if each.code not in acknowledged]
        if left or points:
            codes = ", ".join(sorted({each.code for each in left} | {each.code for each in points}))
            shown = " A trial of the gate shows the conversations." if points else ""
            raise NotPublished(
                f"The scenario has {len(left) + len(points)} warnings that nobody has acknowledged: {codes}. Mend "
                f"them, or name their codes in 'acknowledge'.{shown}",
                code="warnings_not_acknowledged",
                status=409,
                findings=left,
                points=points,
            )


async def gate(database: Database, tenant_id: UUID, text: str, *, file: str) -> Report:
    """The checks of a text against what the tenant has; a publish asks for `tried` besides."""
    loaded = await asyncio.to_thread(load_document, text, file=file)
    if loaded.document is None:
        return Report(None, list(loaded.findings), text=text)
    called = await called_by(Subflows(database), tenant_id, loaded.document)
    resources = await resources_of(database, tenant_id, called)
    neighbours = await LiveScenarios(database).beside(tenant_id, analyse(loaded.document).header.id)
    findings, judged = await asyncio.to_thread(_checked, loaded.document, resources, neighbours)
    return Report(loaded.document, findings, resources, None, text, called, judged.guarantees)


def _checked(
    document: Document, resources: Resources, neighbours: Neighbours
) -> tuple[list[Finding], Judged]:
    found = check_document(document, resources=resources)
    own = load_document(neighbours.own).document if neighbours.own is not None else None
    live = Live(neighbours.others, own, neighbours.callers)
    judged = check_live(document, found, live, resources.scenarios)
    whole = [*found, *judged.findings]
    return sorted(whole, key=lambda each: (each.line, each.column, each.code)), judged


async def tried(
    database: Database,
    trials: Trials,
    tenant_id: UUID,
    scenario_id: UUID | None,
    report: Report,
    patience: Patience = WHO_WAITS,
    tests: Mapping[str, str] = MappingProxyType({}),
) -> Report:
    """The report with a trial: of a gate's job that saw the same document and the same tests, else made now.

    It has the tests, a thousand walks, and the last thousand conversations again; a scenario that is not there yet
    (`scenario_id` None) has no tests and no conversations. `tests` come with the document, by name: they stand beside
    those that are kept, and for those of the same name.

    Raises:
        NotPublished: the text has errors, or it takes longer than somebody waits (code `gate_needed`): a job has time.
    """
    ir = report.compiled()
    request: dict[str, Any] = {
        "kind": JobKind.GATE,
        "document": report.text,
        "called": report.called,
        "tests": _with([], tests),
        "walks": WALKS,
    }
    if scenario_id is not None:
        whole = _with(await ScenarioTests(database).files(tenant_id, scenario_id), tests)
        seen = await _seen(database, tenant_id, scenario_id, ir, digest_of(whole))
        if seen is not None:
            return replace(report, trial=seen)
        material = ScenarioMaterial(Subflows(database), ScenarioTests(database), Recordings(database))
        request = await material.request(tenant_id, scenario_id, report.text, JobKind.GATE, {})
        request["tests"] = _with(request["tests"], tests)
    try:
        trial = await trials.run(
            request, cpu_s=patience.cpu_s, timeout_s=patience.timeout_s, tell=patience.tell
        )
    except TrialTooLong as late:
        raise NotPublished(
            "The tests, walks and last conversations of this scenario take longer than a publish waits. Run them as a "
            "job, POST /test with 'gate': once it is done, a publish takes its report.",
            code="gate_needed",
            status=409,
        ) from late
    return replace(report, trial={**trial, "tests_hash": digest_of(request["tests"])})


def _with(kept: Sequence[Mapping[str, str]], tests: Mapping[str, str]) -> list[dict[str, str]]:
    whole = {**{each["name"]: each["document"] for each in kept}, **tests}
    return [{"name": name, "document": document} for name, document in sorted(whole.items())]


async def _seen(
    database: Database, tenant_id: UUID, scenario_id: UUID, ir: IR, tests: str
) -> Mapping[str, Any] | None:
    """The report of a gate's job that is as good as one made now: of this very content, whole, and of today."""
    job = await ScenarioJobs(database).newest_done(tenant_id, scenario_id, JobKind.GATE)
    if job is None or job.finished_at is None or job.report is None:
        return None
    asked = job.request
    is_whole = (
        asked.get("walks", WALKS) >= WALKS and asked.get("last", LAST_CONVERSATIONS) >= LAST_CONVERSATIONS
    )
    is_of_this = (job.report.get("ir_hash"), job.report.get("tests_hash")) == (ir["hash"], tests)
    if not (is_whole and is_of_this) or datetime.now(UTC) - job.finished_at >= FRESH_FOR:
        return None
    return {**job.report, "job_id": str(job.id)}


async def resources_of(database: Database, tenant_id: UUID, called: Mapping[str, str]) -> Resources:
    """What a document may name: the tenant's things, and the published subflows that it leads to."""
    names = await TenantResources(database).names(tenant_id)
    read = {name: load_document(text, file=f"{name}.yaml").document for name, text in called.items()}
    return Resources(
        departments=names.departments,
        calendars=names.calendars,
        connections=names.connections,
        knowledge=names.knowledge,
        skills=names.skills,
        tags=names.tags,
        operations=names.operations,
        callable=await Subflows(database).names(tenant_id),
        scenarios={name: document for name, document in read.items() if document is not None},
    )


def signature_of(document: Document) -> dict[str, Any]:
    """What callers of a scenario rely on, as it is kept with a version."""
    analysis = analyse(document)
    signature = analysis.signature
    return {
        "kind": analysis.header.kind,
        "major": analysis.header.major,
        "inputs": {name: each.spec for name, each in signature.inputs.items()},
        "outputs": {name: each.spec for name, each in signature.outputs.items()},
        "returns": list(signature.returns),
    }


def tags_of(document: Document) -> list[str]:
    """The tags that the nodes of a document set and take away, in order."""
    found = {
        tag
        for node in analyse(document).nodes.values()
        if node.type.name == "tag"
        for field in ("add", "remove")
        for tag in node.values.get(field, ())
    }
    return sorted(found)
