"""The event by which other scenarios, webhooks and people hear that a run has failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisupport.scenario_dsl.commands import Command, Emit

FAILED = "scenario.failed"


def tell_failed(ir: Any, state: Mapping[str, Any], code: str, node: str | None) -> list[Command]:
    """`scenario.failed {scenario, code, node}`; none of a run that one began, or they would go on for ever."""
    known = ir if isinstance(ir, Mapping) else {}
    begun = [
        each.get("event") for each in known.get("triggers", ()) if each.get("id") == state.get("trigger")
    ]
    if FAILED in begun:
        return []
    return [Emit(FAILED, {"scenario": known.get("id"), "code": code, "node": node})]
