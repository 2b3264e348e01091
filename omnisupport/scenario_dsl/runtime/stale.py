"""Buttons of questions that were asked before: what pressing one does is their node's `stale_button` to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.taken import Taken, Untaken

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


def remember_prompt(turn: Turn, node: ProgramNode) -> None:
    """Keep which node the present prompt is of, where that decides about its buttons later."""
    if "stale_button" not in node.data:
        return
    asked = [*turn.state.get("asked", ()), [turn.state["waiting"]["prompt"], node.id]]
    turn.state["asked"] = asked[-limits.TRAIL_LENGTH :]


def press_old(turn: Turn, button: str) -> Taken:
    """Take a button that is not of the present prompt, or leave it: then it is told to be out of date."""
    run, _, rest = button.partition(".")
    prompt, _, option = rest.partition(".")
    owner = next((node for number, node in turn.state.get("asked", ()) if str(number) == prompt), None)
    if owner is None or run != str(turn.state["run"]) or _flow_of(owner) != turn.state.get("flow"):
        return Untaken.NO
    node = turn.program.node(owner)
    mode = node.data["stale_button"]
    if mode == "ignore":
        turn.heed()
        return None
    before = {key: turn.state[key] for key in ("waiting", "timers", "trail")}
    turn.stop_waiting()
    trail = before["trail"]
    turn.state["trail"] = trail[: trail.index(owner)] if owner in trail else trail
    if mode == "goto":
        turn.state["asked_again"] = True
        return str(owner)
    taken = _reanswer(turn, node, option)
    if isinstance(taken, Untaken):
        turn.state.update(before)
    return taken


def _reanswer(turn: Turn, node: ProgramNode, option: str) -> Taken:
    """Press the button as if its question had just been asked."""
    kind: AnsweringNode = node.kind  # type: ignore[assignment]
    state = turn.state
    state["prompt"] += 1
    waiting: dict[str, Any] = {"kind": "input", "node": node.id, "prompt": state["prompt"], "attempt": 0}
    state["waiting"] = waiting | kind.afresh(turn, node)
    return kind.press(turn, node, option)


def _flow_of(node_id: str) -> str | None:
    return node_id.rpartition("/")[0] or None
