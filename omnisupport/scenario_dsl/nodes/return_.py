"""`return`: a flow is done, whoever called it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import Field, Str, Value
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.runtime.walk import come_back
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Tree
from omnisupport.scenario_dsl.uses import ValueExpression, ValueText, Write
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node, Signature
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


class _Outputs(Field):
    """`{output: literal or "=expression"}`, kept as `[[path, value], …]`: an output is a variable of the flow."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("выходы и значения", "outputs and values"))
        pairs: list[Any] = []
        for key, value in tree.items():
            field = f"{name}.{key}"
            read = Value().read(value, site, field)
            write = Write(("vars", key), tree.keys[key], field, (), value=read)
            if isinstance(read, ValueExpression):
                write.expression = read.expression
            elif isinstance(read, ValueText):
                write.type = STRING
            site.uses.writes.append(write)
            pairs.append([write, read])
        return pairs


class Return(NodeType):
    """Ends the flow by `exit` (one that it declares under `returns`), or by `next` when none is named.

    What goes out are the flow's `outputs`: as they stand, or as `outputs` here says. A flow that was not called
    (a subflow that is tried by itself) ends the run.
    """

    name = "return"
    fields = {"exit": Str(), "outputs": _Outputs()}
    exits = {"error": False}
    ends = True

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        signature = _signature(node, document)
        exit = node.values.get("exit")
        if signature is None:
            site.add("E113", node.tree.values["type"], "type", type=self.name, kind=document.header.kind)
            return
        if exit is not None and exit not in signature.returns:
            at, known = node.tree.values["exit"], ", ".join(signature.returns) or "-"
            site.add("E122.return", at, "exit", did_you_mean(exit, signature.returns), name=exit, known=known)
        for write, _ in node.values.get("outputs", ()):
            if write.path[1] not in signature.outputs:
                names = {"name": write.path[1], "known": ", ".join(signature.outputs) or "-"}
                similar = did_you_mean(write.path[1], signature.outputs)
                site.add("E307.output", write.tree, write.field, similar, **names)

    def needs(self, node: Node, document: Analysis) -> Iterable[str]:
        """Whoever called relies on every output that cannot be null, where the flow comes back by `next`."""
        signature = _signature(node, document)
        if signature is None or "exit" in node.values:
            return ()
        given = {write.path[1] for write, _ in node.values.get("outputs", ())}
        return [
            f"vars.{name}"
            for name, variable in signature.outputs.items()
            if not variable.type.nullable and not variable.has_default and name not in given
        ]

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        values = [(path, turn.value(value)) for path, value in node.data.get("outputs", ())]
        for path, value in values:
            turn.store(path, value)
        exit = node.data.get("exit", "next")
        if not turn.state.get("stack"):
            turn.end("returned" if exit == "next" else exit)
            return None
        return come_back(turn, exit)


def _signature(node: Node, document: Analysis) -> Signature | None:
    """That of the flow in which the node stands; None where nobody can have called."""
    if node.flow == document.flow:
        return document.signature if document.header.kind == "subflow" else None
    return document.flows[node.flow or ""].signature


NODE = Return()
