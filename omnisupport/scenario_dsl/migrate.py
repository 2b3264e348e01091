"""Take a waiting run over to another version of its scenario: pure, and refused in words where it cannot be sure.

A run moves only where it waits. It keeps what it knows and what it waits for; what the new version asks of a run
at that node (`plan["needs"]`) must be there. The plan is made when the version is published (`planning.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Command
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.nodes.message import pause_of
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.program import program_for
from omnisupport.scenario_dsl.runtime.turn import Turn
from omnisupport.scenario_dsl.runtime.walk import walk
from omnisupport.scenario_dsl.values import Misfit, fit

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.events import Context
    from omnisupport.scenario_dsl.ir import IR, State

Plan = dict[str, Any]
"""`nodes` {old id: {"to": new id} or {"goto": new id}}, `vars` {name: value of the IR}, `drop` [names],
`timers` keep or recompute, `needs` {new id: [variables that must have a value there]}."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The run stays with its version: `reason` for machines, `what` names the node, the variable or the flow.

    Reasons: `ended` · `calling` (it waits for an answer: try at its next wait) · `node_gone` · `node_changed` ·
    `flow_gone` · `variable_gone` · `variable_changed` · `variable_unset` · `failed` (an expression of the plan).
    """

    reason: str
    what: str = ""


class _Refusal(Exception):
    def __init__(self, reason: str, what: str) -> None:
        super().__init__(reason)
        self.refused = Refused(reason, what)


def migrate(
    state: State, old: IR, new: IR, plan: Plan, context: Context
) -> tuple[State, list[Command]] | Refused:
    """The run's state under the new version, and what it commands (only where the plan sends it to a node)."""
    waiting = state.get("waiting")
    if state.get("ended") is not None or waiting is None:
        return Refused("ended")
    if waiting["kind"] == "call":
        return Refused("calling", str(waiting["node"]))
    try:
        return _Migration(state, old, new, plan, context).run()
    except _Refusal as refusal:
        return refusal.refused
    except (NodeError, ExprError) as error:
        return Refused("failed", f"{error.code}: {error.detail}")
    except KeyError as missing:
        # The state names what its own version does not have.
        return Refused("node_gone", str(missing.args[0]))


class _Migration:
    def __init__(self, state: State, old: IR, new: IR, plan: Plan, context: Context) -> None:
        self.state, self.old, self.new, self.plan, self.context = state, old, new, plan, context

    def run(self) -> tuple[State, list[Command]]:
        state, waiting = self.state, self.state["waiting"]
        goto = self.plan.get("nodes", {}).get(waiting["node"], {}).get("goto")
        flow = None if goto is not None else self._flow(state.get("flow"))
        moved: State = {
            **state,
            "ir": self.new["hash"],
            "engine": self.new["engine"],
            "turn": None,
            "trail": [node for node in state["trail"] if node in self.new["nodes"]],
        }
        if goto is not None:
            return self._go(moved, str(goto))
        node = self._node(waiting["node"])
        moved["waiting"] = {**waiting, "node": node}
        moved["node"] = node
        moved["node_label"] = program_for(self.new).node(node).label
        moved["vars"] = self._vars(state["vars"], state.get("flow"), flow)
        moved["timers"] = self._timers(state["timers"], waiting["node"], node)
        if state.get("stack"):
            moved["stack"] = [self._frame(frame) for frame in state["stack"]]
            moved["flow"] = flow
        self._check_needs(node, moved["vars"])
        return moved, []

    def _go(self, moved: State, target: str) -> tuple[State, list[Command]]:
        """Leave the wait and go on at a node of the new version, outside of every flow."""
        below = self.state.get("stack") or []
        main = below[0]["vars"] if below else self.state["vars"]
        moved |= {"vars": self._vars(main, None, None), "waiting": None, "timers": []}
        if below:
            moved |= {"stack": [], "flow": None, "trail": []}
        if target not in self.new["nodes"]:
            raise _Refusal("node_gone", target)
        self._check_needs(target, moved["vars"])
        turn = Turn(program_for(self.new), moved, self.context)
        walk(turn, target)
        return turn.state, turn.commands

    def _node(self, old_id: str) -> str:
        """The node of the new version that stands for one where a run waits."""
        new_id = str(self.plan.get("nodes", {}).get(old_id, {}).get("to", old_id))
        found = self.new["nodes"].get(new_id)
        if found is None:
            raise _Refusal("node_gone", old_id)
        if found["type"] != self.old["nodes"][old_id]["type"]:
            raise _Refusal("node_changed", old_id)
        return new_id

    def _flow(self, flow: str | None) -> str | None:
        if flow is not None and flow not in self.new.get("flows", {}):
            raise _Refusal("flow_gone", flow)
        return flow

    def _vars(self, values: dict[str, Any], old_flow: str | None, new_flow: str | None) -> dict[str, Any]:
        """What the run knows, as the new version declares it."""
        specs = program_for(self.new).flow(new_flow)["variables"]
        planned = self.plan.get("vars", {}) if new_flow is None else {}
        drop = set(self.plan.get("drop", ())) | set(self.plan.get("moved", ()))
        kept: dict[str, Any] = {}
        for name, value in values.items():
            if name in planned:
                continue
            if name in specs:
                kept[name] = None if value is None else _fitted(name, value, specs[name])
            elif value is not None and (name not in drop or new_flow is not None):
                raise _Refusal("variable_gone", name)
        for name, spec in specs.items():
            if name not in kept and name not in planned and spec.get("default") is not None:
                kept[name] = spec["default"]
        if planned:
            turn = Turn(program_for(self.new), {**self.state, "vars": values, "flow": None}, self.context)
            for name, value in planned.items():
                found = turn.value(value)
                if found is not None:
                    kept[name] = _fitted(name, found, specs[name])
        return kept

    def _frame(self, frame: dict[str, Any]) -> dict[str, Any]:
        flow = self._flow(frame["flow"])
        moved = {**frame, "flow": flow, "vars": self._vars(frame["vars"], frame["flow"], flow)}
        moved["trail"] = [node for node in frame["trail"] if node in self.new["nodes"]]
        if "node" in frame:
            moved["node"] = self._node(frame["node"])
        else:
            waiting = frame["waiting"]
            node = self._node(waiting["node"])
            moved["waiting"] = {**waiting, "node": node}
            moved["timers"] = self._timers(frame["timers"], waiting["node"], node)
        return moved

    def _timers(self, timers: list[dict[str, Any]], old_id: str, new_id: str) -> list[dict[str, Any]]:
        """`keep`: the deadlines stand, with those reminders that the new node has. `recompute`: the time that
        the run has waited counts against the new durations."""
        old, new = self.old["nodes"][old_id], self.new["nodes"][new_id]
        recompute = self.plan.get("timers", "keep") == "recompute"
        moved: list[dict[str, Any]] = []
        for timer in timers:
            name = timer["id"].rsplit(".", 1)[-1]
            before, after = _duration(old, name), _duration(new, name)
            if name.startswith("reminder") and after is None:
                continue
            if recompute and before is not None and after is not None:
                moved.append({**timer, "at": timer["at"] + (after - before) * 1_000})
            else:
                moved.append(timer)
        return sorted(moved, key=lambda timer: (timer["at"], timer["id"]))

    def _check_needs(self, node: str, values: dict[str, Any]) -> None:
        for name in self.plan.get("needs", {}).get(node, ()):
            if values.get(name) is None:
                raise _Refusal("variable_unset", name)


def _fitted(name: str, value: Any, spec: dict[str, Any]) -> Any:
    try:
        return fit(value, spec)
    except Misfit as error:
        raise _Refusal("variable_changed", name) from error


def _duration(node: dict[str, Any], timer: str) -> int | None:
    """Seconds from entering the node until a timer of it, where the node says it."""
    if timer.startswith("reminder"):
        reminders, index = node.get("reminders", []), int(timer.removeprefix("reminder"))
        return int(reminders[index]["after"]) if index < len(reminders) else None
    if node["type"] == "message":
        return pause_of(node)
    field = {"timeout": "timeout", "due": "for", "queue": "queue_timeout"}.get(timer)
    return node.get(field) if field is not None else None
