"""`for_each`: run a flow for each item of a list, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.expr.types import ANY, Type
from omnisupport.scenario_dsl.fields import Expr, Int, Str
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.nodes.calling import (
    FLOW,
    Inputs,
    Outputs,
    called_signature,
    check_call,
    check_inputs,
    check_type,
    settle_outputs,
    take_outputs,
)
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.frames import enter
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.frames import Frame
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site


class ForEach(NodeType):
    """The item goes to the flow's input that `as` names; `inputs` are evaluated anew for each item.

    A list longer than `max` is an error (`limit.items`), an empty one leaves by `empty`, else by `next`. An error
    in the flow ends the loop by `error`, unless `on_item_error: continue` goes on with the next item.
    """

    name = "for_each"
    fields = {
        "each": Expr(Type("list"), required=True),
        "as": Str(required=True),
        "flow": FLOW,
        "max": Int(1, limits.ITEMS_OF_A_LOOP),
        "inputs": Inputs(),
        "outputs": Outputs(),
        "on_item_error": Str(("stop", "continue")),
    }
    exits = {"next": True, "empty": False, "error": False}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if not node.has_field("flow"):
            site.add("E112", node.tree, "flow", name="flow")
        if not node.has_field("max"):
            site.add("E144", node.tree, "max", id=node.id, most=limits.ITEMS_OF_A_LOOP)
        signature = called_signature(node, document)
        name = node.values.get("as")
        if signature is None or name is None:
            return
        check_call(node, site, signature, frozenset({name}))
        if name not in signature.inputs:
            at, known = node.tree.values["as"], ", ".join(signature.inputs) or "-"
            site.add("E307.input", at, "as", did_you_mean(name, signature.inputs), name=name, known=known)

    def settle_document(self, node: Node, document: Analysis) -> None:
        settle_outputs(node, document)
        for write, _ in node.values.get("outputs", ()):
            # A list may have no item: then nothing is stored.
            write.exits = ()

    def check_types(self, node: Node, site: Site, document: Analysis) -> None:
        signature = called_signature(node, document)
        each, name = node.values.get("each"), node.values.get("as")
        if signature is None or each is None:
            return
        check_inputs(node, site, signature)
        variable = signature.inputs.get(name or "")
        if variable is not None and each.found is not None and each.found.kind == "list":
            check_type(site, each.tree, "each", variable, each.found.of or ANY)

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        items = turn.evaluate(node.data["each"])
        if type(items) is not list:
            raise NodeError("expr.type", "for_each: what it goes through is no list")
        if len(items) > node.data["max"]:
            raise NodeError("limit.items", f"the list has {len(items)} items, {node.data['max']} are allowed")
        if not items:
            return node.exits["empty"] if "empty" in node.exits else follow(node, "next")
        return self._enter(turn, node, items, 0)

    def take_return(self, turn: Turn, node: ProgramNode, frame: Frame, exit: str) -> str | None:
        take_outputs(turn, node.data.get("outputs", []), frame, exit)
        return self._go_on(turn, node, frame)

    def take_failure(self, turn: Turn, node: ProgramNode, frame: Frame, error: NodeError) -> str | None:
        if node.data.get("on_item_error") != "continue":
            raise error
        turn.owe_error(error.code, error.detail)
        return self._go_on(turn, node, frame)

    def _go_on(self, turn: Turn, node: ProgramNode, frame: Frame) -> str | None:
        position = frame["position"] + 1
        if position >= len(frame["items"]):
            return follow(node, "next")
        return self._enter(turn, node, frame["items"], position)

    def _enter(self, turn: Turn, node: ProgramNode, items: list[object], position: int) -> str:
        turn.begin_item()
        inputs = {name: turn.value(value) for name, value in node.data.get("inputs", {}).items()}
        inputs[node.data["as"]] = items[position]
        return enter(turn, node.data["flow"], inputs, node=node.id, items=items, position=position)


NODE = ForEach()
