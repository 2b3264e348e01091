"""`start_scenario`: another scenario takes the conversation, or runs beside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import ANY
from omnisupport.scenario_dsl.fields import Bool, Duration, Field, Str
from omnisupport.scenario_dsl.nodes.calling import Inputs, Outputs
from omnisupport.scenario_dsl.nodes.pausing import PAUSING, PausingNode
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.tree import Scalar, Tree
from omnisupport.scenario_dsl.values import Misfit
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

ENDED = "run.ended"
"""The event of a run that is over: `run_id`, `outcome`, `outputs`."""

_TIMEOUT_S = 10
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


class _ScenarioId(Field):
    """The id of another scenario; its published version is found when the node runs."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar) or _ID.fullmatch(tree.text) is None:
            return self.wrong(tree, site, name, Both("id сценария", "the id of a scenario"))
        return tree.text


class StartScenario(PausingNode):
    """`replace` (the default) hands the conversation over, this run is over then.

    `child` and `detached` start a run beside this one; a detached one goes on when this conversation ends. With
    `wait` a child is waited for at most `timeout`, and its outputs go to `outputs`. `rejected` is for a scenario
    that is not published or does not want to run again so soon.
    """

    name = "start_scenario"
    fields = {
        "scenario": _ScenarioId(required=True),
        "inputs": Inputs(),
        "mode": Str(("replace", "child", "detached")),
        "wait": Bool(),
        "outputs": Outputs(),
        "timeout": Duration(),
        **PAUSING,
    }
    exits = {"next": False, "rejected": False, "timeout": False, "message": False, "error": False}

    def mandatory_exits(self, node: Node) -> Iterable[str]:
        if _mode(node.values) == "replace":
            return ()
        return ("next",)

    def settle_document(self, node: Node, document: Analysis) -> None:
        variables = document.variables_of(node.flow)
        for write, _ in node.values.get("outputs", ()):
            variable = variables.get(write.path[1]) if len(write.path) == 2 else None
            # What the other scenario gives is known, and fitted, when it has ended; it may be nothing.
            write.type = ANY.optional()
            write.is_fitted = variable is None or not variable.type.nullable

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        super().check(node, site, document)
        self.check_timeout(node, site)
        mode, waits = _mode(node.values), node.values.get("wait", False)
        if waits and mode != "child":
            site.add("E111.both", node.tree.values["wait"], "wait", name="wait", other=f"mode: {mode}")
        if mode != "replace" and node.exit("error") is None and document.on_error is None:
            site.add("E133", node.tree, "exits.error", id=node.id)
        if waits and not node.has_field("timeout"):
            site.add("E130", node.tree, "timeout", id=node.id)
        for field in ("outputs", "timeout", "on_message"):
            if not waits and node.has_field(field):
                site.add("E112", node.tree.values[field], field, name="wait")

    def is_wait(self, node: Node) -> bool:
        return bool(node.values.get("wait"))

    def hears(self, node: Node) -> bool:
        return self.is_wait(node)

    def is_end(self, node: Node) -> bool:
        return _mode(node.values) == "replace"

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        inputs = {name: turn.value(value) for name, value in data.get("inputs", {}).items()}
        mode = _mode(data)
        if mode == "replace":
            turn.become(data["scenario"], inputs)
            return None
        request = {"scenario": data["scenario"], "inputs": inputs, "mode": mode}
        turn.call(node, "start_run", request, _TIMEOUT_S)
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        turn.stop_waiting()
        given = value if isinstance(value, dict) else {}
        if exit == "rejected":
            reason = str(given.get("reason") or "the scenario was not started")[:200]
            return follow(node, "rejected", "run.rejected", reason)
        if exit != "ok":
            raise NodeError("run.unavailable", f"the scenario could not be started ({exit})")
        if not node.data.get("wait"):
            return follow(node, "next")
        timeout = turn.now + node.data["timeout"] * 1_000
        self.pause(turn, node, "event", {"timeout": timeout}, run_id=given.get("run_id"))
        return None

    def awaits(self, turn: Turn, node: ProgramNode, name: str, data: Mapping[str, Any]) -> bool:
        return name == ENDED and data.get("run_id") == turn.state["waiting"].get("run_id")

    def take_domain(self, turn: Turn, node: ProgramNode, name: str, data: Mapping[str, Any]) -> str | None:
        turn.stop_waiting()
        outputs = data.get("outputs")
        given = outputs if isinstance(outputs, dict) else {}
        for path, output in node.data.get("outputs", ()):
            try:
                turn.assign(path, given.get(output))
            except Misfit as error:
                raise NodeError("expr.type", f"output '{output}': {error}") from error
        return follow(node, "next")

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        turn.stop_waiting()
        return follow(node, "timeout")


def _mode(values: Mapping[str, Any]) -> str:
    mode: str = values.get("mode", "replace")
    return mode


NODE = StartScenario()
