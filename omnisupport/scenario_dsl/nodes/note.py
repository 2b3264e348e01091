"""`note`: tell the operators something that the customer does not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.commands import Note
from omnisupport.scenario_dsl.fields import Words
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


class NoteNode(NodeType):
    """Writes an internal note."""

    name = "note"
    fields = {"text": Words(required=True, shown=False)}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        turn.commands.append(Note(turn.render(node.data["text"])))
        return follow(node, "next")


NODE = NoteNode()
