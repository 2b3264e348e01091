"""Recorded conversations: what happened to one run, as JSON values that outlive a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.commands import Call, Command, Send
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
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.runtime.step import new_state, step
from omnisupport.scenario_dsl.sim.watch import Watched, Way

_KINDS: dict[str, type[Any]] = {
    "start": Start,
    "message": Message,
    "result": Result,
    "timer": Timer,
    "operator": Operator,
    "domain": Domain,
    "cancel": Cancel,
}
_CONTEXT = ("now", "locale", "channel", "customer", "conversation", "tenant")


@dataclass(frozen=True, slots=True)
class Recording:
    """One run of one conversation as it was in production.

    `events` are JSON values (`event_to_json`). A result among them has `node`, `kind` and `request` of its
    call beside it: by them its answer is found again. `sent` are the texts that the customer got, in order,
    `outcome` how the run ended (None: it was still under way). `path` are the nodes that it went through and
    `dropped` the questions that were never answered, because the customer led away; None when not known.
    """

    conversation: str
    run: int
    ir_hash: str
    events: list[dict[str, Any]]
    inputs: dict[str, Any] = field(default_factory=dict)
    outcome: str | None = None
    sent: list[dict[str, Any]] = field(default_factory=list)
    path: list[str] | None = None
    dropped: list[dict[str, Any]] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The recording as JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


def recording_from(values: dict[str, Any]) -> Recording:
    """A recording from its JSON values; unknown fields of a later release are left out."""
    known = {name: values[name] for name in Recording.__slots__ if name in values}
    return Recording(**known)


def event_to_json(event: Event, call: Call | None = None) -> dict[str, Any]:
    """An event as JSON values; `call` is what a result answers."""
    name = next(name for name, kind in _KINDS.items() if isinstance(event, kind))
    values: dict[str, Any] = {"event": name, "context": _context_to_json(event.context)}
    if isinstance(event, Start):
        values |= {
            "trigger": event.trigger,
            "message": _inbound_to_json(event.message),
            "silent": event.silent,
            "data": dict(event.data),
        }
    elif isinstance(event, Message):
        values["message"] = _inbound_to_json(event.message)
    elif isinstance(event, Result):
        values |= {"call_id": event.call_id, "exit": event.exit, "value": event.value}
        if call is not None:
            values |= question_of(call)
    elif isinstance(event, Timer):
        values["timer_id"] = event.timer_id
    elif isinstance(event, Operator):
        values |= {"action": event.action, "data": dict(event.data)}
    elif isinstance(event, Domain):
        values |= {"name": event.name, "data": dict(event.data)}
        if event.kept:
            values["kept"] = True
    return values


def event_from_json(values: dict[str, Any]) -> Event:
    """The event of these JSON values.

    Raises:
        KeyError: it is none, or a field is missing.
    """
    kind, given = values["event"], values["context"]
    context = Context(**{name: given[name] for name in _CONTEXT if name in given})
    match kind:
        case "start":
            inbound = values.get("message")
            return Start(
                context,
                values.get("trigger"),
                _inbound_from_json(inbound) if inbound is not None else None,
                bool(values.get("silent")),
                values.get("data") or {},
            )
        case "message":
            return Message(context, _inbound_from_json(values["message"]))
        case "result":
            return Result(context, values["call_id"], values["exit"], values.get("value"))
        case "timer":
            return Timer(context, values["timer_id"])
        case "operator":
            return Operator(context, values["action"], values.get("data") or {})
        case "domain":
            return Domain(context, values["name"], values.get("data") or {}, bool(values.get("kept")))
        case "cancel":
            return Cancel(context)
    raise KeyError(kind)


def sent_of(commands: list[Command]) -> list[dict[str, Any]]:
    """What of some commands the customer sees: {text, buttons [{id, label}]}."""
    return [
        {
            "text": part.get("text") or "",
            "buttons": [
                {"id": button["id"], "label": button["label"]}
                for button in part.get("buttons", ())
                if "id" in button
            ],
        }
        for command in commands
        if isinstance(command, Send)
        for part in command.parts
    ]


def record(
    ir: IR, events: Sequence[Event], *, conversation: str, run: int = 1, inputs: dict[str, Any] | None = None
) -> Recording:
    """A recording from the events of a run and the version that it ran on: `step` tells all the rest."""
    watched = ir if isinstance(ir, Watched) else Watched(ir)
    watched.program.path.clear()
    state = new_state(watched, run=run, inputs=inputs)
    calls: dict[str, Call] = {}
    kept: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []
    for event in events:
        call = calls.pop(event.call_id, None) if isinstance(event, Result) else None
        kept.append(event_to_json(event, call))
        state, commands = step(watched, state, event)
        calls |= {command.id: command for command in commands if isinstance(command, Call)}
        sent += sent_of(commands)
    path = [way.target if isinstance(way, Way) else way for way in watched.program.path]
    watched.program.path.clear()
    ended = state["ended"]
    outcome = None if ended is None else str(ended["outcome"])
    dropped = [{"call_id": call.id, **question_of(call)} for call in calls.values()]
    return Recording(conversation, run, ir["hash"], kept, inputs or {}, outcome, sent, path, dropped)


def question_of(call: Call) -> dict[str, Any]:
    """What of a call makes it the same question."""
    return {"node": call.node, "kind": call.kind, "request": call.request}


def _context_to_json(context: Context) -> dict[str, Any]:
    return {
        "now": context.now,
        "locale": context.locale,
        **{name: dict(getattr(context, name)) for name in _CONTEXT[2:]},
    }


def _inbound_to_json(inbound: Inbound | None) -> dict[str, Any] | None:
    if inbound is None:
        return None
    values: dict[str, Any] = {"seq": inbound.seq, "text": inbound.text, "button": inbound.button}
    if inbound.again:
        values["again"] = True
    if inbound.content:
        values["content"] = inbound.content
    return values


def _inbound_from_json(values: dict[str, Any]) -> Inbound:
    return Inbound(
        values["seq"],
        values["text"],
        values.get("button"),
        bool(values.get("again")),
        values.get("content"),
    )
