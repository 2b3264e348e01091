"""`assign`: route the conversation to people while the bot goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Assign
from omnisupport.scenario_dsl.nodes.instant import InstantNode
from omnisupport.scenario_dsl.nodes.targets import Target, ask_operators, target_of
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.tree import Map


class AssignNode(InstantNode):
    """Gives the conversation to a department or an operator, who see it; the customer goes on with the bot.

    Where `exits.no_operators` is connected, it is asked first whether somebody can take it.
    """

    name = "assign"
    fields = {"target": Target(required=True)}
    exits = {"next": True, "no_operators": False, "error": False}

    def check_fields(self, tree: Map, values: dict[str, Any], site: Site) -> None:
        if "target" in values and not getattr(tree.values["target"], "values", None):
            site.add("E112.items", tree.values["target"], "target", field_name="target", least=1)

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        target = target_of(turn, data["target"])
        if not target:
            raise NodeError("expr.value", "assign: the target is empty")
        turn.commands.append(Assign(target))

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        if "no_operators" not in node.exits:
            return super().run(turn, node)
        ask_operators(turn, node, target_of(turn, node.data["target"]))
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        turn.stop_waiting()
        if exit == "unavailable":
            return follow(node, "no_operators")
        # When the host cannot tell, the conversation still gets its place in the queue.
        return super().run(turn, node)


NODE = AssignNode()
