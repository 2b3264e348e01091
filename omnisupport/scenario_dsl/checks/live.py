"""What a document would do beside everything that is live: said before a publish, and while somebody writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from omnisupport.scenario_dsl.checks import check_document
from omnisupport.scenario_dsl.checks.overlaps import check_beside
from omnisupport.scenario_dsl.checks.proofs import CODES, Guarantee, check_guarantees, prove
from omnisupport.scenario_dsl.checks.publishing import check_callers
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.linking import Scenarios, read_beside
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse


@dataclass(frozen=True, slots=True)
class Live:
    """What is live of a tenant, seen from one of its scenarios.

    `others` are the other live scenarios {id, kind, channels, triggers} in the order in which they are asked, `own` is
    the document of its own live version, and `callers` the ids of the live scenarios that call this version.
    """

    others: Sequence[IR] = ()
    own: Document | None = None
    callers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found, and what is true of every run."""

    findings: list[Finding] = field(default_factory=list)
    guarantees: list[Guarantee] = field(default_factory=list)


def check_live(
    document: Document, found: Sequence[Finding], live: Live, scenarios: Scenarios | None = None
) -> Judged:
    """W180, W903 and what is proved; `found` is what the checks of the document itself, beside `scenarios`, say.

    Nothing is proved of a document with errors that lie elsewhere: a guarantee that fails is a finding of its own where
    the check of the same question has not found it.
    """
    findings = check_beside(document, live.others)
    if live.own is not None:
        findings += check_callers(live.own, document, live.callers)
    said = {each.code for each in found if each.is_error}
    if said - set(CODES.values()):
        return Judged(findings)
    document = read_beside(document, scenarios or {})
    if document.findings is None:
        check_document(document)  # what it calls has decided where its ways lead
    analysis = analyse(document)
    guarantees = prove(analysis)
    findings += check_guarantees(analysis, [each for each in guarantees if CODES[each.name] not in said])
    return Judged(findings, guarantees)
