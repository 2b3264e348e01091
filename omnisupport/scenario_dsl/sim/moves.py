"""Moves: what may happen in a walk, said so that it can be played again on a changed walk or scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from omnisupport.scenario_dsl.commands import Call, Command, Note, Send
from omnisupport.scenario_dsl.events import (
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
from omnisupport.scenario_dsl.ir import State
from omnisupport.scenario_dsl.runtime.step import new_state, step
from omnisupport.scenario_dsl.sim.host import option_of
from omnisupport.scenario_dsl.sim.invariants import Invariant
from omnisupport.scenario_dsl.sim.oracles import (
    Violation,
    failures,
    is_silent,
    oversize,
    secret_names,
    shown_secrets,
    waits_forever,
)
from omnisupport.scenario_dsl.sim.view import LAST, view
from omnisupport.scenario_dsl.sim.watch import Watched
from omnisupport.scenario_dsl.sim.world import World

Move = tuple[Any, ...]
"""start trigger text channel locale customer data moment · text said · press option · content step content ·
result exit value · timer · operator action · domain name data · noise kind."""

HEAVY = 500
"""From so many characters on, a value makes the state worth weighing."""
NOW = 1_772_438_400_000
_HOUR = 3_600_000
MOMENTS = (NOW, NOW + 12 * _HOUR, NOW - 20 * _HOUR)
"""When walks begin: on a Monday by day, late in the evening, on the Sunday before (11:00, 23:00, 15:00 in Moscow)."""
_PROFILES: tuple[dict[str, Any], ...] = (
    {},
    {"name": "Анна"},
    {"name": "Иван Петров", "phone": "+79161234567", "email": "ivan@example.com"},
    {"phone": "+79161234567"},
)
CUSTOMERS = tuple(
    {"id": f"customer-{number + 1}", **_PROFILES[number % len(_PROFILES)]} for number in range(12)
)
"""Strangers and people who are known; their ids fall into different branches of a `split`."""


RESOLVED = "conversation.resolved"
OPERATOR = {"id": "operator-1", "name": "Operator"}


def conversation_at(event: str | None, data: dict[str, Any] | None, fresh: dict[str, Any]) -> dict[str, Any]:
    """The conversation when an event begins a run: one that an operator has ended is his, and is over."""
    if event != RESOLVED:
        return fresh
    by_operator = (data or {}).get("resolved_by") == "operator"
    return {**fresh, "status": "resolved", "assignee": OPERATOR if by_operator else None}


class Player:
    """Plays moves on one run and looks at every step with the oracles."""

    def __init__(
        self,
        ir: Watched,
        *,
        inputs: Sequence[dict[str, Any]] = ({},),
        customers: Sequence[dict[str, Any]] = CUSTOMERS,
        moments: Sequence[int] = MOMENTS,
        invariants: Sequence[Invariant] = (),
        no_secret_in: Sequence[str] = (),
    ) -> None:
        self.ir = ir
        self._given = inputs
        self.inputs = inputs[0]
        """What the caller of this walk has given; of the choices each first move takes one."""
        self.customers = customers
        self.moments = moments
        """When a walk may begin, ms."""
        self.invariants = invariants
        self.no_secret_in = no_secret_in
        self.secrets = secret_names(ir) if no_secret_in else []
        zone = ir.get("timezone") or "Europe/Moscow"
        self._tenant = {"id": "tenant-1", "slug": "demo", "name": "Demo", "timezone": zone}
        self._nobody: dict[str, Any] = {
            "id": "customer-1",
            "name": None,
            "email": None,
            "phone": None,
            "fields": {},
        }
        self._fresh: dict[str, Any] = {
            "id": "conversation-1",
            "status": "open",
            "tags": [],
            "department": None,
            "assignee": None,
        }
        self.log: list[Event] | None = None
        self.state: State = {}

    def begin(self) -> None:
        """Forget everything; the next move starts the run."""
        self.world = World(
            now=self.moments[0],
            locale="ru",
            channel={},
            customer=self._nobody,
            conversation=self._fresh,
            tenant=self._tenant,
        )
        self._context: Context | None = None
        self.state = new_state(self.ir, run=1, inputs=self.inputs)
        self.options: list[str] = []
        self.wires: dict[str, str] = {}
        self.seq = 0
        self.is_heavy = False
        self.violation: Violation | None = None
        self.sent: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.calls: list[str] = []

    def snapshot(self) -> tuple[Any, ...]:
        """Everything that a walk has changed; nothing in it is ever edited, only replaced."""
        world = self.world
        return (
            (world.now, world.locale, world.channel, world.customer, world.conversation, world.held),
            (self._context, self.state, self.options, self.wires, self.seq, self.is_heavy, self.violation),
            (self.sent, self.notes, self.calls),
        )

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """Stand where the snapshot was taken."""
        around, own, heard = snapshot
        world = self.world
        world.now, world.locale, world.channel, world.customer, world.conversation, world.held = around
        self._context, self.state, self.options, self.wires, self.seq, self.is_heavy, self.violation = own
        self.sent, self.notes, self.calls = heard

    @property
    def context(self) -> Context:
        """The world as it is now."""
        if self._context is None:
            self._context = self.world.context()
        return self._context

    def play(self, move: Move) -> bool:
        """Do one move; False when it has no place here, so that nothing happened."""
        event = self._event(move)
        if event is None:
            return False
        self._take(event)
        return True

    def _event(self, move: Move) -> Event | None:
        kind = move[0]
        waiting = self.state["waiting"]
        if kind == "start":
            return self._start(move)
        if waiting is None:
            return None
        if kind == "text":
            self.is_heavy = self.is_heavy or len(move[1]) > HEAVY
            return self._message(move[1])
        if kind == "press":
            wire = self.wires.get(move[1])
            return None if wire is None else self._message("", wire)
        if kind == "result":
            if waiting["kind"] != "call":
                return None
            return Result(self.context, waiting["call"]["id"], move[1], move[2])
        if kind == "timer":
            return self._timer()
        if kind == "operator":
            return self._operator(move[1])
        if kind == "content":
            return self._message("", None, move[2])
        if kind == "domain":
            return Domain(self.context, move[1], move[2])
        return (
            Result(self.context, "1.c9999", "ok", {})
            if move[1] == "result"
            else Timer(self.context, "1.0.0.x")
        )

    def _start(self, move: Move) -> Start | None:
        if self.state["steps"]:
            return None
        _, trigger, text, channel, locale, customer, data, moment = move
        self.world.now = self.moments[moment]
        self.world.customer = {**self._nobody, **self.customers[customer]}
        self.world.channel = {"id": "channel-1", "type": channel, "name": channel}
        self.world.locale = locale
        if trigger is not None and text is None:
            self.world.conversation = conversation_at(self._data_of(trigger).get("name"), data, self._fresh)
        self._context = None
        self.inputs = self._given[customer % len(self._given)]
        self.state = new_state(self.ir, run=1, inputs=self.inputs)
        if text is None:
            return Start(self.context, trigger, None, False, {**self._data_of(trigger), **(data or {})})
        self.seq += 1
        return Start(self.context, trigger, Inbound(self.seq, text))

    def _data_of(self, trigger: str | None) -> dict[str, Any]:
        """What an event that begins a run brings along."""
        known: dict[str, Any] = next((item for item in self.ir["triggers"] if item["id"] == trigger), {})
        return {"name": known["event"]} if "event" in known else {}

    def _message(self, text: str, wire: str | None = None, content: dict[str, Any] | None = None) -> Message:
        self.seq += 1
        return Message(self.context, Inbound(self.seq, text, wire, False, content))

    def _timer(self) -> Timer | None:
        timers = self.state["timers"]
        if not timers:
            return None
        first = timers[0] if len(timers) == 1 else min(timers, key=lambda timer: (timer["at"], timer["id"]))
        if first["at"] > self.world.now:
            self.world.now = first["at"]
            self._context = None
        return Timer(self.context, first["id"])

    def _operator(self, action: Any) -> Operator:
        world = self.world
        if action == "accepted":
            world.conversation = {**world.conversation, "assignee": OPERATOR}
        elif action == "closed":
            world.conversation = {**world.conversation, "status": "resolved"}
        world.held = action == "accepted"
        self._context = None
        return Operator(self.context, action, {"summary": "Готово"} if action == "closed" else {})

    def _take(self, event: Event) -> None:
        if self.log is not None:
            self.log.append(event)
        before = self.state
        after, commands = step(self.ir, before, event)
        self.state = after
        if commands:
            for command in commands:
                kind = type(command)
                if kind is Send:
                    self._show(command)
                elif kind is Call:
                    self.calls = [*self.calls, command.kind]  # type: ignore[union-attr]
                elif kind is Note:
                    self.notes = [*self.notes, command.text]  # type: ignore[union-attr]
                else:
                    self.world.obey(command)
                    self._context = None
        self._judge(event, before, commands)

    def _show(self, command: Any) -> None:
        for part in command.parts:
            buttons = part["buttons"]
            if buttons:
                shown = {
                    option_of(button["id"]): button["id"]
                    for button in buttons
                    if "url" not in button and "id" in button
                }
                self.options = list(shown)
                self.wires = {**self.wires, **shown}
            if self.invariants:
                options = [option_of(button["id"]) for button in buttons if "id" in button]
                self.sent = [*self.sent, {"text": part["text"], "buttons": options}]

    def _judge(self, event: Event, before: State, commands: list[Command]) -> None:
        after = self.state
        if self.violation is not None:
            return
        waiting = after["waiting"]
        if waiting is None:
            for violation in failures(commands, after):
                self.violation = violation
                return
        elif not after["timers"] and waiting["kind"] not in ("call", "handoff"):
            self.violation = Violation("endless_wait", str(waits_forever(after)))
            return
        if type(event) is Message and is_silent(before, after, commands):
            self.violation = Violation("silence", str(before["waiting"]["node"]))
        if self.is_heavy:
            self.weigh()
        if self.secrets:
            for violation in shown_secrets(self.secrets, self.no_secret_in, after["vars"], commands):
                self.violation = violation
                return
        if self.invariants:
            self._check_invariants()

    def weigh(self) -> None:
        """Look whether the state can still be carried over."""
        size = oversize(self.state)
        if size is not None:
            self.violation = Violation("state_size", str(size))

    def _check_invariants(self) -> None:
        env = view(self.state, self.world)
        env["sent"], env["notes"], env["calls"] = self.sent[-LAST:], self.notes[-LAST:], self.calls[-LAST:]
        for invariant in self.invariants:
            fault = invariant.fault(env)
            if fault is not None:
                self.violation = Violation("invariant", f"{invariant.text} → {fault}")
                return
