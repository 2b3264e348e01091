"""Questions before which the host must do something: send a code, and send another one when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.inputs.base import InputKind, Outside
from omnisupport.scenario_dsl.inputs.code import asks_again
from omnisupport.scenario_dsl.phrases import CODE_EXPIRED, CODE_SENT_AGAIN
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_TIMEOUT_S = 30
_MOST_SENT = 4
"""Codes of one question together: somebody else may be paying for each."""


def can_send(kind: InputKind) -> bool:
    """Whether the kind has something to send."""
    return kind.name == "code"


def wants_another(text: str) -> bool:
    """Whether the customer asks for it once more."""
    return asks_again(text)


def open_question(turn: Turn, node: ProgramNode, opening: Outside, kept: dict[str, Any]) -> None:
    """Let the host do what must come before the question; `kept` stays with the wait that follows."""
    resume = {"opening": {"kept": kept, "sent": 1}}
    turn.call(node, opening.kind, opening.request, _TIMEOUT_S, resume=resume)


def send_again(
    turn: Turn, node: ProgramNode, opening: Outside | None, *, expired: bool = False
) -> str | None:
    """Do it once more, unless it was done often enough."""
    waiting = turn.state["waiting"]
    sent = waiting.get("sent", 1) + 1
    turn.stop_waiting()
    if opening is None or sent > _MOST_SENT:
        return follow(node, "invalid", "input.invalid", f"asked for more than {_MOST_SENT} codes")
    kept = {
        key: item
        for key, item in waiting.items()
        if key not in ("kind", "node", "prompt", "attempt", "kept", "sent")
    }
    again = {"attempt": waiting["attempt"], "expired": expired}
    resume = {"opening": {"kept": kept, "sent": sent, "again": again}}
    turn.call(node, opening.kind, opening.request, _TIMEOUT_S, resume=resume)
    return None


def opened(turn: Turn, resume: dict[str, Any], exit: str, value: Any) -> dict[str, Any]:
    """What the wait keeps after the host has done it.

    Raises:
        NodeError: `code.not_sent`, it could not.
    """
    opening = resume["opening"]
    if exit != "ok" or not isinstance(value, dict):
        why = value.get("detail") if isinstance(value, dict) else None
        raise NodeError("code.not_sent", f"the code could not be sent: {str(why or exit)[:200]}")
    again = opening.get("again")
    if again is not None:
        turn.say(turn.phrase(CODE_EXPIRED if again["expired"] else CODE_SENT_AGAIN))
    return {**opening["kept"], "kept": value, "sent": opening["sent"]}
