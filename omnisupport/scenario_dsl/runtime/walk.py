"""Walk from node to node until the run waits or is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_STOPS = ("limit.steps", "limit.messages")

Work = Callable[[], str | None]


def walk(turn: Turn, node_id: str | None) -> None:
    """Run nodes from this one on; None means that the run stays where it is."""
    while node_id is not None:
        node = turn.program.node(node_id)
        node_id = attempt(turn, node, lambda node=node: _visit(turn, node))  # type: ignore[misc]


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
    turn.state["node"] = node.id
    turn.state["node_label"] = node.label
    condition = node.data.get("when")
    if condition is not None and not turn.truth(condition):
        return follow(node, "next")
    return node.kind.run(turn, node)


def _count(turn: Turn, node: ProgramNode) -> None:
    counts = turn.counts()
    visits = counts["visits"].get(node.id, 0) + 1
    counts["steps"] += 1
    counts["visits"][node.id] = visits
    turn.state["steps"] += 1
    if counts["steps"] > limits.STEPS_PER_TURN or visits > limits.VISITS_PER_TURN:
        raise NodeError("limit.steps", f"the scenario turns in a circle at '{node.id}'")
    if turn.state["steps"] > limits.STEPS_PER_RUN:
        raise NodeError("limit.steps", f"more than {limits.STEPS_PER_RUN} steps in a run")


def _error_path(turn: Turn, node: ProgramNode, code: str, detail: str) -> str | None:
    """`exits.error`, then the scenario's `on_error`, then apology and person: one level up at each error.

    A circle or a flood goes to a person at once: more steps would only be more of it.
    """
    turn.stop_waiting()
    if code not in _STOPS:
        target = node.exits.get("error")
        if target is not None:
            turn.owe_error(code, detail)
            return target
        on_error: str | None = turn.program.ir["on_error"]
        if on_error is not None and not turn.state["escalated"]:
            turn.state["escalated"] = True
            turn.note_error(code, detail)
            return on_error
    turn.fail(code, detail)
    return None
