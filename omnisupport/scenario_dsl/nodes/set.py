"""`set`: give variables new values, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import Field, ListOf, Path, Value
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Tree
from omnisupport.scenario_dsl.uses import ValueExpression, ValueText, Write
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


class _Assign(Field):
    """`{vars.path: literal or "=expression"}`, kept as `[[path, value], …]` in the order of the file."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("переменные и значения", "variables and values"))
        pairs: list[Any] = []
        for key, value in tree.items():
            field = f"{name}.{key}"
            read = Value().read(value, site, field)
            write = Write(tuple(key.split(".")), tree.keys[key], field, ("next",), value=read)
            if isinstance(read, ValueExpression):
                write.expression = read.expression
            elif isinstance(read, ValueText):
                write.type = STRING
            site.uses.writes.append(write)
            pairs.append([write, read])
        return pairs


class _Clear(Path):
    """A variable that goes back to its default."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        write = super().read(tree, site, name)
        if isinstance(write, Write):
            write.clears = True
        return write


class SetNode(NodeType):
    """Every expression is evaluated before the first variable changes."""

    name = "set"
    fields = {"assign": _Assign(), "unset": ListOf(_Clear())}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if not node.has_field("assign") and not node.has_field("unset"):
            site.add("E112.either", node.tree, "assign", name="assign", other="unset")

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        values = [(path, turn.value(value)) for path, value in node.data.get("assign", ())]
        before = turn.state["vars"]
        try:
            self._apply(turn, values, node.data.get("unset", ()))
        except NodeError:
            turn.put("vars", before)
            raise
        return follow(node, "next")

    def _apply(self, turn: Turn, values: list[tuple[list[str], Any]], unset: list[list[str]]) -> None:
        turn.own_vars(anew=True)
        for path, value in values:
            turn.store(path, value)
        for path in unset:
            turn.clear(path)


NODE = SetNode()
