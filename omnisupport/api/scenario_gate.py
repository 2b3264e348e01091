"""What a document must pass before a version of it goes live: one report, kept with the version."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from omnisupport.errors import OmniError
from omnisupport.scenario_dsl import (
    IR,
    Document,
    Finding,
    Resources,
    check_document,
    compile_document,
    load_document,
)
from omnisupport.scenario_dsl.linking import called_scenarios
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.storage.queries.resources import TenantResources
from omnisupport.storage.queries.subflows import Subflows
from omnisupport.storage.session import Database

MOST_CALLED = 100
"""Subflows that one document may lead to."""


class NotPublished(OmniError):
    """The gate stays shut; `findings` says why."""

    def __init__(self, detail: str, *, code: str, status: int, findings: list[Finding]) -> None:
        super().__init__(detail, code=code, status=status)
        self.findings = findings


@dataclass(frozen=True)
class Report:
    """What the gate has seen. `document` is None when the text could not be read at all."""

    document: Document | None
    findings: list[Finding]
    resources: Resources = field(default_factory=Resources)

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

    def to_dict(self) -> dict[str, Any]:
        """The report as it is kept with a version."""
        counts = {"errors": len(self.errors), "warnings": len(self.warnings)}
        return {"checks": counts | {"findings": [each.to_dict() for each in self.findings]}}

    def check_open(self, acknowledged: Collection[str]) -> IR:
        """The compiled scenario, if nothing blocks and every warning has been taken on.

        Raises:
            NotPublished: codes `scenario_has_errors` (422), `warnings_not_acknowledged` (409).
        """
        if self.document is None or self.errors:
            raise NotPublished(
                f"The scenario has {len(self.errors)} errors and was not published.",
                code="scenario_has_errors",
                status=422,
                findings=self.errors,
            )
        left = [each for each in self.warnings if each.code not in acknowledged]
        if left:
            codes = ", ".join(sorted({each.code for each in left}))
            raise NotPublished(
                f"The scenario has {len(left)} warnings that nobody has acknowledged: {codes}. Mend them, or name "
                "their codes in 'acknowledge'.",
                code="warnings_not_acknowledged",
                status=409,
                findings=left,
            )
        return compile_document(self.document, scenarios=self.resources.scenarios)


async def gate(database: Database, tenant_id: UUID, text: str, *, file: str) -> Report:
    """Everything that is looked at before a publish: now the checks, against what the tenant has."""
    loaded = await asyncio.to_thread(load_document, text, file=file)
    if loaded.document is None:
        return Report(None, list(loaded.findings))
    resources = await resources_of(database, tenant_id, loaded.document)
    findings = await asyncio.to_thread(check_document, loaded.document, resources=resources)
    return Report(loaded.document, findings, resources)


async def resources_of(database: Database, tenant_id: UUID, document: Document) -> Resources:
    """What a document may name: the tenant's things, and the published subflows that it leads to."""
    names = await TenantResources(database).names(tenant_id)
    return Resources(
        departments=names.departments,
        calendars=names.calendars,
        connections=names.connections,
        knowledge=names.knowledge,
        scenarios=await _called(Subflows(database), tenant_id, document),
    )


async def _called(subflows: Subflows, tenant_id: UUID, document: Document) -> dict[str, Document]:
    """Each subflow that is called, and what those call, level by level."""
    found: dict[str, Document] = {}
    wanted = set(called_scenarios(document))
    while wanted and len(found) < MOST_CALLED:
        sources = await subflows.sources(tenant_id, wanted)
        wanted = set()
        for name, source in sorted(sources.items()):
            callee = load_document(source, file=f"{name}.yaml").document
            if callee is not None:
                found[name] = callee
                wanted |= set(called_scenarios(callee))
        wanted -= found.keys()
    return found


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
