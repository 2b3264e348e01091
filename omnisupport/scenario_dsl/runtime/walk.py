"""Walk from node to node until the run waits or is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.commands import Emit
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.frames import leave

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

GOAL = "goal.reached"
"""The event that tells of a goal."""
_STOPS = ("limit.steps", "limit.messages")

Work = Callable[[], str | None]


def walk(turn: Turn, node_id: str | None) -> None:
    """Run nodes from this one on; None means that the run stays where it is."""
    watch = turn.program.watch
    while node_id is not None:
        if watch is not None:
            watch(node_id)
        node = turn.program.node(node_id)
        try:
            node_id = _visit(turn, node)
        except (NodeError, ExprError) as error:
            node_id = _error_path(turn, node, error.code, error.detail)


def come_back(turn: Turn, exit: str) -> str | None:
    """End the flow that runs by an exit: the node after its call, or None when a wait goes on."""
    frame = leave(turn)
    if "node" in frame:
        caller = turn.program.node(frame["node"])
        return attempt(turn, caller, lambda: caller.kind.take_return(turn, caller, frame, exit))
    turn.state.update(waiting=frame["waiting"], timers=frame["timers"])
    node = turn.program.node(frame["waiting"]["node"])
    return attempt(turn, node, lambda: node.kind.take_up(turn, node, frame["resume"]))


def attempt(turn: Turn, node: ProgramNode, work: Work) -> str | None:
    """Do a node's work; when it fails, the next node of its error path."""
    try:
        return work()
    except (NodeError, ExprError) as error:
        return _error_path(turn, node, error.code, error.detail)


def follow(node: ProgramNode, exit: str, code: str = "internal", detail: str = "") -> str:
    """The node behind an exit.

    Raises:
        NodeError: the exit is not connected; `code` says what has happened instead.
    """
    target = node.exits.get(exit)
    if target is None:
        raise NodeError(code, detail or f"exit '{exit}' is not connected")
    return target


def _visit(turn: Turn, node: ProgramNode) -> str | None:
    _count(turn, node)
    state = turn.state
    state["node"] = node.id
    state["node_label"] = node.label
    condition = node.data.get("when")
    if condition is not None and not turn.truth(condition):
        return follow(node, "next")
    if "analytics" in node.data:
        _reach_goal(turn, node)
    return node.kind.run(turn, node)


def _reach_goal(turn: Turn, node: ProgramNode) -> None:
    """Tell that the goal of a node is reached, once a run."""
    goal = node.data["analytics"].get("goal")
    reached: list[str] = turn.state.get("goals", [])
    if goal and goal not in reached:
        turn.state["goals"] = [*reached, goal]
        turn.commands.append(Emit(GOAL, {"goal": goal, "node": node.id, "scenario": turn.program.ir["id"]}))


def _count(turn: Turn, node: ProgramNode) -> None:
    counts, state = turn.counts(), turn.state
    visited = counts["visits"]
    visits = visited[node.id] = visited.get(node.id, 0) + 1
    steps = counts["steps"] = counts["steps"] + 1
    in_run = state["steps"] = state["steps"] + 1
    if (
        steps > limits.STEPS_PER_TURN
        or visits > limits.VISITS_PER_TURN
        or steps + counts.get("before", 0) > limits.STEPS_OF_LOOPS
    ):
        raise NodeError("limit.steps", f"the scenario turns in a circle at '{node.id}'")
    if in_run > limits.STEPS_PER_RUN:
        raise NodeError("limit.steps", f"more than {limits.STEPS_PER_RUN} steps in a run")


def _error_path(turn: Turn, node: ProgramNode, code: str, detail: str) -> str | None:
    """`exits.error`, then the flow's `on_error` and who called it, then the scenario's, then apology and person.

    One level up at each error. A circle or a flood goes to a person at once: more steps would only be more of it.
    """
    turn.stop_waiting()
    if code not in _STOPS:
        target = node.exits.get("error")
        if target is not None:
            turn.owe_error(code, detail)
            return target
        while turn.state.get("stack"):
            target = _out_of_flow(turn, code, detail)
            if target is not None:
                return target
        on_error: str | None = turn.program.ir["on_error"]
        if on_error is not None and not turn.state["escalated"]:
            turn.state["escalated"] = True
            turn.note_error(code, detail)
            return on_error
    turn.fail(code, detail)
    return None


def _out_of_flow(turn: Turn, code: str, detail: str) -> str | None:
    """The error path of the flow that runs, else of the node that called it; None goes one frame down."""
    on_error: str | None = turn.program.flow(turn.state["flow"])["on_error"]
    if on_error is not None and not turn.state["stack"][-1].get("escalated"):
        *below, frame = turn.state["stack"]
        turn.state["stack"] = [*below, {**frame, "escalated": True}]
        turn.note_error(code, detail)
        return on_error
    frame = leave(turn)
    if "node" not in frame:
        return None
    caller = turn.program.node(frame["node"])
    try:
        return caller.kind.take_failure(turn, caller, frame, NodeError(code, detail))
    except (NodeError, ExprError) as error:
        target = caller.exits.get("error")
        if target is not None:
            turn.owe_error(error.code, error.detail)
        return target
