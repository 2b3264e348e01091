"""Frames: a flow runs with variables of its own, and comes back to where it was called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.ir import outweighs
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.values import Misfit, fit

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn

Frame = dict[str, Any]
"""What waits below a flow: `flow` and `vars` of the caller, its `trail`, the `node` that called, `own` of that node.

A digression has `waiting`, `timers` and `resume` of the wait that it came from, and no `node`.
"""


def enter(turn: Turn, flow: str, inputs: dict[str, Any], **kept: Any) -> str:
    """Begin a flow: its first node. `kept` is what the frame remembers besides the caller's variables.

    Raises:
        NodeError: `limit.depth`, sixteen flows are open; `expr.type`, an input does not fit its variable.
    """
    state = turn.state
    stack = state.get("stack", [])
    if len(stack) >= limits.STACK_DEPTH:
        raise NodeError("limit.depth", f"more than {limits.STACK_DEPTH} flows inside each other")
    variables = turn.program.flow(flow)["variables"]
    own = {name: spec["default"] for name, spec in variables.items() if spec.get("default") is not None}
    for name, value in inputs.items():
        try:
            fitted = fit(value, variables[name])
        except Misfit as error:
            raise NodeError("expr.type", f"input '{name}' of '{flow}': {error}") from error
        if fitted is not None:
            own[name] = fitted
    frame = {"flow": state.get("flow"), "vars": state["vars"], "trail": state["trail"], **kept}
    stack = [*stack, frame]
    if outweighs([stack, own], limits.VARS_BYTES):
        raise NodeError("limit.state", f"the variables are larger than {limits.VARS_BYTES} bytes")
    state.update(stack=stack, flow=flow, vars=own, trail=[])
    turn.forget_env()
    return str(turn.program.flow(flow)["start"])


def leave(turn: Turn) -> Frame:
    """End the flow that runs: the frame below it, whose variables are the current ones again.

    `left` holds the variables of the flow that has ended.
    """
    state = turn.state
    *rest, below = state["stack"]
    frame = {**below, "left": state["vars"]}
    state.update(stack=rest, flow=frame["flow"], vars=frame["vars"], trail=frame["trail"])
    turn.forget_env()
    return frame


def leave_all(turn: Turn) -> None:
    """Back to the main nodes, whatever is open."""
    while turn.state.get("stack"):
        leave(turn)


def is_open(turn: Turn, flow: str) -> bool:
    """Whether the flow runs, or waits for one that it called."""
    return flow == turn.state.get("flow") or any(
        frame["flow"] == flow for frame in turn.state.get("stack", ())
    )
