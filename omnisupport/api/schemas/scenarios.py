"""Scenarios as builders write and read them."""

from __future__ import annotations

from uuid import UUID

from omnisupport.api.schemas.base import Input, Output


class Document(Input):
    """A YAML or JSON document."""

    document: str


class Finding(Output):
    """What a check has to say, with the place and the mend."""

    code: str
    severity: str
    message: dict[str, str]
    line: int
    column: int
    node: str | None
    field: str | None
    fix: dict[str, str] | None


class Validation(Output):
    """`valid` means that it may be published."""

    valid: bool
    findings: list[Finding]


class ScenarioLine(Output):
    """A scenario without its document."""

    id: UUID
    key: str
    name: dict[str, str]
    revision: int
    live_version: int | None
    updated_at: str


class Scenario(ScenarioLine):
    """A scenario with its draft."""

    document: str


class ScenarioEnvelope(Output):
    """One scenario and what the checks say of its draft."""

    scenario: Scenario
    findings: list[Finding]


class Scenarios(Output):
    """Every scenario of the tenant."""

    items: list[ScenarioLine]


class Published(Output):
    """A version that new runs take from now on."""

    scenario_id: UUID
    version: int
    ir_hash: str
    findings: list[Finding]
