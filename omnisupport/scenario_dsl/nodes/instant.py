"""What nodes share that do one thing at once and go on; `actions` does the same things in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.tree import Map


class InstantNode(NodeType):
    """A node whose whole work is `perform`; its fields mean the same as a node and inside `actions`."""

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        """Do the work; `data` are the fields in the IR."""
        raise NotImplementedError

    def check_fields(self, tree: Map, values: dict[str, Any], site: Site) -> None:
        """Note what the fields alone cannot show; `tree` holds them, be it the node or an action."""

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        self.check_fields(node.tree, node.values, site)

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        self.perform(turn, node.data)
        return follow(node, "next")


def check_some(tree: Map, names: tuple[str, ...], site: Site) -> None:
    """Note that none of these fields is there: the node would do nothing."""
    if not any(name in tree.values for name in names):
        site.add("E112.either", tree, names[0], name=names[0], other="', '".join(names[1:]))
