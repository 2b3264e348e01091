"""Events that are a run's own and came before it waited for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.runtime import limits

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


def keep_early(turn: Turn, name: str, data: Mapping[str, Any]) -> bool:
    """Keep an event until the run waits for it; the oldest goes where all together are too large. False: too large."""
    kept = [*turn.state.get("early", ()), {"name": name, "data": dict(data)}]
    while kept and len(canonical(kept).encode("utf-8", "replace")) > limits.REQUEST_BYTES:
        kept.pop(0)
    if not kept:
        return False
    turn.state["early"] = kept
    return True


def take_early(turn: Turn, node: ProgramNode) -> dict[str, Any] | None:
    """The first event that came for this node before the run was here; it is not met again."""
    kept = turn.state.get("early", ())
    for place, event in enumerate(kept):
        if node.kind.awaits(turn, node, event["name"], event["data"]):
            turn.state["early"] = [*kept[:place], *kept[place + 1 :]]
            return dict(event)
    return None
