"""`operators_available`: could somebody take the conversation now?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import INT
from omnisupport.scenario_dsl.fields import Int, Path
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.nodes.targets import Target, ask_operators, target_of
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


class OperatorsAvailable(NodeType):
    """`available` when at least `min` operators (1) are there and no more than `max_queue` customers wait.

    It is a look at one moment: `save_to` keeps how many operators there were.
    """

    name = "operators_available"
    fields = {
        "target": Target(),
        "min": Int(1, 1_000),
        "max_queue": Int(0, 100_000),
        "save_to": Path(("available", "unavailable"), INT),
    }
    exits = {"available": True, "unavailable": True, "error": False}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        target = target_of(turn, data.get("target"))
        ask_operators(turn, node, target, least=data.get("min", 1), max_queue=data.get("max_queue"))
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        turn.stop_waiting()
        if exit not in ("available", "unavailable"):
            raise NodeError("operators.unknown", f"nobody could say whether operators are there ({exit})")
        if "save_to" in node.data:
            count = value.get("count") if isinstance(value, dict) else None
            turn.store(node.data["save_to"], count if type(count) is int else 0)
        return follow(node, exit)


NODE = OperatorsAvailable()
