"""Runs as the product has kept them (turns, messages, answers), made into recordings that can be replayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

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
from omnisupport.scenario_dsl.sim.recording import Recording, record
from omnisupport.scenario_dsl.sim.watch import Watched
from omnisupport.scenario_dsl.words import Both

NO_VERSION, INCOMPLETE, MOVED, LARGE, UNFAITHFUL = "no_version", "incomplete", "moved", "large", "unfaithful"
REASONS: Mapping[str, Both] = {
    NO_VERSION: Both("их версии больше нет", "their version is gone"),
    INCOMPLETE: Both("записаны не целиком", "not recorded as a whole"),
    MOVED: Both("переведены на другую версию по пути", "moved to another version on the way"),
    LARGE: Both("ответ был слишком большим для записи", "an answer was too large to keep"),
    UNFAITHFUL: Both(
        "на своей версии они кончились бы иначе", "they would end otherwise on their own version"
    ),
}
"""Why a run cannot be replayed."""


_STEPS = frozenset(kind.__name__ for kind in (Start, Message, Result, Timer, Operator, Domain, Cancel))
"""A trace tells other things as well, such as what a message was found to be about."""


@dataclass(slots=True)
class Recorded:
    """Recordings, and how many runs could not be made into one, by reason."""

    recordings: list[Recording] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


class _NotReplayable(Exception):
    """A run that is left out; the argument is the reason."""


def read_logs(logs: Iterable[Mapping[str, Any]], versions: Mapping[str, IR]) -> Recorded:
    """Make recordings of runs; each is stepped on its own version, by which its path and its questions are told.

    A log is {conversation, run, ir_hash, outcome, is_over, turns: [{trace, results}], messages: {seq: {text, button,
    content}}, world: {locale, channel, customer, conversation, tenant}}. A trace notes the world as it was; `world`, as
    it is now, stands in where one does not, and a run that ended otherwise then is left out as `unfaithful`.
    """
    found = Recorded()
    watched: dict[str, Watched] = {}
    for log in logs:
        ir_hash = str(log["ir_hash"])
        if ir_hash not in versions:
            found.left_out[NO_VERSION] += 1
            continue
        if ir_hash not in watched:
            watched[ir_hash] = Watched(versions[ir_hash])
        try:
            found.recordings.append(_recording(log, watched[ir_hash]))
        except _NotReplayable as reason:
            found.left_out[str(reason)] += 1
    return found


def _recording(log: Mapping[str, Any], ir: Watched) -> Recording:
    run = int(log["run"])
    steps = [step for turn in log["turns"] for step in _steps_of(turn, run)]
    if not steps or steps[0].get("event") != "Start":
        raise _NotReplayable(INCOMPLETE)
    world, events = dict(log["world"]), []
    for step in steps:
        world |= step.get("world") or {}
        events.append(_event(step, log, Context(now=step["at"], **world)))
    # Buttons that were shown before there was a conversation carry run 0.
    begun = 0 if steps[0].get("silent") else run
    made = record(
        ir, events, conversation=str(log["conversation"]), run=begun, inputs=steps[0].get("inputs") or {}
    )
    if made.outcome != (log["outcome"] if log["is_over"] else None):
        raise _NotReplayable(UNFAITHFUL)
    return made


def _steps_of(turn: Mapping[str, Any], run: int) -> list[dict[str, Any]]:
    """What of a turn was this run's: one that ended a run may have begun the next."""
    answers = {answer["call"]: answer for answer in turn["results"]}
    steps = []
    for step in turn["trace"]:
        if step.get("event") == "Migrate":
            raise _NotReplayable(MOVED)
        if step.get("event") in _STEPS and "at" not in step:
            raise _NotReplayable(INCOMPLETE)  # of a release that did not keep it
        if step.get("run") == run:
            steps.append({**step, "answer": answers.get(step.get("call"))})
    return steps


def _event(step: Mapping[str, Any], log: Mapping[str, Any], context: Context) -> Event:
    match step["event"]:
        case "Start":
            inbound = _inbound(step, log) if "seq" in step else None
            data = step.get("data") or {}
            return Start(context, step.get("trigger"), inbound, bool(step.get("silent")), data)
        case "Message":
            return Message(context, _inbound(step, log))
        case "Result":
            answer = step["answer"]
            if answer is None:
                raise _NotReplayable(INCOMPLETE)
            if answer.get("large"):
                raise _NotReplayable(LARGE)
            return Result(context, step["call"], answer["exit"], answer.get("value"))
        case "Timer":
            return Timer(context, step["timer"])
        case "Operator":
            return Operator(context, step["action"], step.get("data") or {})
        case "Domain":
            return Domain(context, step["name"], step.get("data") or {}, bool(step.get("kept")))
        case "Cancel":
            return Cancel(context)
    raise _NotReplayable(INCOMPLETE)


def _inbound(step: Mapping[str, Any], log: Mapping[str, Any]) -> Inbound:
    seq = int(step.get("seq", 0))
    if seq == 0:
        return Inbound(0, "")  # a scenario that another one, or an event, has begun
    said = log["messages"].get(str(seq))
    if said is None:
        raise _NotReplayable(INCOMPLETE)
    again = bool(step.get("again"))
    return Inbound(seq, said["text"], said.get("button"), again, said.get("content") or None)
