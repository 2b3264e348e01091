"""`tag`: mark the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.commands import Tag
from omnisupport.scenario_dsl.fields import ListOf, Str
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site


class TagNode(NodeType):
    """Adds and removes tags."""

    name = "tag"
    fields = {"add": ListOf(Str(), most=20), "remove": ListOf(Str(), most=20)}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if not node.has_field("add") and not node.has_field("remove"):
            site.add("E112.either", node.tree, "add", name="add", other="remove")

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        turn.commands.append(Tag(list(node.data.get("add", ())), list(node.data.get("remove", ()))))
        return follow(node, "next")


NODE = TagNode()
