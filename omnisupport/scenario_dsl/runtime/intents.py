"""Interrupts by intent: what a message is about cannot be told inside the core, so the host is asked.

It happens at stage 5 of the pipeline, when nothing has taken the message before and an interrupt waits for an
intent. The wait is put aside with its timers and comes back with the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.runtime.interrupts import find_interrupt, intents_asked, take_interrupt
from omnisupport.scenario_dsl.runtime.labels import labels_within

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_TIMEOUT_S = 10


def ask_intent(turn: Turn, node: ProgramNode, text: str) -> bool:
    """Ask the host which of the awaited intents the message has, if any; whether it was asked."""
    wanted = intents_asked(turn, node) if text.strip() else {}
    if not wanted:
        return False
    state = turn.state
    aside = {"waiting": state["waiting"], "timers": state["timers"], "event": state["event"]}
    aside["seq"] = turn.message_seq
    known = turn.program.ir.get("intents", {})
    request = {
        "text": state["event"]["text"],
        "labels": labels_within({intent: known.get(intent, {}) for intent in wanted}),
        "min_confidence": min(wanted.values()),
        "locale": turn.context.locale,
    }
    turn.stop_waiting()
    turn.call(node, "classify", request, _TIMEOUT_S, resume={"intent": aside})
    return True


def take_intent(turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
    """The host has answered: an interrupt takes the message, or it goes on as one that none took."""
    aside = turn.state["waiting"]["resume"]["intent"]
    turn.state.update(waiting=aside["waiting"], timers=aside["timers"])
    turn.put("event", aside["event"])
    turn.message_seq = aside["seq"]
    text: str = aside["event"]["text"]
    found = value if exit == "label" and isinstance(value, dict) else {}
    label, confidence = found.get("label"), found.get("confidence")
    if isinstance(label, str) and isinstance(confidence, int | float):
        interrupt = find_interrupt(turn, node, text, intent=(label, float(confidence)))
        if interrupt is not None:
            return take_interrupt(turn, interrupt)
    return node.kind.take_uninterrupted(turn, node, text)


def is_about_intent(waiting: dict[str, Any]) -> bool:
    """Whether the call under way asks for an intent."""
    return "intent" in (waiting.get("resume") or {})
