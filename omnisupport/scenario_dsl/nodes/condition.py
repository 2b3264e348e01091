"""`condition`: the first case that is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import BOOL
from omnisupport.scenario_dsl.fields import Expr, ListOf, Obj, Target
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Tree

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


class _Case(Obj):
    """`{when, next}`; the edge has an exit of its own, so that what `when` proves holds behind it."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        exit = "case" + name.removeprefix("cases")
        self_fields = {"when": Expr(BOOL, required=True), "next": Target(exit, required=True)}
        case = Obj(self_fields).read(tree, site, name)
        if case is not MISSING and "when" in case:
            case["when"].exits = (exit,)
        return case


class Condition(NodeType):
    """Cases are asked in order; `else` takes what none of them took."""

    name = "condition"
    fields = {"cases": ListOf(_Case({}), required=True, least=1, most=50), "else": Target("else")}
    exits = {"error": False}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if not node.has_field("else"):
            site.add("E124", node.tree, "else", id=node.id)
        seen: dict[str, int] = {}
        for index, case in enumerate(node.values.get("cases", [])):
            when = case.get("when")
            if when is None:
                continue
            key = repr(when.to_ir())
            if key in seen:
                site.add("E127", when.tree, when.field, constant=when.tree.text)
            seen[key] = index

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        for case in node.data["cases"]:
            if turn.truth(case["when"]):
                return str(case["next"])
        return str(node.data["else"])


NODE = Condition()
