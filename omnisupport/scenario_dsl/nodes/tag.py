"""`tag`: mark the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.fields import ListOf, Str
from omnisupport.scenario_dsl.nodes.instant import InstantNode, check_some

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.tree import Map


class TagNode(InstantNode):
    """Adds and removes tags."""

    name = "tag"
    fields = {"add": ListOf(Str(), most=20), "remove": ListOf(Str(), most=20)}

    def check_fields(self, tree: Map, values: dict[str, Any], site: Site) -> None:
        check_some(tree, ("add", "remove"), site)

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        turn.tag(list(data.get("add", ())), list(data.get("remove", ())))


NODE = TagNode()
