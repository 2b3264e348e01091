"""`call`: run a flow, and go on when it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.nodes.calling import (
    FLOW,
    Inputs,
    Outputs,
    ScenarioName,
    called_signature,
    check_call,
    check_inputs,
    settle_outputs,
    take_outputs,
)
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.runtime.frames import enter
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.tree import Map

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.frames import Frame
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site


class Call(NodeType):
    """Runs a `flow` of the document, or another `scenario` of kind subflow, with variables of its own.

    It is left by `next`, or by the exit that the flow's `return` names. `outputs` are stored behind `next`, and
    behind other exits where they have a value. An error in the flow without a path of its own leaves by `error`.
    """

    name = "call"
    fields = {"flow": FLOW, "scenario": ScenarioName(), "inputs": Inputs(), "outputs": Outputs()}
    exits = {"next": True, "error": False}

    def knows_exit(self, exit: str) -> bool:
        # Which exits the flow has is known when the whole document is read.
        return exit != "next"

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if node.has_field("flow") == node.has_field("scenario"):
            key = "E111.both" if node.has_field("flow") else "E112.either"
            site.add(key, node.tree, "flow", name="flow", other="scenario")
            return
        signature = called_signature(node, document)
        if signature is None:
            return
        check_call(node, site, signature)
        exits = node.tree.get("exits")
        for exit, at in exits.keys.items() if isinstance(exits, Map) else ():
            if exit not in signature.returns and exit != "error":
                known = ", ".join((*signature.returns, "error"))
                similar = did_you_mean(exit, signature.returns)
                site.add("E122", at, f"exits.{exit}", similar, name=exit, id=node.id, known=known)
        for exit in signature.returns:
            if node.exit(exit) is None:
                site.add("E123", node.tree, f"exits.{exit}", exit=exit, id=node.id)

    def settle_document(self, node: Node, document: Analysis) -> None:
        settle_outputs(node, document)

    def check_types(self, node: Node, site: Site, document: Analysis) -> None:
        signature = called_signature(node, document)
        if signature is not None:
            check_inputs(node, site, signature)

    def compile(self, node: Node) -> dict[str, Any]:
        values = dict(node.values)
        scenario = values.pop("scenario", None)
        return values if scenario is None else {**values, "flow": scenario}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        inputs = {name: turn.value(value) for name, value in node.data.get("inputs", {}).items()}
        return enter(turn, node.data["flow"], inputs, node=node.id)

    def take_return(self, turn: Turn, node: ProgramNode, frame: Frame, exit: str) -> str | None:
        take_outputs(turn, node.data.get("outputs", []), frame, exit)
        return follow(node, exit)


NODE = Call()
