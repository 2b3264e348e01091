"""The simulator's host: one conversation around `step`, as the workflow would drive it, without waiting.

It keeps the clock, answers calls, fires timers in their order, and writes down everything that happened.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from omnisupport.scenario_dsl.commands import Call, Command, Failed, Human, Note, Send
from omnisupport.scenario_dsl.events import Domain, Event, Inbound, Message, Operator, Result, Start, Timer
from omnisupport.scenario_dsl.ir import IR, State, canonical
from omnisupport.scenario_dsl.patterns import match_pattern
from omnisupport.scenario_dsl.runtime.step import new_state, step
from omnisupport.scenario_dsl.sim.standins import label_scores
from omnisupport.scenario_dsl.sim.stubs import Answer
from omnisupport.scenario_dsl.sim.watch import Watched, Way
from omnisupport.scenario_dsl.sim.world import World
from omnisupport.scenario_dsl.triggers import awaited_intents, match_trigger

MOST_EVENTS = 10_000
"""Of one case: more is a circle of timers."""

Answerer = Callable[[Call, int], Answer | None]
Watcher = Callable[["Happening"], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """One part of a message as the customer sees it."""

    text: str
    buttons: tuple[tuple[str, str], ...]
    channel: str
    sources: tuple[str, ...]
    at: int
    part: dict[str, Any] = field(default_factory=dict)

    @property
    def replies(self) -> list[str]:
        """The labels of its quick replies: tapping one types it."""
        return [str(reply.get("label")) for reply in self.part.get("quick_replies", ())]

    @property
    def options(self) -> tuple[str, ...]:
        """The ids of its buttons as the scenario wrote them."""
        return tuple(option_of(wire) for wire, _ in self.buttons)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event with what came of it: where the run was, where it went, what it commanded."""

    event: Event
    before: State
    after: State
    path: tuple[str, ...]
    ways: tuple[Way, ...]
    commands: tuple[Command, ...]
    at: int


@dataclass(slots=True)
class Trace:
    """Everything of one case, in order."""

    happenings: list[Happening] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    attempts: dict[str, int] = field(default_factory=dict)
    unanswered_calls: list[Call] = field(default_factory=list)
    untaken: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    """The transcript: {who: customer, bot, operator, time, host; …}."""


def option_of(wire: str) -> str:
    """The option of a button's id on the wire, `{run}.{prompt}.{option}`."""
    parts = wire.split(".", 2)
    return parts[2] if len(parts) == 3 and parts[0].isdigit() and parts[1].isdigit() else wire


def is_before_message(ir: IR, waiting: dict[str, Any]) -> bool:
    """Whether what a run waits for is the pause before a message."""
    return bool(waiting["kind"] == "timer" and ir["nodes"][waiting["node"]]["type"] == "message")


class Host:
    """Drives one conversation."""

    def __init__(
        self,
        ir: Watched,
        world: World,
        answer: Answerer,
        *,
        inputs: dict[str, Any] | None = None,
        trigger: str | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self.ir = ir
        self.world = world
        self.trace = Trace()
        self.state: State | None = None
        self.inputs = inputs or {}
        self._trigger = trigger
        self._answer = answer
        self._watcher = watcher
        self._log: list[Event] = []
        self._runs = 0
        self._seq = 0
        self._due: list[tuple[int, Result]] = []
        self._calls: list[Call] = []
        self._events = 0
        self.last_inbound: Inbound | None = None
        self.intent: str | None = None
        """What the test says that the next message is about."""

    # What people do

    def customer(
        self, text: str, *, button: str | None = None, content: dict[str, Any] | None = None
    ) -> None:
        """The customer writes or presses; the run takes it, or a trigger begins one."""
        self._seq += 1
        inbound = Inbound(self._seq, text, button, False, content)
        self.last_inbound = inbound
        self.trace.lines.append({"who": "customer", "at": self.world.now, **_said(text, button, content)})
        self._take(inbound)

    def again(self) -> bool:
        """The channel delivers the last message once more: its number is known, so nothing happens."""
        known = self.last_inbound
        if known is None or known.seq > self._seq:
            return False
        self.trace.lines.append({"who": "host", "at": self.world.now, "delivered_twice": known.seq})
        return True

    def press(self, option: str, *, text: str | None = None) -> bool:
        """Press the newest button of this option or label; False when none was ever shown."""
        for sent in reversed(self.trace.sent):
            for wire, label in sent.buttons:
                if option in (wire, label, option_of(wire)):
                    self.customer(label if text is None else text, button=wire)
                    return True
            if option in sent.replies:
                self.customer(option)
                return True
        return False

    def operator(self, action: Any, data: dict[str, Any]) -> None:
        """A human acts on the conversation."""
        world = self.world
        self.trace.lines.append({"who": "operator", "at": world.now, "action": action, **data})
        if action == "accepted":
            name = data.get("name") or "Operator"
            world.conversation = {**world.conversation, "assignee": {"id": "operator-1", "name": name}}
            world.held = True
        elif action == "closed":
            world.conversation = {**world.conversation, "status": "resolved"}
            world.held = False
        else:
            world.held = False
        if self.is_running:
            self.feed(Operator(world.context(), action, data))

    def domain(self, name: str, data: dict[str, Any]) -> None:
        """Something happened: the run may wait for it, or a trigger begins one."""
        world = self.world
        self.trace.lines.append({"who": "host", "at": world.now, "event": name})
        if self.is_running:
            self.feed(Domain(world.context(), name, data))
            return
        match = match_trigger(
            [self.ir],
            "event",
            text=None,
            event=name,
            first=False,
            reopened=False,
            context=world.context(),
            data=data,
        )
        if match is None:
            self.trace.untaken.append(name)
            return
        self._begin(match.trigger_id, None, {"name": name, **data})

    def start(self) -> None:
        """Begin a run by hand, as the API would."""
        self._begin(self._trigger, None)

    # What time does

    def advance_to(self, moment: int) -> None:
        """Let time pass up to a moment: timers fire and late answers come, each in its turn."""
        while self._events < MOST_EVENTS:
            due = self._next_due(moment)
            if due is None:
                break
            at, event = due
            self.world.now = max(self.world.now, at)
            if isinstance(event, Result):
                self._due = [item for item in self._due if item[1] is not event]
            self.feed(replace(event, context=self.world.context()))
        self.world.now = max(self.world.now, moment)

    def _next_due(self, moment: int) -> tuple[int, Timer | Result] | None:
        found: list[tuple[int, int, str, Timer | Result]] = []
        context = self.world.context()
        for timer in self.state["timers"] if self.is_running and self.state else ():
            found.append((timer["at"], 1, timer["id"], Timer(context, timer["id"])))
        found += [(at, 0, result.call_id, result) for at, result in self._due]
        due = min(found, key=lambda item: item[:3], default=None)
        return (due[0], due[3]) if due is not None and due[0] <= moment else None

    def let_delays_pass(self) -> None:
        """Let the time before messages with a `delay` or `typing` pass; any other wait stays."""
        while self._events < MOST_EVENTS:
            waiting = self.state["waiting"] if self.is_running and self.state else None
            if waiting is None or not is_before_message(self.ir, waiting):
                return
            due = min(timer["at"] for timer in self.state["timers"])  # type: ignore[index]
            passed = max(due - self.world.now, 0)
            self.trace.lines.append(
                {"who": "time", "at": self.world.now, "node": waiting["node"], "passed": passed}
            )
            self.advance_to(due)

    # What machines do

    def restart_worker(self) -> str | None:
        """Write the state down and read it again, and run the whole log anew; what differs, or None."""
        if self.state is None:
            return None
        written = canonical(self.state)
        again = new_state(self.ir, run=self._runs, inputs=self.inputs)
        for event in self._log:
            again, _ = step(self.ir, again, event)
        self.ir.program.path.clear()
        self.state = json.loads(written)
        self.trace.lines.append({"who": "host", "at": self.world.now, "restarted": True})
        return None if canonical(again) == written else "the log gives another state when it is run again"

    @property
    def is_running(self) -> bool:
        """Whether a run has begun and has not ended."""
        return self.state is not None and self.state["ended"] is None

    # One event

    def _take(self, inbound: Inbound) -> None:
        world = self.world
        if self.is_running:
            self.feed(Message(world.context(), inbound))
            return
        if world.held:
            return  # people read it
        if self._runs and inbound.button is None and match_pattern(inbound.text, world.locale) == "human":
            world.held = True
            self.trace.commands.append(Human())
            return
        trigger = self._trigger
        if trigger is None and self.ir["triggers"]:
            match = match_trigger(
                [self.ir],
                "message",
                text=inbound.text,
                event=None,
                first=inbound.seq == 1,
                reopened=world.conversation.get("status") == "resolved",
                context=world.context(),
                data=self._known_of(inbound),
            )
            if match is None:
                self.trace.untaken.append(inbound.text)
                return
            trigger = match.trigger_id
        self._begin(trigger, inbound)

    def _known_of(self, inbound: Inbound) -> dict[str, Any]:
        """What is known of a message besides its text: its intents by the test's word, else by rule."""
        awaited = awaited_intents([self.ir])
        said = {self.intent: 1.0} if self.intent else label_scores(inbound.text, awaited)
        known: dict[str, Any] = {"intents": said} if awaited else {}
        if inbound.button is not None:
            known["button"] = option_of(inbound.button)
        referral = (inbound.content or {}).get("referral")
        return known | ({"referral": referral} if referral is not None else {})

    def _begin(
        self, trigger: str | None, inbound: Inbound | None, data: dict[str, Any] | None = None
    ) -> None:
        self._runs += 1
        self._log = []
        self.state = new_state(self.ir, run=self._runs, inputs=self.inputs)
        self.feed(Start(self.world.context(), trigger, inbound, False, data or {}))

    def feed(self, event: Event) -> None:
        """Step once, obey, and answer the calls that can be answered at once."""
        self._step(event)
        while self._calls and self._events < MOST_EVENTS:
            call = self._calls.pop(0)
            self._ask(call)

    def _step(self, event: Event) -> None:
        assert self.state is not None
        before, path = self.state, self.ir.program.path
        path.clear()
        self._events += 1
        self._log.append(event)
        self.state, commands = step(self.ir, before, event)
        trace = self.trace
        entered = tuple(way.target if isinstance(way, Way) else way for way in path)
        ways = tuple(way for way in path if isinstance(way, Way))
        path.clear()
        trace.path += entered
        if entered:
            trace.lines.append({"who": "run", "at": self.world.now, "nodes": list(entered)})
        for command in commands:
            self._obey(command)
        happening = Happening(event, before, self.state, entered, ways, tuple(commands), self.world.now)
        trace.happenings.append(happening)
        if self._watcher is not None:
            self._watcher(happening)

    def _obey(self, command: Command) -> None:
        trace, now = self.trace, self.world.now
        trace.commands.append(command)
        self.world.obey(command)
        if isinstance(command, Send):
            for part in command.parts:
                self._show(part, command.to)
        elif isinstance(command, Call):
            trace.calls.append(command)
            self._calls.append(command)
        elif isinstance(command, Note):
            trace.notes.append(command.text)
            trace.lines.append({"who": "note", "at": now, "text": command.text})
        elif not isinstance(command, Failed):
            trace.lines.append({"who": "command", "at": now, **command.to_dict()})

    def _show(self, part: dict[str, Any], to: dict[str, str] | None) -> None:
        buttons = tuple(
            (str(button["id"]), str(button["label"])) for button in part.get("buttons", ()) if "id" in button
        )
        channel = str((to or {}).get("channel") or self.world.channel["type"])
        sources = tuple(str(source.get("title")) for source in part.get("sources", ()))
        sent = Sent(str(part.get("text") or ""), buttons, channel, sources, self.world.now, part)
        self.trace.sent.append(sent)
        line = {"who": "bot", "at": self.world.now, "text": sent.text}
        self.trace.lines.append({**line, **({"buttons": [label for _, label in buttons]} if buttons else {})})

    def _ask(self, call: Call) -> None:
        answer = self._answer(call, self.world.now)
        trace = self.trace
        if answer is None:
            trace.unanswered_calls.append(call)
            answer = Answer("error")
        trace.attempts[call.node] = trace.attempts.get(call.node, 0) + answer.attempts
        trace.lines.append(
            {"who": "host", "at": self.world.now, "call": call.kind, "node": call.node, "exit": answer.exit}
        )
        result = Result(self.world.context(), call.id, answer.exit, answer.value)
        if answer.delay:
            self._due.append((self.world.now + answer.took + answer.delay, result))
            return
        if answer.took:
            self.advance_to(self.world.now + answer.took)
        if self.is_running:
            self._step(replace(result, context=self.world.context()))


def _said(text: str, button: str | None, content: dict[str, Any] | None) -> dict[str, Any]:
    said: dict[str, Any] = {"text": text}
    if button is not None:
        said["button"] = option_of(button)
    if content:
        said["content"] = content
    return said
