"""What is kept of an event in the trace of a turn: enough to replay it later, and nothing that a row has anyway."""

from __future__ import annotations

import json
from typing import Any

from omnisupport.scenario_dsl.events import Context, Domain, Event, Message, Operator, Result, Start, Timer

World = dict[str, Any]
"""What an event's context says of the world: {locale, channel, customer, conversation, tenant}."""
MOST_VALUE = 8_192
"""Bytes of a result that are kept: a larger one cannot be replayed, and its run is left out."""


def world_of(context: Context) -> World:
    """The world as a scenario sees it at an event."""
    return {
        "locale": context.locale,
        "channel": context.channel,
        "customer": context.customer,
        "conversation": context.conversation,
        "tenant": context.tenant,
    }


def note_event(
    event: Event,
    *,
    run: int,
    ir_hash: str,
    inputs: dict[str, Any] | None = None,
    before: World | None = None,
) -> dict[str, Any]:
    """The event without the customer's words: those stand in the rows of his messages, by `seq`.

    `inputs` are what the run began with. Of the world is noted what is not as it was in `before`, the one that was
    noted last; where a run begins, and where nobody knows, all of it.
    """
    known = {} if before is None or isinstance(event, Start) else before
    world = {name: part for name, part in world_of(event.context).items() if known.get(name) != part}
    noted: dict[str, Any] = {
        "event": type(event).__name__,
        "at": event.context.now,
        "run": run,
        "ir": ir_hash,
        "world": world,
    }
    match event:
        case Start():
            noted |= {"trigger": event.trigger, "silent": event.silent, "data": dict(event.data)}
            noted["inputs"] = inputs or {}
            if event.message is not None:
                noted |= {"seq": event.message.seq, "again": event.message.again}
        case Message():
            noted |= {"seq": event.message.seq, "again": event.message.again}
        case Result():
            noted["call"] = event.call_id
        case Timer():
            noted["timer"] = event.timer_id
        case Operator():
            noted |= {"action": event.action, "data": dict(event.data)}
        case Domain():
            noted |= {"name": event.name, "data": dict(event.data), "kept": event.kept}
    # What is as it usually is says nothing.
    return {name: value for name, value in noted.items() if value not in (None, False, {})}


def note_result(call_id: str, exit: str, value: Any) -> dict[str, Any]:
    """A call's answer: its value too where it is small, else that it was too large to keep."""
    noted: dict[str, Any] = {"call": call_id, "exit": exit}
    if value is None:
        return noted
    if len(json.dumps(value, ensure_ascii=False, default=str).encode()) > MOST_VALUE:
        return noted | {"large": True}
    return noted | {"value": value}
