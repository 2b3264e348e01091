"""The scenario's part of a turn: who takes a message, the step, and the commands that it gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.turns import Choose, LookUp, TurnActivities
    from omnisupport.domain.calls import CallResult
    from omnisupport.domain.conversation import (
        DEFAULT_ANSWER,
        Begin,
        Chosen,
        Controller,
        Instruct,
        Move,
        Moved,
        Person,
        Status,
    )
    from omnisupport.domain.effects import EffectKind
    from omnisupport.scenario_dsl import (
        Assign,
        Become,
        Call,
        Close,
        Command,
        Emit,
        End,
        Event,
        Failed,
        Handoff,
        Human,
        Inbound,
        Message,
        Note,
        Notify,
        Rate,
        Result,
        Send,
        Start,
        Tag,
        Update,
        match_pattern,
        new_state,
        opts_out,
        step,
    )
    from omnisupport.scenario_dsl.commands import Typing, from_dict
    from omnisupport.scenario_dsl.migrate import Refused, migrate
    from omnisupport.scenario_dsl.notes import note_event, note_result, world_of
    from omnisupport.scenario_dsl.runtime import limits
    from omnisupport.texts import say
    from omnisupport.workflows import effects, options
    from omnisupport.workflows.alarm import now_ms
    from omnisupport.workflows.calls import LOCAL_CALLS, ask_intent, awaits, look_up_of
    from omnisupport.workflows.known import Known
    from omnisupport.workflows.turn import Draft

HANDOFF = "system:handoff"
INSTRUCTIONS = (Tag, Note, Assign, Close, Handoff, Update)
"""What a run beside the conversation may want of it."""


def is_automatic(inbound: Inbound) -> bool:
    """Whether a machine wrote it: somebody's auto-reply, a mailing list."""
    return bool((inbound.content or {}).get("automatic"))


class Stepping:
    """Steps the scenario of a conversation and writes what it commands into the turn's draft."""

    def __init__(self, known: Known) -> None:
        self._known = known

    async def decide(self, draft: Draft, inbound: Inbound, *, system: str | None = None) -> None:
        """Let the running scenario take a message, or the one that it begins; `system` names that one.

        What a machine wrote is left to people: two that answer each other would never end (RFC 3834).
        """
        if is_automatic(inbound):
            return
        try:
            if system is not None:
                await self._begin(draft, inbound, system=system)
            elif draft.state is not None:
                await self.advance(draft, Message(context=self._known.context(draft), message=inbound))
            elif inbound.button is None and opts_out(inbound.text, draft.locale):
                effects.opt_out(draft, self._known)
            elif inbound.button is None and match_pattern(inbound.text, draft.locale) == "human":
                await self._begin(draft, inbound, system=HANDOFF)
            else:
                await self._begin(draft, inbound)
        except Exception as broken:  # a fault of ours ends with a human, never in silence or a hot loop
            self.fail(draft, broken)

    async def tell(self, draft: Draft, event: Event) -> None:
        """Step the running scenario; a fault of it or of ours ends with a human."""
        try:
            await self.advance(draft, event)
        except Exception as broken:
            self.fail(draft, broken)

    async def begin(self, draft: Draft, begin: Begin) -> None:
        """Begin the scenario that somebody asks for, whatever runs."""
        try:
            if draft.state is not None:
                draft.end_run()
            chosen = await self._choose(draft, Inbound(seq=draft.cursor, text=""), None, begin.scenario)
            data = {**begin.data, "name": begin.event} if begin.event else begin.data
            self._enter(draft, chosen, draft.run + 1, begin.inputs)
            context = self._known.context(draft)
            await self.advance(draft, Start(context=context, trigger=begin.trigger, data=data))
        except Exception as broken:
            self.fail(draft, broken)

    async def obey(self, draft: Draft, instruct: Instruct) -> None:
        """Do what a run beside the conversation wants of it."""
        for command in map(from_dict, instruct.commands):
            if isinstance(command, INSTRUCTIONS):
                await self._obey(draft, command)

    async def move(self, draft: Draft, move: Move) -> Moved:
        """Take the run over to another version, or end it as the policy says."""
        old, new = self._known.irs[move.ir_hash], self._known.irs[move.to]
        if move.policy == "finish":
            if move.text:
                draft.send({"text": move.text})
            draft.end_run()
            return Moved("moved")
        if move.policy == "ask_human":
            draft.hand_off(None)
            draft.end_run()
            return Moved("moved")
        if move.policy == "restart":
            draft.note_end()
            self._restart(draft, new)
            await self.advance(draft, Start(context=self._known.context(draft)))
            return Moved("moved")
        found = migrate(draft.state or {}, old, new, move.plan, self._known.context(draft))
        if isinstance(found, Refused):
            return Moved("refused", found.reason, found.what)
        draft.state, commands = found
        draft.changes["ir_hash"] = move.to
        draft.label = str(draft.state.get("node_label") or "")
        draft.trace.append({"event": "Migrate", "run": draft.run, "ir": move.to, "node": draft.label})
        for command in commands:
            await self._obey(draft, command)
        if draft.state is not None and draft.state.get("ended") is not None:
            draft.end_run()
        return Moved("moved")

    def _restart(self, draft: Draft, ir: dict[str, Any]) -> None:
        inputs = (draft.state or {}).get("inputs") or {}
        draft.begin_run(
            new_state(ir, run=draft.run + 1, inputs=inputs),
            scenario_key=str(self._known.row.scenario_key),
            ir_hash=ir["hash"],
            controller=Controller.SCENARIO,
        )

    def leads_away(self, draft: Draft, inbound: Inbound, call: Call) -> bool:
        """Whether a message acts at once although a call is out: nothing of this step is kept."""
        if draft.state is None or is_automatic(inbound):
            return False
        try:
            message = Message(self._known.context(draft), inbound)
            state, _ = step(self._known.ir_of(draft), draft.state, message)
        except Exception:  # it fails in its own turn, where people are told
            return True
        return not awaits(state, call)

    async def _begin(
        self,
        draft: Draft,
        inbound: Inbound,
        *,
        system: str | None = None,
        scenario: str | None = None,
        inputs: dict[str, Any] | None = None,
    ) -> None:
        """Enter the scenario that takes this message: a tenant's by its trigger, else the default answer."""
        foreseen, self._known.foreseen = self._known.foreseen, None
        named = system is not None or scenario is not None
        if foreseen is not None and not named and foreseen[0] == inbound.seq:
            chosen = foreseen[1]
        else:
            chosen = await self._choose(draft, inbound, system, scenario)
        if chosen.intents_wanted:
            chosen = await self._choose_by_intent(draft, inbound, chosen)
        self._enter(draft, chosen, 0 if chosen.silent else draft.run + 1, inputs)
        start = Start(
            context=self._known.context(draft), trigger=chosen.trigger, message=inbound, silent=chosen.silent
        )
        await self.advance(draft, start)
        if chosen.silent and draft.state is not None:
            await self.advance(draft, Message(context=self._known.context(draft), message=inbound))

    def _enter(self, draft: Draft, chosen: Chosen, run: int, inputs: dict[str, Any] | None) -> None:
        ir = self._known.remember(chosen.ir_hash, chosen.ir)
        draft.begin_run(
            new_state(ir, run=run, inputs=inputs),
            scenario_key=chosen.scenario_key,
            ir_hash=chosen.ir_hash,
            controller=chosen.controller,
        )

    async def _choose_by_intent(self, draft: Draft, inbound: Inbound, otherwise: Chosen) -> Chosen:
        """Who takes a message once it is known what it is about; who takes it otherwise, if that cannot be told."""
        request = {
            "text": inbound.text[: limits.TEXT_KEPT],
            "labels": otherwise.intents_wanted,
            "min_confidence": 0.0,  # each trigger has its own line
        }
        try:
            found = await ask_intent(request, locale=draft.locale, key=f"intent:{inbound.seq}")
        except FailureError as failed:  # the customer waits: an intent is worth seconds, no more
            workflow.logger.warning("intent_not_found reason=%s", failed.cause)
            return otherwise
        draft.trace.append({"event": "Intent", "node": "", **found.value})
        if found.exit != "label":
            return otherwise
        intents = {found.value["label"]: found.value["confidence"]}
        return await self._choose(draft, inbound, None, None, intents)

    async def _choose(
        self,
        draft: Draft,
        inbound: Inbound,
        system: str | None,
        scenario: str | None,
        intents: dict[str, float] | None = None,
    ) -> Chosen:
        return await workflow.execute_local_activity_method(
            TurnActivities.choose_scenario,
            Choose(
                text=inbound.text,
                button=inbound.button,
                first=draft.run == 0,
                reopened=self._known.row.status == Status.RESOLVED,
                system=system,
                known=sorted(self._known.irs),
                context=self._known.context(draft),
                scenario=scenario,
                intents=intents,
                referral=(inbound.content or {}).get("referral"),
            ),
            summary=f"Who answers message {inbound.seq}?",
            **options.DATABASE_TURN,
        )

    async def advance(self, draft: Draft, event: Event) -> None:
        """Step the scenario and obey its commands; cheap questions are answered on the way."""
        ir = self._known.ir_of(draft)
        state, commands = step(ir, draft.state or {}, event)
        draft.state = state
        draft.label = str(state.get("node_label") or "")
        noted = note_event(
            event, run=draft.run, ir_hash=ir["hash"], inputs=state.get("inputs"), before=draft.world
        )
        draft.world = world_of(event.context)
        draft.trace.append({**noted, "node": draft.label})
        for command in commands:
            await self._obey(draft, command)
        if draft.state is not None and draft.state.get("ended") is not None:
            draft.end_run()
            await self._route_again(draft)

    async def _route_again(self, draft: Draft) -> None:
        """What an ended run gave back is routed as new, what it left without a word goes to the default answer."""
        (again, left), draft.again, draft.unanswered = (draft.again, draft.unanswered), [], []
        if draft.changes.get("scenario_key", self._known.row.scenario_key) == DEFAULT_ANSWER:
            left = []
        if draft.is_held or not (again or left):
            return
        if draft.status == Status.RESOLVED:  # a scenario after the end gives back what opens it again
            draft.event("reopened")
            draft.set_status(Status.OPEN)
        found = await workflow.execute_local_activity_method(
            TurnActivities.read_inbound, min(again + left) - 1, **options.DATABASE_TURN
        )
        for inbound in found:
            if inbound.seq in again or inbound.seq in left:
                system = DEFAULT_ANSWER if inbound.seq in left and draft.state is None else None
                await self.decide(draft, replace(inbound, again=True), system=system)

    async def _obey(self, draft: Draft, command: Command) -> None:
        draft.commands.append({"command": type(command).__name__})
        match command:
            case Send() if effects.is_unwanted(draft, self._known):
                draft.trace.append({"dropped": "opted_out"})
            case Send() if command.to is not None:
                effects.send_elsewhere(draft, command)
            case Send():
                for part in command.parts:
                    draft.send(part, fallback=command.fallback)
            case Typing():
                if not effects.is_unwanted(draft, self._known):
                    draft.typing = command.until
            case Call() if command.kind in LOCAL_CALLS:
                result = await self._look_up(command, draft.locale)
                draft.results.append(note_result(command.id, result.exit, result.value))
                await self.advance(
                    draft,
                    Result(
                        self._known.context(draft), call_id=command.id, exit=result.exit, value=result.value
                    ),
                )
            case Call():
                draft.call = command
            case Handoff():
                await self._hand_off(draft, command)
            case Assign():
                target = command.target
                operator = await self._pick(draft, target)
                draft.assign(target.get("department"), operator, by=self._known.scenario_name(draft))
            case Update():
                effects.update(draft, self._known, command, now=now_ms())
            case Notify():
                effects.notify(draft, self._known, command)
            case Emit():
                effects.emit(draft, command)
            case Rate():
                effects.rate(draft, self._known, command)
            case Become():
                await self._become(draft, command)
            case Human():
                inbound = Inbound(seq=draft.cursor, text=draft.heard, button=None)
                await self._begin(draft, inbound, system=HANDOFF)
            case Note():
                effects.note(draft, self._known, command)
            case Tag():
                kept = [t for t in draft.changes.get("tags", self._known.row.tags) if t not in command.remove]
                draft.changes["tags"] = kept + [t for t in command.add if t not in kept]
            case Close():
                draft.set_status(Status.RESOLVED)
                if not command.silent:
                    draft.event("resolved", public=True)
                effects.explain_close(draft, command)
            case Failed():
                workflow.logger.warning("scenario_failed code=%s", command.code)
            case End():
                draft.again, draft.unanswered = list(command.redeliver), list(command.unanswered)

    async def _hand_off(self, draft: Draft, command: Handoff) -> None:
        """Give the conversation to people, with what the scenario knows, and to one of them where it names him."""
        draft.hand_off(command.department)
        if command.summary:
            draft.note(command.summary)
        if command.priority:
            draft.effect(EffectKind.CONVERSATION, priority=command.priority)
        if command.operator or command.strategy:
            target = {
                "department": command.department,
                "skills": command.skills,
                "operator": command.operator,
                "strategy": command.strategy,
            }
            operator = await self._pick(draft, target)
            if operator is not None:
                draft.assign(None, operator, by=self._known.scenario_name(draft))

    async def _pick(self, draft: Draft, target: dict[str, Any]) -> Person | None:
        """The operator whom a target names, or whom its strategy chooses of those who can take it; else nobody."""
        if not (target.get("operator") or target.get("strategy")):
            return None
        request = {**target, "conversation": self._known.conversation_id}
        found = await self._ask("pick_operator", request, draft.label)
        if found.exit != "ok":
            return None
        return Person(id=found.value["id"], name=found.value["name"])

    async def _become(self, draft: Draft, command: Become) -> None:
        """Another scenario takes the conversation with what this one gives it; this run is over."""
        draft.end_run()
        draft.again = []
        inbound = Inbound(seq=draft.cursor, text=draft.heard, button=None)
        await self._begin(draft, inbound, scenario=command.scenario, inputs=command.inputs)

    async def _look_up(self, call: Call, locale: str) -> CallResult:
        return await self._ask(call.kind, look_up_of(call, locale), call.label)

    async def _ask(self, kind: str, request: dict[str, Any], label: str) -> CallResult:
        try:
            return await workflow.execute_local_activity_method(
                TurnActivities.look_up,
                LookUp(kind=kind, request=request, now=now_ms()),
                summary=label,
                **options.LOOK_UP,
            )
        except FailureError:
            return CallResult(exit="error")

    def fail(self, draft: Draft, broken: Exception) -> None:
        """Apologise, tell the operators the code, and give the conversation to them."""
        # A local activity raises its failure itself, others an ActivityError around it.
        cause = broken.cause if isinstance(broken, ActivityError) else broken
        code = f"internal.{getattr(cause, 'type', None) or type(broken).__name__}"
        workflow.logger.error("turn_failed code=%s", code, exc_info=broken)
        draft.call = None
        draft.send({"text": say("apology", draft.locale)})
        draft.note(say("failure_note", draft.locale, code=code))
        if not draft.is_held:
            draft.hand_off(None)
        draft.end_run()
