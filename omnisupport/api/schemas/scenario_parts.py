"""Triggers and variables of all scenarios, as pages list them beside each other."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import AfterValidator, JsonValue, StringConstraints

from omnisupport.api.schemas.base import Input, Output
from omnisupport.api.schemas.scenarios import Finding

PartName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""The id of a trigger, or the name of a variable, as a document may have it."""
MOST_BYTES = 64 * 1024
MOST_DEPTH = 16
"""More than any trigger or variable has; a document may be no deeper than 64."""


def _bounded(spec: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if _depth_over(spec, MOST_DEPTH):
        raise ValueError(f"it is nested deeper than {MOST_DEPTH} levels")
    try:
        written = orjson.dumps(spec)
    except orjson.JSONEncodeError as wrong:
        raise ValueError("it holds what no text can") from wrong
    if len(written) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES} bytes")
    return spec


def _depth_over(value: Any, most: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if most == 0:
        return True
    return any(_depth_over(each, most - 1) for each in (value.values() if isinstance(value, dict) else value))


Spec = Annotated[dict[str, JsonValue], AfterValidator(_bounded)]


class NewTrigger(Input):
    """A trigger of a scenario; `spec` is what stands beside its id."""

    scenario_id: UUID
    id: PartName
    spec: Spec


class NewVariable(Input):
    """A variable of a scenario; `spec` is its type and what else is said of it."""

    scenario_id: UUID
    name: PartName
    spec: Spec


class PartChange(Input):
    """What stands in the place of the spec of before."""

    spec: Spec


class TriggerOut(Output):
    """A trigger in the draft of a scenario, on a line of it. `revision` is the draft's, for `If-Match`."""

    scenario_id: UUID
    scenario_key: str
    revision: int
    id: str
    spec: dict[str, Any]
    line: int


class VariableOut(Output):
    """A variable in the draft of a scenario, on a line of it. `revision` is the draft's, for `If-Match`."""

    scenario_id: UUID
    scenario_key: str
    revision: int
    name: str
    spec: dict[str, Any]
    line: int


class Triggers(Output):
    """Triggers of every scenario, by its key, in the order of the document."""

    items: list[TriggerOut]


class Variables(Output):
    """Variables of every scenario, by its key, in the order of the document."""

    items: list[VariableOut]


class TriggerEnvelope(Output):
    """One trigger, and what the checks say of the draft."""

    trigger: TriggerOut
    findings: list[Finding]


class VariableEnvelope(Output):
    """One variable, and what the checks say of the draft."""

    variable: VariableOut
    findings: list[Finding]
