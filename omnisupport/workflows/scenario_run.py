"""A run of a scenario that no conversation hosts: it decides, commits, and acts, as a conversation does."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    import orjson

    from omnisupport.activities.effects import EffectActivities
    from omnisupport.activities.runs import RunActivities
    from omnisupport.activities.turns import LookUp, TurnActivities
    from omnisupport.domain.calls import CallResult
    from omnisupport.domain.conversation import Happened
    from omnisupport.domain.effects import CarriedOut, EffectKind
    from omnisupport.domain.runs import Loaded, Written
    from omnisupport.scenario_dsl import (
        Call,
        Cancel,
        Command,
        Context,
        Domain,
        Emit,
        Event,
        Failed,
        Notify,
        Result,
        Send,
        Start,
        Timer,
        Update,
        new_state,
        pending,
        read_ir,
        step,
    )
    from omnisupport.scenario_dsl.notes import World, note_event, note_result, world_of
    from omnisupport.workflows import options
    from omnisupport.workflows.alarm import Alarm, Deadline, now_ms
    from omnisupport.workflows.calls import LOCAL_CALLS, look_up_of, start_call

TO_CONVERSATION = ("Tag", "Note", "Assign", "Close", "Handoff")
"""Commands that concern the conversation that a run is about: it is told to do them."""


@workflow.defn(name="ScenarioRunWorkflow")
class ScenarioRunWorkflow:
    """Background runs, and those that events, schedules, the api or other runs begin; see the module."""

    @workflow.init
    def __init__(self) -> None:
        self._loaded: Loaded | None = None
        self._ir: dict[str, Any] = {}
        self._state: dict[str, Any] = {}
        self._turn = 0
        self._turns = 0
        self._happened: list[Happened] = []
        self._heard_of: list[str] = []
        self._cancelled = False
        self._world: World | None = None
        self._call: tuple[Call, workflow.ActivityHandle[CallResult]] | None = None
        self._alarm = Alarm(self._deadlines)

    @workflow.run
    async def run(self) -> None:
        """Take what is due, one turn after the other, until the run is over."""
        loaded: Loaded | None = await workflow.execute_local_activity_method(
            RunActivities.load_run, summary="Read the run", **options.DATABASE_TURN
        )
        if loaded is None:
            return
        self._adopt(loaded)
        if loaded.owes:
            await self._carry_out()
        if loaded.state is None:
            event = Start(self._context(), loaded.trigger, data=loaded.event)
            await self._take(event)
        else:
            self._resume()
        while self._state.get("ended") is None:
            self._alarm.arm()
            await workflow.wait_condition(self._is_due)
            if self._turns >= options.TURNS_PER_RUN and self._call is None and not self._happened:
                workflow.continue_as_new()
            await self._take(await self._next())
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.signal
    def happen(self, happened: Happened) -> None:
        """A domain event concerns this run; duplicates are harmless."""
        if happened.id not in self._heard_of:
            self._heard_of = [*self._heard_of, happened.id][-options.SIGNALS_REMEMBERED :]
            self._happened.append(happened)

    @workflow.signal
    def cancel(self) -> None:
        """End the run from outside."""
        self._cancelled = True

    @workflow.query
    def state(self) -> dict[str, Any]:
        """Where the run is, and what it waits for."""
        loaded = self._loaded
        return {
            "turn": self._turn,
            "scenario": loaded.scenario_key if loaded else None,
            "state": self._state,
            "calling": self._call[0].node if self._call else None,
            "alarm_at": self._alarm.at,
        }

    def _adopt(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._ir = read_ir(loaded.ir_hash, loaded.ir)
        self._state = loaded.state or new_state(self._ir, run=1, inputs=loaded.inputs)
        self._turn = loaded.turn

    def _context(self) -> Context:
        loaded = self._loaded
        assert loaded is not None
        locale = str(loaded.customer.get("locale") or loaded.tenant.get("locale") or "ru")
        return Context(
            now=now_ms(),
            locale=locale,
            channel={"type": "", "id": None},
            customer=loaded.customer,
            conversation=loaded.conversation,
            tenant={key: loaded.tenant.get(key) for key in ("name", "slug", "timezone")},
        )

    def _deadlines(self) -> list[Deadline]:
        if self._call is not None:
            return []
        return sorted((timer["at"], timer["id"]) for timer in self._state.get("timers", []))

    def _is_due(self) -> bool:
        answered = self._call is not None and self._call[1].done()
        return bool(self._cancelled or self._happened or self._alarm.rang or answered)

    async def _next(self) -> Event:
        context = self._context()
        if self._cancelled:
            return Cancel(context)
        if self._call is not None and self._call[1].done():
            (call, handle), self._call = self._call, None
            try:
                result = await handle
            except FailureError as failed:
                workflow.logger.warning("call_failed node=%s reason=%s", call.node, failed.cause)
                result = CallResult(exit="error")
            return Result(context, call_id=call.id, exit=result.exit, value=result.value)
        if self._happened:
            happened = self._happened.pop(0)
            return Domain(context, happened.name, happened.data, happened.run > 0)
        self._alarm.rang = False
        due = self._deadlines()
        return Timer(context, timer_id=due[0][1] if due else "")

    async def _take(self, event: Event) -> None:
        """Decide what the event means, write it, and act on it."""
        before, turn = self._state, _Turn(self._world)
        await self._advance(turn, event)
        if self._state is before and not turn.commands:
            return
        body = {"turn": self._turn, "state": self._state, **turn.body()}
        written: Written = await workflow.execute_local_activity_method(
            RunActivities.commit_run,
            orjson.dumps(body),
            summary=str(self._state.get("node_label") or "Commit the turn"),
            **options.DATABASE_TURN,
        )
        if not written.committed:
            await self._catch_up(written)
            return
        self._turn, self._turns, self._world = written.turn, self._turns + 1, turn.world
        if turn.effects:
            await self._carry_out()
        if turn.call is not None:
            self._call_out(turn.call)

    async def _catch_up(self, written: Written) -> None:
        """Another worker has written this turn: what it decided stands."""
        self._world = None
        if written.gone:
            self._state = {**self._state, "ended": {"outcome": "gone"}}
            return
        loaded: Loaded | None = await workflow.execute_local_activity_method(
            RunActivities.load_run, summary="Read the run again", **options.DATABASE_TURN
        )
        if loaded is None:
            self._state = {**self._state, "ended": {"outcome": "gone"}}
            return
        self._adopt(loaded)
        if loaded.owes:
            await self._carry_out()
        self._resume()

    def _resume(self) -> None:
        for command in pending(self._ir, self._state):
            if isinstance(command, Call) and command.kind not in LOCAL_CALLS and self._call is None:
                self._call_out(command)

    def _call_out(self, call: Call) -> None:
        key = f"{workflow.info().workflow_id.rsplit('/', 1)[-1]}:{call.id}"
        locale = self._context().locale
        self._call = (call, start_call(call, key=key, locale=locale, after=0, hold_ms=0))

    async def _advance(self, turn: _Turn, event: Event) -> None:
        self._state, commands = step(self._ir, self._state, event)
        noted = note_event(
            event, run=1, ir_hash=self._ir["hash"], inputs=self._state.get("inputs"), before=turn.world
        )
        turn.world = world_of(event.context)
        turn.trace.append({**noted, "node": self._state.get("node_label")})
        if isinstance(event, Result):
            turn.results.append(note_result(event.call_id, event.exit, event.value))
        for command in commands:
            turn.commands.append({"command": type(command).__name__})
            await self._obey(turn, command)

    async def _obey(self, turn: _Turn, command: Command) -> None:
        loaded = self._loaded
        assert loaded is not None
        match command:
            case Call() if command.kind in LOCAL_CALLS:
                result = await self._look_up(command)
                answer = Result(self._context(), call_id=command.id, exit=result.exit, value=result.value)
                await self._advance(turn, answer)
            case Call():
                turn.call = command
            case Emit():
                turn.effect(EffectKind.EVENT, name=command.event, data=command.data)
            case Notify():
                target, text = command.target, command.text
                turn.effect(EffectKind.NOTICE, target=target, text=text, scenario=loaded.scenario_key)
            case Update() if command.target == "customer":
                turn.effect(EffectKind.CUSTOMER, **command.values)
            case Update():
                turn.effect(EffectKind.INSTRUCT, commands=[command.to_dict()])
            case Send() if command.to is not None and command.to.get("channel") == "email":
                text = "\n\n".join(part["text"] for part in command.parts if part.get("text"))
                address, locale = command.to.get("address", ""), self._context().locale
                turn.effect(EffectKind.LETTER, address=address, text=text, locale=locale)
            case Failed():
                workflow.logger.warning("scenario_failed code=%s", command.code)
            case _ if type(command).__name__ in TO_CONVERSATION and loaded.conversation:
                turn.effect(EffectKind.INSTRUCT, commands=[command.to_dict()])
            case _:
                turn.trace.append({"dropped": type(command).__name__})

    async def _look_up(self, call: Call) -> CallResult:
        try:
            return await workflow.execute_local_activity_method(
                TurnActivities.look_up,
                LookUp(kind=call.kind, request=look_up_of(call, self._context().locale), now=now_ms()),
                summary=call.label,
                **options.LOOK_UP,
            )
        except FailureError:
            return CallResult(exit="error")

    async def _carry_out(self) -> None:
        carried: CarriedOut | None = None
        while carried is None or carried.more:
            carried = await workflow.execute_local_activity_method(
                EffectActivities.carry_out, summary="Carry out what was decided", **options.EFFECTS
            )


class _Turn:
    """What one event has led to; nothing of it exists until it is written."""

    def __init__(self, world: World | None) -> None:
        self.world = world
        """The world as the trace has noted it last."""
        self.commands: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self.trace: list[dict[str, Any]] = []
        self.effects: list[dict[str, Any]] = []
        self.call: Call | None = None

    def effect(self, kind: EffectKind, **body: Any) -> None:
        """Add what is carried out once the turn is written."""
        self.effects.append({"kind": kind, "body": body})

    def body(self) -> dict[str, Any]:
        """The turn as it is written."""
        return {
            "commands": self.commands,
            "results": self.results,
            "trace": self.trace,
            "effects": self.effects,
        }
