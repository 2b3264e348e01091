"""`close`: resolve the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.commands import Close
from omnisupport.scenario_dsl.fields import Bool, Str
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


class CloseNode(NodeType):
    """Resolves the conversation; `silent` leaves out what customers are told of it."""

    name = "close"
    fields = {"resolution": Str(), "reason": Str(), "silent": Bool()}

    def speaks(self, exit: str) -> bool:
        return True

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        turn.heed()
        turn.commands.append(Close(data.get("resolution"), data.get("reason"), data.get("silent", False)))
        return follow(node, "next")


NODE = CloseNode()
