"""Begin a run again, at its first node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.runtime.frames import leave_all
from omnisupport.scenario_dsl.values import Misfit, fit

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.ir import IR
    from omnisupport.scenario_dsl.runtime.turn import Turn


def first_vars(ir: IR, inputs: dict[str, Any]) -> dict[str, Any]:
    """The variables of a new run: defaults, then the inputs that fit their variables."""
    variables: dict[str, Any] = {}
    for name in sorted(ir["variables"]):
        default = ir["variables"][name].get("default")
        if default is not None:
            variables[name] = default
    for name in sorted(inputs):
        spec = ir["variables"].get(name)
        if spec is None:
            continue
        try:
            fitted = fit(inputs[name], spec)
        except Misfit:
            continue
        if fitted is not None:
            variables[name] = fitted
    return variables


def restart(turn: Turn) -> str:
    """Begin again with what began it, without the answers; counters go on, so that old buttons stay old."""
    turn.stop_waiting()
    leave_all(turn)
    inputs = turn.state["inputs"]
    turn.state.update(
        vars=first_vars(turn.program.ir, inputs),
        calendar={},
        trail=[],
        used=[],
        escalated=False,
        first_text=None,
    )
    if "begun_by" in turn.state:
        turn.state["event"] = {**turn.state["event"], **turn.state["begun_by"]}
    turn.forget_env()
    return str(turn.program.ir["start"])
