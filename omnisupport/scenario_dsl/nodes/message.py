"""`message`: say something and go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.fields import ListOf, Obj, Str, Words
from omnisupport.scenario_dsl.nodes.base import TALKING, NodeType
from omnisupport.scenario_dsl.runtime.turn import part
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_LINK = Obj(
    {"id": Str(required=True), "label": Words(required=True), "url": Words(required=True, shown=False)}
)
_PART = Obj({"text": Words(required=True), "buttons": ListOf(_LINK, most=10)})


class MessageNode(NodeType):
    """One message of one or more parts. Its buttons open addresses and do not wait: a menu asks."""

    name = "message"
    kinds = TALKING
    sends = True
    fields = {"text": Words(), "content": ListOf(_PART, least=1, most=10)}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if node.has_field("text") == node.has_field("content"):
            key = "E112.either" if not node.has_field("text") else "E111.both"
            site.add(key, node.tree, "content", name="content", other="text")

    def speaks(self, exit: str) -> bool:
        return True

    def compile(self, node: Node) -> dict[str, Any]:
        values = dict(node.values)
        text = values.pop("text", None)
        return values if text is None else {**values, "content": [{"text": text}]}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        turn.send([_part(turn, item) for item in node.data["content"]])
        return follow(node, "next")


def _part(turn: Turn, item: dict[str, Any]) -> dict[str, Any]:
    links = [
        {"id": link["id"], "label": turn.render(link["label"]), "url": turn.render(link["url"])}
        for link in item.get("buttons", ())
    ]
    return part(turn.render(item["text"]), links)


NODE = MessageNode()
