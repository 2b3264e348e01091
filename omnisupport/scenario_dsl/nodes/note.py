"""`note`: tell the operators something that the customer does not see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Note
from omnisupport.scenario_dsl.fields import ListOf, Str, Words
from omnisupport.scenario_dsl.nodes.instant import InstantNode

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn


class NoteNode(InstantNode):
    """Writes an internal note; `mention` names operators who are told of it."""

    name = "note"
    fields = {"text": Words(required=True, shown=False), "mention": ListOf(Str(), most=20)}

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        turn.commands.append(Note(turn.render(data["text"]), list(data.get("mention", ()))))


NODE = NoteNode()
