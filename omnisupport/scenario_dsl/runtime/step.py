"""`step`: one event in, the next state and the commands out. Pure and total; it never raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from omnisupport.scenario_dsl.commands import Call, Command, End, Failed, Handoff, Note, Send
from omnisupport.scenario_dsl.events import (
    Cancel,
    Context,
    Domain,
    Event,
    Inbound,
    Message,
    Operator,
    Result,
    Start,
    Timer,
)
from omnisupport.scenario_dsl.ir import ENGINE, IR, State, outweighs
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
from omnisupport.scenario_dsl.nodes.handoff import HandoffNode, queued_in
from omnisupport.scenario_dsl.phrases import APOLOGY
from omnisupport.scenario_dsl.registry import input_kinds, node_types
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.answering import Untaken, answer, take_pattern
from omnisupport.scenario_dsl.runtime.early import keep_early
from omnisupport.scenario_dsl.runtime.hearing import heard
from omnisupport.scenario_dsl.runtime.intents import is_about_intent, take_intent
from omnisupport.scenario_dsl.runtime.interrupts import find_interrupt, take_interrupt
from omnisupport.scenario_dsl.runtime.program import program_for
from omnisupport.scenario_dsl.runtime.restart import first_vars
from omnisupport.scenario_dsl.runtime.telling import tell_failed
from omnisupport.scenario_dsl.runtime.turn import Turn, part
from omnisupport.scenario_dsl.runtime.walk import attempt, walk

# Loaded now, so that no workflow imports anything at its first step.
node_types()
input_kinds()


def new_state(ir: IR, *, run: int, inputs: dict[str, Any] | None = None) -> State:
    """The state of a run that has not begun.

    Inputs go to the variables of their names; those that the scenario does not declare, or whose value
    does not fit, are left out.
    """
    kept = {name: value for name, value in (inputs or {}).items() if name in ir["variables"]}
    return {
        "engine": ENGINE,
        "ir": ir["hash"],
        "run": run,
        "trigger": None,
        "inputs": kept,
        "vars": first_vars(ir, kept),
        "calendar": {},
        "event": {"text": "", "button": None, "resolution": None},
        "first_text": None,
        "node": None,
        "node_label": "",
        "waiting": None,
        "timers": [],
        "queue": [],
        "trail": [],
        "used": [],
        "turn": None,
        "prompt": 0,
        "calls": 0,
        "steps": 0,
        "asked_again": False,
        "escalated": False,
        "owed": False,
        "unanswered": [],
        "again": [],
        "accepted": False,
        "ended": None,
    }


def step(ir: IR, state: State, event: Event) -> tuple[State, list[Command]]:
    """Take one event.

    An event that the run does not wait for (an old result, an unknown timer, anything after the end)
    changes nothing: the same state comes back with no commands. Whatever goes wrong inside ends the run
    with an apology, a note and a handoff.
    """
    try:
        if state["ended"] is not None:
            return state, []
        take = _TAKERS.get(type(event))
        if take is None:
            return state, []
        if ir["engine"] != ENGINE:
            raise ValueError(f"engine {ir['engine']!r} is not this one")
        turn = Turn(program_for(ir), state, event.context)
        if not take(turn, event):
            return state, []
        _settle(turn)
        return turn.state, turn.commands
    except Exception as error:  # a fault of ours must reach a person, not stop the conversation
        return _broken(ir, state, event, error)


def pending(ir: IR, state: State) -> list[Command]:
    """The call that the state waits for, to issue again when the host has lost it; timers are in the state."""
    waiting = state.get("waiting")
    if not waiting or waiting["kind"] != "call":
        return []
    fields = {key: value for key, value in waiting["call"].items() if key != "type"}
    return [Call(**fields)]


def _start(turn: Turn, event: Start) -> bool:
    if turn.state["steps"] or turn.state["waiting"]:
        return False
    turn.silent = event.silent
    turn.state["trigger"] = event.trigger
    if event.message is not None:
        _hear(turn, event.message)
        turn.state["first_text"] = turn.state["event"]["text"][: limits.FIRST_TEXT_KEPT]
    elif event.data:
        turn.state["begun_by"] = _hear_of(turn, event.data)
    walk(turn, turn.program.ir["start"])
    turn.silent = False
    return True


def _message(turn: Turn, event: Message) -> bool:
    waiting = turn.state["waiting"]
    if waiting is None or waiting["kind"] == "handoff":
        # While people hold the conversation they read what the customer writes.
        return False
    if waiting["kind"] == "call" and (queued_in(waiting) or _is_double_click(turn, event.message)):
        return False
    _hear(turn, event.message)
    node = turn.program.node(waiting["node"])
    if waiting["kind"] == "call":
        next_id = attempt(turn, node, lambda: _while_calling(turn))
    else:
        _begin_turn(turn)
        if waiting["kind"] == "input":
            next_id = attempt(turn, node, lambda: answer(turn, node, event.message))
        else:
            next_id = attempt(turn, node, lambda: node.kind.take_message(turn, node))
    walk(turn, next_id)
    return True


def _is_double_click(turn: Turn, message: Inbound) -> bool:
    """The button that led to the call under way, pressed once more."""
    return message.button is not None and message.button == turn.state["event"]["button"]


def _while_calling(turn: Turn) -> str | None:
    """A message during a call: patterns and interrupts act at once, anything else waits its turn."""
    state = turn.state
    node = turn.program.node(state["waiting"]["node"])
    if state["event"]["button"] is None:
        text = state["event"]["text"]
        taken = take_pattern(turn, node, text)
        if not isinstance(taken, Untaken):
            return taken
        interrupt = find_interrupt(turn, node, text)
        if interrupt is not None:
            return take_interrupt(turn, interrupt)
    turn.enqueue()
    return None


def _result(turn: Turn, event: Result) -> bool:
    waiting = turn.state["waiting"]
    if waiting is None or waiting["kind"] != "call" or waiting["call"]["id"] != event.call_id:
        return False
    node = turn.program.node(waiting["node"])
    take = take_intent if is_about_intent(waiting) else node.kind.take_result
    walk(turn, attempt(turn, node, lambda: take(turn, node, event.exit, event.value)))
    return True


def _domain(turn: Turn, event: Domain) -> bool:
    waiting = turn.state["waiting"]
    if waiting is None or waiting["kind"] != "event":
        return event.kept and keep_early(turn, event.name, event.data)
    node = turn.program.node(waiting["node"])
    if not node.kind.awaits(turn, node, event.name, event.data):
        return event.kept and keep_early(turn, event.name, event.data)
    _begin_turn(turn)
    walk(turn, attempt(turn, node, lambda: node.kind.take_domain(turn, node, event.name, event.data)))
    return True


def _timer(turn: Turn, event: Timer) -> bool:
    waiting = turn.state["waiting"]
    armed = [timer for timer in turn.state["timers"] if timer["id"] != event.timer_id]
    if waiting is None or len(armed) == len(turn.state["timers"]):
        return False
    _begin_turn(turn)
    turn.state["timers"] = armed
    node = turn.program.node(waiting["node"])
    name = event.timer_id.rsplit(".", 1)[-1]
    walk(turn, attempt(turn, node, lambda: node.kind.take_timer(turn, node, name)))
    return True


def _operator(turn: Turn, event: Operator) -> bool:
    waiting = turn.state["waiting"]
    if waiting is None or event.action not in ("accepted", "closed", "handed_back"):
        return False
    queued = queued_in(waiting)
    if queued is not None:
        # The place in the queue does not matter any more.
        turn.state.update(queued)
        waiting = queued["waiting"]
    node = turn.program.node(waiting["node"])
    kind = node.kind
    _begin_turn(turn)
    if waiting["kind"] == "handoff" and isinstance(kind, HandoffNode):
        walk(turn, attempt(turn, node, lambda: kind.take_operator(turn, node, event.action, event.data)))
        return True
    if waiting["kind"] == "input" and isinstance(kind, AnsweringNode) and event.action == "handed_back":
        walk(turn, attempt(turn, node, lambda: kind.prompt(turn, node)))
        return True
    return False


def _cancel(turn: Turn, event: Cancel) -> bool:
    turn.tell()
    turn.end("cancelled")
    return True


_TAKERS: dict[type, Callable[[Turn, Any], bool]] = {
    Start: _start,
    Message: _message,
    Result: _result,
    Timer: _timer,
    Operator: _operator,
    Domain: _domain,
    Cancel: _cancel,
}


def _hear(turn: Turn, message: Inbound) -> None:
    """Make the message the current event."""
    turn.owe_word(message.seq, again=message.again)
    turn.put("event", heard(message.text, message.button, message.content))


def _hear_of(turn: Turn, data: Mapping[str, Any]) -> dict[str, Any]:
    """Make what happened the current event, {name, data}; more of it than a run may carry is left out."""
    kept = {name: value for name, value in data.items() if name != "name"}
    if outweighs(kept, limits.EVENT_BYTES):
        kept = {}
    happened = {"name": data.get("name"), "data": kept}
    turn.put("event", {**turn.state["event"], **happened})
    return happened


def _begin_turn(turn: Turn) -> None:
    """Something from outside moved the run: the counters of the turn begin anew."""
    turn.state["turn"] = None
    turn.state["escalated"] = False


def _settle(turn: Turn) -> None:
    """Take messages that waited, then cut the state to what may be carried over."""
    state = turn.state
    while state["queue"] and state["waiting"] is not None and state["waiting"]["kind"] == "input":
        first, *rest = state["queue"]
        state["queue"] = rest
        inbound = Inbound(first["seq"], first["text"], first["button"], content=first.get("content"))
        _hear(turn, inbound)
        node = turn.program.node(state["waiting"]["node"])
        walk(turn, attempt(turn, node, lambda node=node, inbound=inbound: answer(turn, node, inbound)))  # type: ignore[misc]
    if state["waiting"] is None or state["waiting"]["kind"] != "call":
        state["turn"] = None
    if len(state["event"]["text"]) > limits.TEXT_KEPT:
        state["event"] = {**state["event"], "text": state["event"]["text"][: limits.TEXT_KEPT]}


def _broken(ir: Any, state: Any, event: Any, error: Exception) -> tuple[State, list[Command]]:
    """The end of a run whose state, scenario or event the core cannot work with."""
    context = getattr(event, "context", None)
    locale = context.locale if isinstance(context, Context) and isinstance(context.locale, str) else "ru"
    known = state if isinstance(state, dict) else {}
    outcome: dict[str, Any] = {"waiting": None, "timers": [], "queue": [], "ended": {"outcome": "failed"}}
    detail = f"{type(error).__name__} at {known.get('node')!r}"
    commands: list[Command] = [
        Send([part(APOLOGY.pick(locale))]),
        Note(f"Scenario {known.get('ir')!r}: internal error, {detail}."),
        *tell_failed(ir, known, "internal", known.get("node")),
        Handoff(),
        Failed("internal", detail),
        End("failed"),
    ]
    return {**known, **outcome}, commands
